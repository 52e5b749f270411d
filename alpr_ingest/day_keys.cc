// The keys that reads are encrypted under: one per UTC capture day and retention class.
#include "alpr_ingest/day_keys.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "alpr_ingest/key_files.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "crypto/digest.h"

namespace fusionhub::alpr_ingest {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr absl::string_view kSuffix = ".key";
// Above it, keys would be made for days that no retention reaches.
constexpr DayNumber kLastDay = 2'932'896;  // 9999-12-31

std::string Derive(absl::string_view secret, absl::string_view purpose) {
  return crypto::ToString(crypto::HmacSha256(secret, {"fusionhub/day_key/v1/", purpose}));
}

}  // namespace

DayNumber DayOf(absl::Time time) {
  if (time < absl::UnixEpoch()) return -1;
  if (time >= StartOfDay(kLastDay)) return kLastDay;
  return static_cast<DayNumber>(absl::ToCivilDay(time, absl::UTCTimeZone()) -
                                absl::CivilDay(1970, 1, 1));
}

absl::Time StartOfDay(DayNumber day) {
  return absl::FromCivil(absl::CivilDay(1970, 1, 1) + day, absl::UTCTimeZone());
}

std::string DayText(DayNumber day) {
  return absl::FormatTime("%E4Y-%m-%d", StartOfDay(day), absl::UTCTimeZone());
}

DayKey::DayKey(DayNumber day, uint8_t retention_class, std::string secret)
    : day_(day),
      retention_class_(retention_class),
      secret_(std::move(secret)),
      sealing_(Derive(secret_, "sealing")),
      indexing_(Derive(secret_, "indexing")),
      commitment_(crypto::ToHex(crypto::View(
          crypto::Sha256({"fusionhub/day_key/v1/commitment", DayText(day), secret_})))) {}

DayKey::~DayKey() {
  crypto::Cleanse(secret_);
  crypto::Cleanse(sealing_);
  crypto::Cleanse(indexing_);
}

DayKeys::DayKeys(Options options, Random& random, KeyWrapper wrapper)
    : options_(std::move(options)), random_(random), wrapper_(std::move(wrapper)) {}

absl::StatusOr<std::unique_ptr<DayKeys>> DayKeys::Open(Options options, Random& random,
                                                       absl::Time now) {
  FUSIONHUB_RETURN_IF_ERROR(MakeDirectories(options.keys_folder));
  FUSIONHUB_ASSIGN_OR_RETURN(KeyWrapper wrapper, KeyWrapper::Open(options.kek_folder, random));
  std::unique_ptr<DayKeys> keys(new DayKeys(std::move(options), random, std::move(wrapper)));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<Id> ids, keys->List());
  MutexLock update(keys->update_mu_);
  // Overdue keys are never read, and go even when the others cannot be read.
  const absl::Status loaded = keys->Load(ids, now);
  if (keys->wrapper_.empty() && loaded.ok()) {
    FUSIONHUB_RETURN_IF_ERROR(keys->wrapper_.BeginRotation());
  }
  FUSIONHUB_ASSIGN_OR_RETURN(keys->destroyed_at_open_, keys->DestroyFiles(ids, now));
  FUSIONHUB_RETURN_IF_ERROR(loaded);
  FUSIONHUB_RETURN_IF_ERROR(keys->EndRotation());
  return keys;
}

std::shared_ptr<const DayKey> DayKeys::Find(Id id) const {
  MutexLock lock(mu_);
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : found->second;
}

absl::StatusOr<std::shared_ptr<const DayKey>> DayKeys::FindOrMake(Id id, absl::Time now) {
  if (std::shared_ptr<const DayKey> key = Find(id)) return key;
  if (Due(id) <= now || id.first < 0) {
    return absl::OutOfRangeError("the read is past its retention; it is not stored");
  }
  MutexLock update(update_mu_);
  if (std::shared_ptr<const DayKey> key = Find(id)) return key;
  const auto key = std::make_shared<const DayKey>(id.first, id.second, random_.Bytes(kKeyBytes));
  FUSIONHUB_RETURN_IF_ERROR(Write(*key));
  MutexLock lock(mu_);
  keys_[id] = key;
  return std::shared_ptr<const DayKey>(key);
}

std::vector<std::shared_ptr<const DayKey>> DayKeys::All() const {
  MutexLock lock(mu_);
  std::vector<std::shared_ptr<const DayKey>> all;
  for (const auto& [id, key] : keys_) all.push_back(key);
  return all;
}

