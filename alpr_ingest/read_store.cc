// Keeps reads and hits encrypted under one key per day and retention class.
#include "alpr_ingest/read_store.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "alpr_ingest/big_endian.h"
#include "alpr_ingest/read_codec.h"
#include "alpr_ingest/read_rows.h"
#include "base/status_macros.h"
#include "crypto/digest.h"
#include "query/plate.h"

namespace fusionhub::alpr_ingest {
namespace {

constexpr absl::Duration kShortestRetention = absl::Hours(24 * 30);  // EO-3.11
constexpr absl::Duration kLongestRetention = absl::Hours(24 * 365);
constexpr size_t kMaxClasses = 4;
// A clock that is a day off is refused at the door; this bounds for how many days keys can be made.
constexpr absl::Duration kMaxAhead = absl::Hours(24);

bool IsClassName(absl::string_view name) {
  return !name.empty() && name.size() <= 32 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == absl::string_view::npos;
}

absl::Status CheckOptions(const ReadStoreOptions& options) {
  if (options.retention.empty() || options.retention.size() > kMaxClasses) {
    return absl::InvalidArgumentError(
        absl::StrCat("plate reads need 1 to ", kMaxClasses, " retention classes"));
  }
  std::set<absl::string_view> names;
  for (const RetentionClass& retention : options.retention) {
    if (!IsClassName(retention.name) || !names.insert(retention.name).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("retention class '", retention.name,
                       "': a name of its own is needed, of a-z, 0-9 and _"));
    }
    if (retention.keep < kShortestRetention || retention.keep > kLongestRetention) {
      return absl::InvalidArgumentError(absl::StrCat("retention class '", retention.name,
                                                     "': reads are kept 30 to 365 days (EO-3.11)"));
    }
  }
  return absl::OkStatus();
}

absl::Status NoSuchRead() { return absl::NotFoundError("no such read"); }
absl::Status NoSuchHit() { return absl::NotFoundError("no such hit"); }

// A family that a purge drops meanwhile holds nothing that may still be seen.
bool IsGone(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsFailedPrecondition(status);
}

// Value of the rows whose key does not name the class.
struct ClassedValue {
  std::shared_ptr<const DayKey> key;
  std::string value;  // sealed
};

// The row `row_key` of any day. NOT_FOUND, or why the store cannot be read.
absl::StatusOr<ClassedValue> FindInAnyDay(const storage::Store& store, const DayKeys& keys,
                                          absl::string_view row_key) {
  std::set<DayNumber, std::greater<>> days;
  for (const auto& key : keys.All()) days.insert(key->day());
  for (const DayNumber day : days) {
    absl::StatusOr<std::string> value = store.Get(DayFamily(day), row_key);
    if (IsGone(value.status())) continue;
    FUSIONHUB_RETURN_IF_ERROR(value.status());
    if (value->empty()) continue;
    std::shared_ptr<const DayKey> key = keys.Find({day, static_cast<uint8_t>(value->front())});
    if (key == nullptr) continue;
    return ClassedValue{std::move(key), value->substr(1)};
  }
  return absl::NotFoundError("no such row");
}

absl::StatusOr<PlateRead> OpenRead(const storage::Store& store, const DayKeys& keys,
                                   absl::string_view read_ref, absl::Time now) {
  const absl::StatusOr<std::string> ref = IdBytes(read_ref);
  if (!ref.ok()) return NoSuchRead();
  const std::string row = ReadRowKey(*ref);
  const absl::StatusOr<ClassedValue> found = FindInAnyDay(store, keys, row);
  if (absl::IsNotFound(found.status())) return NoSuchRead();
  FUSIONHUB_RETURN_IF_ERROR(found.status());
  const DayKey& key = *found->key;
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string plain,
                             OpenRow(key, DayFamily(key.day()), row, found->value));
  FUSIONHUB_ASSIGN_OR_RETURN(PlateRead read, DecodeRead(plain));
  if (read.captured_at + keys.retention()[key.retention_class()].keep <= now) return NoSuchRead();
  return read;
}

// Gathers an answer of Index over the days.
class IndexScan {
 public:
  IndexScan(const storage::Store& store, absl::string_view plate, absl::string_view state)
      : store_(store), plate_(plate), state_(state) {}

  bool full() const { return scanned_ >= ReadStore::kMaxIndexScan; }

