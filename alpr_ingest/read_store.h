// Keeps reads and hits encrypted under one key per day and retention class; destroying the key is
// the deletion (invariant I6).
#ifndef FUSIONHUB_ALPR_INGEST_READ_STORE_H_
#define FUSIONHUB_ALPR_INGEST_READ_STORE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "alpr_ingest/commit_queue.h"
#include "alpr_ingest/day_keys.h"
#include "alpr_ingest/hit_matcher.h"
#include "alpr_ingest/plate_state.h"
#include "alpr_ingest/read.h"
#include "base/mutex.h"
#include "base/random.h"
#include "storage/store.h"

namespace fusionhub::alpr_ingest {

struct ReadStoreOptions {
  // Day keys, wrapped, one file per day and class, mode 0600. Not inside the store's folder.
  std::string keys_folder;
  // The node's key-encrypting key, one file per generation, mode 0600. Keep it out of backups: a
  // backup then holds nothing that can be read once the day's key is destroyed.
  std::string kek_folder;
  // The classes and how long each keeps a read. At least one, at most 4, each from 30 to 365 days
  // (EO-3.11 is a floor). PlateRead::retention_class is an index into it. Never reorder it.
  std::vector<RetentionClass> retention = {{"standard", absl::Hours(24 * 30)}};
  CommitQueueOptions commit;
};

struct AppendResult {
  std::string read_ref;  // of the read kept: for a second delivery, the first one's
  bool duplicate = false;
  std::vector<Hit> hits;  // as stored, with hit_id; none for a duplicate
};

// Step one of a lookup: no place, no image.
struct IndexLine {
  std::string read_ref;
  absl::Time captured_at;
  StateMatch state = StateMatch::kUnknown;
};
struct IndexAnswer {
  size_t count = 0;          // reads in the window, reads of another known state left out
  size_t state_unknown = 0;  // of them, reads whose state could not be compared
  // Of all counted; InfinitePast when count is 0.
  absl::Time first_seen = absl::InfinitePast();
  absl::Time last_seen = absl::InfinitePast();
  std::vector<IndexLine> lines;  // newest first, at most kMaxIndexLines
  bool truncated = false;        // counting stopped at kMaxIndexScan: count is a lower bound
};

struct AlertDetail {
  Hit hit;
  PlateRead read;
};

// One key that Purge destroyed. What a receipt says.
struct DestroyedKey {
  std::string day;              // "2026-01-31", UTC capture day
  std::string retention_class;  // name
  std::string commitment;       // hex SHA-256 over the key and its name, made when the key was
  uint64_t kek_generation = 0;  // destroyed with it
  absl::Time destroyed_at;
};
struct PurgeReport {
  std::vector<DestroyedKey> destroyed;
  size_t families_dropped = 0;
  size_t outbox_dropped = 0;  // hits nobody fetched in time
};

// Thread-safe. Time is an argument everywhere; the only thread is the commit queue's.
class ReadStore {
 public:
  static constexpr size_t kMaxIndexLines = 100;
  static constexpr size_t kMaxIndexScan = 10'000;

  // Destroys overdue keys before anything can be read, drops what they protected, and makes the
  // first KEK if there is no key at all. FAILED_PRECONDITION when day keys exist whose KEK is
  // missing. `store` and `random` must outlive the object.
  static absl::StatusOr<std::unique_ptr<ReadStore>> Open(ReadStoreOptions options,
                                                         storage::Store& store, Random& random,
                                                         absl::Time now);
  ~ReadStore();

  // Returns when read, index row, hits and outbox rows are on disk, all in one batch with those of
  // other threads. OUT_OF_RANGE when captured_at is past its retention, RESOURCE_EXHAUSTED when the
  // queue is full (try again), DATA_LOSS when the store failed, and from then on: end the process.
  absl::StatusOr<AppendResult> Append(const PlateRead& read, std::vector<Hit> hits, absl::Time now);

  // Reads of `plate` captured in [from, to) whose record gate is open at `now` (captured_at +
  // retention > now). With a known `state`, reads of another known state are left out; with "",
  // every read counts and each line's state is kUnknown.
  absl::StatusOr<IndexAnswer> Index(absl::string_view plate, absl::string_view state,
                                    absl::Time from, absl::Time to, absl::Time now) const;

  // Step two. NOT_FOUND when there is no such read, it bears another plate, or its gate has closed:
  // the caller cannot tell which.
  absl::StatusOr<PlateRead> Detail(absl::string_view read_ref, absl::string_view plate,
                                   absl::Time now) const;

  // The hit and its read, by an id that PendingHits or Append gave. NOT_FOUND as above.
  absl::StatusOr<AlertDetail> Alert(absl::string_view hit_id, absl::Time now) const;

  // Hits not yet acknowledged, oldest first. They survive a restart.
  absl::StatusOr<std::vector<Hit>> PendingHits(size_t limit, absl::Time now) const;
  // The hub has taken the notice. OK if it was acknowledged before. The hit itself stays until its
  // day ends.
  absl::Status AckHit(const Hit& hit);

  // Destroys the key of every day and class whose last possible read has reached its retention,
  // rotates the KEK if any was, drops the family of a day without keys. Idempotent; run it every
  // minute.
  absl::StatusOr<PurgeReport> Purge(absl::Time now) FUSIONHUB_EXCLUDES(purge_mu_);

  // When the oldest key is due; InfiniteFuture if there is none. An alarm when it lies an hour
  // back.
  absl::Time NextPurgeDue() const;
  // The longest retention of all classes.
  absl::Duration LongestRetention() const;
  // False after the store has failed.
  bool healthy() const { return queue_->healthy(); }

 private:
  ReadStore(ReadStoreOptions options, storage::Store& store, Random& random);
  absl::Status CheckRead(const PlateRead& read, absl::Time now) const;
  // Drops what `destroyed` keys protected, and anything that a crash left without a key.
  absl::StatusOr<PurgeReport> Sweep(absl::Time now, std::vector<DayKeys::Destroyed> destroyed)
      FUSIONHUB_REQUIRES(purge_mu_);

  const ReadStoreOptions options_;
  storage::Store& store_;
  Random& random_;
  Mutex purge_mu_;
  std::unique_ptr<DayKeys> keys_;
  std::unique_ptr<CommitQueue> queue_;
};

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_READ_STORE_H_