absl::StatusOr<std::vector<DayKeys::Destroyed>> DayKeys::DestroyOverdue(absl::Time now) {
  MutexLock update(update_mu_);
  // From disk, not from memory: what an earlier attempt failed to remove is found again.
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<Id> ids, List());
  FUSIONHUB_ASSIGN_OR_RETURN(std::vector<Destroyed> destroyed, DestroyFiles(ids, now));
  FUSIONHUB_RETURN_IF_ERROR(EndRotation());
  return destroyed;
}

absl::StatusOr<std::vector<DayKeys::Destroyed>> DayKeys::DestroyFiles(const std::vector<Id>& ids,
                                                                      absl::Time now) {
  std::vector<Destroyed> destroyed;
  for (const Id& id : ids) {
    if (Due(id) > now) continue;
    const uint64_t generation = wrapper_.oldest();
    // Begun before the first file goes: after a crash in between, the rotation is found unfinished
    // and ended.
    if (!wrapper_.empty() && !wrapper_.rotating()) {
      FUSIONHUB_RETURN_IF_ERROR(wrapper_.BeginRotation());
    }
    {
      MutexLock lock(mu_);
      keys_.erase(id);
    }
    const absl::StatusOr<std::string> file = ReadKeyFile(Path(id));
    Destroyed entry{id, file.ok() ? KeyWrapper::Commitment(*file) : "", generation};
    FUSIONHUB_RETURN_IF_ERROR(DestroyKeyFile(Path(id)));
    destroyed.push_back(std::move(entry));
  }
  return destroyed;
}

absl::Status DayKeys::Load(const std::vector<Id>& ids, absl::Time now) {
  for (const Id& id : ids) {
    if (Due(id) <= now) continue;
    FUSIONHUB_ASSIGN_OR_RETURN(const std::string file, ReadKeyFile(Path(id)));
    FUSIONHUB_ASSIGN_OR_RETURN(std::string secret, wrapper_.Unwrap(FileName(id), file));
    auto key = std::make_shared<const DayKey>(id.first, id.second, std::move(secret));
    MutexLock lock(mu_);
    keys_[id] = std::move(key);
  }
  return absl::OkStatus();
}

absl::Status DayKeys::EndRotation() {
  if (!wrapper_.rotating()) return absl::OkStatus();
  for (const std::shared_ptr<const DayKey>& key : All()) FUSIONHUB_RETURN_IF_ERROR(Write(*key));
  return wrapper_.DropOld();
}

absl::Status DayKeys::Write(const DayKey& key) {
  const Id id(key.day(), key.retention_class());
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string file,
                             wrapper_.Wrap(FileName(id), key.commitment(), key.secret_));
  return WriteKeyFile(Path(id), file);
}

absl::Time DayKeys::Due(Id id) const {
  if (id.second >= options_.retention.size()) return absl::InfinitePast();
  return StartOfDay(id.first + 1) + options_.retention[id.second].keep;
}

uint64_t DayKeys::kek_generation() const {
  MutexLock update(update_mu_);
  return wrapper_.generation();
}

std::vector<DayKeys::Destroyed> DayKeys::TakeDestroyedAtOpen() {
  MutexLock update(update_mu_);
  return std::exchange(destroyed_at_open_, {});
}

std::string DayKeys::FileName(Id id) const {
  return absl::StrCat(DayText(id.first), ".", options_.retention[id.second].name, kSuffix);
}

std::string DayKeys::Path(Id id) const {
  return absl::StrCat(options_.keys_folder, "/", FileName(id));
}

absl::StatusOr<std::vector<DayKeys::Id>> DayKeys::List() const {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                             ListKeyFiles(options_.keys_folder));
  std::vector<Id> ids;
  for (const std::string& name : names) {
    const std::vector<absl::string_view> parts = absl::StrSplit(name, '.');
    absl::CivilDay day;
    size_t c = 0;
    if (parts.size() == 3 && absl::ParseCivilTime(parts[0], &day)) {
      while (c < options_.retention.size() && options_.retention[c].name != parts[1]) ++c;
    }
    const int64_t number = day - absl::CivilDay(1970, 1, 1);
    const Id id(static_cast<DayNumber>(number), static_cast<uint8_t>(c));
    if (parts.size() != 3 || c == options_.retention.size() || FileName(id) != name) {
      // Not passed over: a key of a class that was taken out of the configuration would live for
      // ever.
      return absl::FailedPreconditionError(absl::StrCat(
          "key folder ", options_.keys_folder, ": '", name,
          "' is no key of a configured retention class; put the class back or remove the file"));
    }
    ids.push_back(id);
  }
  return ids;
}

}  // namespace fusionhub::alpr_ingest