  // Rows of one day and class with captured_at in [from, to).
  absl::Status Day(const DayKey& key, absl::Time from, absl::Time to) {
    const std::string family = DayFamily(key.day());
    absl::Status opened;
    const absl::Status scanned =
        store_.Scan(family, IndexRowBound(key, plate_, from), IndexRowBound(key, plate_, to),
                    [&](absl::string_view row, absl::string_view value) {
                      if (full()) {
                        answer_.truncated = true;
                        return false;
                      }
                      ++scanned_;
                      opened = Row(key, family, row, value);
                      return opened.ok();
                    });
    if (!scanned.ok() && !IsGone(scanned)) return scanned;
    return opened;
  }

  IndexAnswer Finish(bool more_days) && {
    answer_.truncated = answer_.truncated || more_days;
    std::sort(answer_.lines.begin(), answer_.lines.end(),
              [](const IndexLine& a, const IndexLine& b) {
                return std::tie(b.captured_at, a.read_ref) < std::tie(a.captured_at, b.read_ref);
              });
    if (answer_.count > 0) {
      answer_.last_seen = answer_.lines.front().captured_at;
      answer_.first_seen = answer_.lines.back().captured_at;
    }
    if (answer_.lines.size() > ReadStore::kMaxIndexLines) {
      answer_.lines.resize(ReadStore::kMaxIndexLines);
    }
    return std::move(answer_);
  }

 private:
  absl::Status Row(const DayKey& key, absl::string_view family, absl::string_view row,
                   absl::string_view value) {
    const std::optional<IndexRowTail> tail = ParseIndexRowKey(row);
    if (!tail.has_value()) return absl::DataLossError("an index row of a plate read is damaged");
    FUSIONHUB_ASSIGN_OR_RETURN(const std::string plain, OpenRow(key, family, row, value));
    FUSIONHUB_ASSIGN_OR_RETURN(const IndexEntry entry, DecodeIndexEntry(plain));
    const StateMatch match = query::CompareStates(entry.state, state_);
    // Eight bytes of digest can be those of another plate.
    if (entry.plate != plate_ || match == StateMatch::kDifferent) return absl::OkStatus();
    ++answer_.count;
    if (match == StateMatch::kUnknown) ++answer_.state_unknown;
    answer_.lines.push_back({crypto::ToHex(tail->ref), tail->captured_at, match});
    return absl::OkStatus();
  }

  const storage::Store& store_;
  const absl::string_view plate_, state_;
  size_t scanned_ = 0;
  IndexAnswer answer_;
};

std::string ReceiptText(const DestroyedKey& key) {
  return absl::StrCat("day=", key.day, " class=", key.retention_class, " key=", key.commitment,
                      " kek_generation=", key.kek_generation,
                      " destroyed_at=", absl::FormatTime(key.destroyed_at, absl::UTCTimeZone()));
}

}  // namespace

ReadStore::ReadStore(ReadStoreOptions options, storage::Store& store, Random& random)
    : options_(std::move(options)), store_(store), random_(random) {}

ReadStore::~ReadStore() = default;

absl::StatusOr<std::unique_ptr<ReadStore>> ReadStore::Open(ReadStoreOptions options,
                                                           storage::Store& store, Random& random,
                                                           absl::Time now) {
  FUSIONHUB_RETURN_IF_ERROR(CheckOptions(options));
  std::unique_ptr<ReadStore> reads(new ReadStore(std::move(options), store, random));
  FUSIONHUB_RETURN_IF_ERROR(store.CreateFamily(kOutboxFamily));
  FUSIONHUB_RETURN_IF_ERROR(store.CreateFamily(kReceiptFamily));
  FUSIONHUB_ASSIGN_OR_RETURN(reads->keys_,
                             DayKeys::Open({reads->options_.keys_folder, reads->options_.kek_folder,
                                            reads->options_.retention},
                                           random, now));
  for (const auto& key : reads->keys_->All()) {
    FUSIONHUB_RETURN_IF_ERROR(store.CreateFamily(DayFamily(key->day())));
  }
  {
    MutexLock purge(reads->purge_mu_);
    FUSIONHUB_RETURN_IF_ERROR(reads->Sweep(now, reads->keys_->TakeDestroyedAtOpen()).status());
  }
  reads->queue_ = std::make_unique<CommitQueue>(store, reads->options_.commit);
  return reads;
}

absl::Status ReadStore::CheckRead(const PlateRead& read, absl::Time now) const {
  if (read.retention_class >= options_.retention.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("retention class ", read.retention_class, " of the reader is not configured"));
  }
  const absl::StatusOr<std::string> plate = query::NormalisePlateText(read.plate);
  if (!plate.ok() || *plate != read.plate) {
    return absl::InvalidArgumentError("the read's plate is not in its normalised form");
  }
  if (read.captured_at + options_.retention[read.retention_class].keep <= now) {
    return absl::OutOfRangeError("the read is past its retention; it is not stored");
  }
  if (read.captured_at > now + kMaxAhead) {
    return absl::OutOfRangeError("the read's time is more than a day ahead; it is not stored");
  }
  return absl::OkStatus();
}

absl::StatusOr<AppendResult> ReadStore::Append(const PlateRead& read, std::vector<Hit> hits,
                                               absl::Time now) {
  FUSIONHUB_RETURN_IF_ERROR(CheckRead(read, now));
  const DayKeys::Id id(DayOf(read.captured_at), read.retention_class);
  FUSIONHUB_ASSIGN_OR_RETURN(const std::shared_ptr<const DayKey> key, keys_->FindOrMake(id, now));
  for (Hit& hit : hits) {
    hit.read_ref = read.read_ref;
    hit.hit_id = MakeHitId(*key, hit);
  }
  FUSIONHUB_ASSIGN_OR_RETURN(CommitQueue::Item item, MakeRows(*key, read, hits, random_));
  // On the commit thread, where no purge can come in between.
  item.still_valid = [&] {
    if (keys_->Find(id) != key) {
      return absl::OutOfRangeError("the read's day was purged meanwhile; it is not stored");
    }
    return store_.CreateFamily(DayFamily(id.first));
  };
  FUSIONHUB_RETURN_IF_ERROR(queue_->Commit(item));
  AppendResult result;
  result.duplicate = item.skipped;
  result.read_ref = item.skipped ? crypto::ToHex(item.found) : read.read_ref;
  if (!item.skipped) result.hits = std::move(hits);
  return result;
}

absl::StatusOr<IndexAnswer> ReadStore::Index(absl::string_view plate, absl::string_view state,
                                             absl::Time from, absl::Time to, absl::Time now) const {
  std::vector<std::shared_ptr<const DayKey>> keys = keys_->All();
  // Newest day first: what is left out when there is too much is the oldest.
  std::reverse(keys.begin(), keys.end());
  IndexScan scan(store_, plate, state);
  bool more = false;
  for (const auto& key : keys) {
    // The record gate: a read is seen while captured_at + retention is after now, in microseconds.
    const absl::Time gate = now - options_.retention[key->retention_class()].keep;
    const absl::Time first = std::max({from, StartOfDay(key->day()), gate + absl::Microseconds(1)});
    const absl::Time end = std::min(to, StartOfDay(key->day() + 1));
    if (first >= end) continue;
    more = scan.full();
    if (more) break;
    FUSIONHUB_RETURN_IF_ERROR(scan.Day(*key, first, end));
  }
  return std::move(scan).Finish(more);
}

absl::StatusOr<PlateRead> ReadStore::Detail(absl::string_view read_ref, absl::string_view plate,
                                            absl::Time now) const {
  FUSIONHUB_ASSIGN_OR_RETURN(PlateRead read, OpenRead(store_, *keys_, read_ref, now));
  if (read.plate != plate) return NoSuchRead();
  return read;
}

absl::StatusOr<AlertDetail> ReadStore::Alert(absl::string_view hit_id, absl::Time now) const {
  const absl::StatusOr<std::string> id = IdBytes(hit_id);
  if (!id.ok()) return NoSuchHit();
  const std::string row = HitRowKey(*id);
  const absl::StatusOr<ClassedValue> found = FindInAnyDay(store_, *keys_, row);
  if (absl::IsNotFound(found.status())) return NoSuchHit();
  FUSIONHUB_RETURN_IF_ERROR(found.status());
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string plain,
                             OpenRow(*found->key, DayFamily(found->key->day()), row, found->value));
  AlertDetail detail;
  FUSIONHUB_ASSIGN_OR_RETURN(detail.hit, DecodeHit(plain));
  absl::StatusOr<PlateRead> read = OpenRead(store_, *keys_, detail.hit.read_ref, now);
  if (absl::IsNotFound(read.status())) return NoSuchHit();
  FUSIONHUB_RETURN_IF_ERROR(read.status());
  detail.read = *std::move(read);
  return detail;
}

absl::StatusOr<std::vector<Hit>> ReadStore::PendingHits(size_t limit, absl::Time now) const {
  std::vector<Hit> hits;
  absl::Status failed;
  const absl::Status scanned =
      store_.Scan(kOutboxFamily, "", "", [&](absl::string_view row, absl::string_view value) {
        if (hits.size() >= limit) return false;
        const std::optional<DayKeys::Id> id = OutboxId(value);
        const std::shared_ptr<const DayKey> key = id.has_value() ? keys_->Find(*id) : nullptr;
        // Without its key, or past its day's end, a hit waits only for the next purge.
        if (key == nullptr || keys_->Due(*id) <= now) return true;
        const auto plain = OpenRow(*key, kOutboxFamily, row, value.substr(kOutboxHeadBytes));
        absl::StatusOr<Hit> hit = plain.ok() ? DecodeHit(*plain) : plain.status();
        failed = hit.status();
        if (failed.ok()) hits.push_back(*std::move(hit));
        return failed.ok();
      });
  FUSIONHUB_RETURN_IF_ERROR(scanned);
  FUSIONHUB_RETURN_IF_ERROR(failed);
  return hits;
}

absl::Status ReadStore::AckHit(const Hit& hit) {
  FUSIONHUB_RETURN_IF_ERROR(IdBytes(hit.hit_id).status());
  CommitQueue::Item item;
  item.operations.push_back({storage::WriteBatch::Operation::Kind::kDelete,
                             std::string(kOutboxFamily), OutboxRowKey(hit), ""});
  return queue_->Commit(item);
}

absl::StatusOr<PurgeReport> ReadStore::Purge(absl::Time now) {
  MutexLock purge(purge_mu_);
  FUSIONHUB_ASSIGN_OR_RETURN(std::vector<DayKeys::Destroyed> destroyed, keys_->DestroyOverdue(now));
  PurgeReport report;
  // Only the dropping of families must not meet a commit; wrapping the surviving keys anew may.
  FUSIONHUB_RETURN_IF_ERROR(queue_->Exclusively([&]() FUSIONHUB_NO_THREAD_SAFETY_ANALYSIS {
    FUSIONHUB_ASSIGN_OR_RETURN(report, Sweep(now, std::move(destroyed)));
    return absl::OkStatus();
  }));
  return report;
}

absl::StatusOr<PurgeReport> ReadStore::Sweep(absl::Time now,
                                             std::vector<DayKeys::Destroyed> destroyed) {
  PurgeReport report;
  storage::WriteBatch writes;
  for (const DayKeys::Destroyed& key : destroyed) {
    report.destroyed.push_back({DayText(key.id.first), options_.retention[key.id.second].name,
                                key.commitment, key.kek_generation, now});
    const DestroyedKey& receipt = report.destroyed.back();
    writes.Put(kReceiptFamily, absl::StrCat(receipt.day, ".", receipt.retention_class),
               ReceiptText(receipt));
  }
  std::set<DayNumber> alive;
  for (const auto& key : keys_->All()) alive.insert(key->day());
  for (const std::string& family : store_.Families()) {
    const std::optional<DayNumber> day = DayOfFamily(family);
    if (!day.has_value() || alive.count(*day) > 0) continue;
    FUSIONHUB_RETURN_IF_ERROR(store_.DropFamily(family));
    ++report.families_dropped;
  }
  FUSIONHUB_RETURN_IF_ERROR(
      store_.Scan(kOutboxFamily, "", "", [&](absl::string_view row, absl::string_view value) {
        const std::optional<DayKeys::Id> id = OutboxId(value);
        if (id.has_value() && keys_->Find(*id) != nullptr) return true;
        writes.Delete(kOutboxFamily, row);
        ++report.outbox_dropped;
        return true;
      }));
  if (!writes.operations().empty()) {
    FUSIONHUB_RETURN_IF_ERROR(store_.Write(writes, storage::Sync::kYes));
  }
  return report;
}

absl::Time ReadStore::NextPurgeDue() const {
  absl::Time due = absl::InfiniteFuture();
  for (const auto& key : keys_->All()) {
    due = std::min(due, keys_->Due({key->day(), key->retention_class()}));
  }
  return due;
}

absl::Duration ReadStore::LongestRetention() const {
  absl::Duration longest;
  for (const RetentionClass& retention : options_.retention) {
    longest = std::max(longest, retention.keep);
  }
  return longest;
}

}  // namespace fusionhub::alpr_ingest
