// The keys that reads are encrypted under: one per UTC capture day and retention class, wrapped
// under a key-encrypting key (KEK) that changes whenever one of them is destroyed.
#ifndef FUSIONHUB_ALPR_INGEST_DAY_KEYS_H_
#define FUSIONHUB_ALPR_INGEST_DAY_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "alpr_ingest/key_wrapper.h"
#include "base/mutex.h"
#include "base/random.h"

namespace fusionhub::alpr_ingest {

struct RetentionClass {
  std::string name;  // lower-case word, e.g. "standard"
  absl::Duration keep;
};

// Days since 1970-01-01 UTC.
using DayNumber = int32_t;
DayNumber DayOf(absl::Time time);
absl::Time StartOfDay(DayNumber day);
std::string DayText(DayNumber day);  // "2026-01-31"

// One key in memory. Overwritten when the last holder lets go. Immutable, thread-safe.
class DayKey {
 public:
  DayKey(DayNumber day, uint8_t retention_class, std::string secret);
  ~DayKey();
  DayKey(const DayKey&) = delete;
  DayKey& operator=(const DayKey&) = delete;

  DayNumber day() const { return day_; }
  uint8_t retention_class() const { return retention_class_; }
  // 32 bytes each, derived from the key, so that one purpose says nothing about another.
  absl::string_view sealing() const { return sealing_; }
  absl::string_view indexing() const { return indexing_; }
  // Hex SHA-256 over a label, the name and the key: names the key without telling it.
  const std::string& commitment() const { return commitment_; }

 private:
  friend class DayKeys;
  const DayNumber day_;
  const uint8_t retention_class_;
  std::string secret_, sealing_, indexing_;
  std::string commitment_;
};

// Key files on disk and in memory: "<day>.<class name>.key" in the keys folder. Thread-safe.
class DayKeys {
 public:
  using Id = std::pair<DayNumber, uint8_t>;  // day and class

  struct Options {
    std::string keys_folder;
    std::string kek_folder;
    std::vector<RetentionClass> retention;
  };

  struct Destroyed {
    Id id;
    std::string commitment;       // "" when the file was damaged
    uint64_t kek_generation = 0;  // destroyed with it
  };

  // Destroys overdue keys first, unread, then reads the others; TakeDestroyedAtOpen lists the
  // destroyed ones. FAILED_PRECONDITION when a key's KEK is missing, DATA_LOSS for a damaged key
  // file. `random` must outlive the object.
  static absl::StatusOr<std::unique_ptr<DayKeys>> Open(Options options, Random& random,
                                                       absl::Time now);

  // The key, nullptr if there is none.
  std::shared_ptr<const DayKey> Find(Id id) const FUSIONHUB_EXCLUDES(mu_);
  // The key, made durably if there is none. OUT_OF_RANGE when it would be overdue at `now`.
  absl::StatusOr<std::shared_ptr<const DayKey>> FindOrMake(Id id, absl::Time now)
      FUSIONHUB_EXCLUDES(update_mu_, mu_);
  // Every key, by day and class.
  std::vector<std::shared_ptr<const DayKey>> All() const FUSIONHUB_EXCLUDES(mu_);

  // Destroys keys that are overdue at `now`: file overwritten and removed, KEK replaced, survivors
  // wrapped anew, old KEK destroyed. All durable when it returns. After an error, call it again: it
  // goes on where it stopped.
  absl::StatusOr<std::vector<Destroyed>> DestroyOverdue(absl::Time now)
      FUSIONHUB_EXCLUDES(update_mu_, mu_);

  // When the last possible read of a key reaches its retention.
  absl::Time Due(Id id) const;
  const std::vector<RetentionClass>& retention() const { return options_.retention; }
  uint64_t kek_generation() const FUSIONHUB_EXCLUDES(update_mu_);
  std::vector<Destroyed> TakeDestroyedAtOpen() FUSIONHUB_EXCLUDES(update_mu_);

 private:
  DayKeys(Options options, Random& random, KeyWrapper wrapper);
  std::string FileName(Id id) const;
  std::string Path(Id id) const;
  // The ids of the key files on disk.
  absl::StatusOr<std::vector<Id>> List() const;
  absl::Status Load(const std::vector<Id>& ids, absl::Time now) FUSIONHUB_REQUIRES(update_mu_);
  absl::StatusOr<std::vector<Destroyed>> DestroyFiles(const std::vector<Id>& ids, absl::Time now)
      FUSIONHUB_REQUIRES(update_mu_);
  // Wraps every key under the newest KEK and destroys the older ones.
  absl::Status EndRotation() FUSIONHUB_REQUIRES(update_mu_);
  absl::Status Write(const DayKey& key) FUSIONHUB_REQUIRES(update_mu_);

  const Options options_;
  Random& random_;
  mutable Mutex update_mu_;  // one change to the files at a time; taken before mu_
  KeyWrapper wrapper_ FUSIONHUB_GUARDED_BY(update_mu_);
  std::vector<Destroyed> destroyed_at_open_ FUSIONHUB_GUARDED_BY(update_mu_);
  mutable Mutex mu_;
  std::map<Id, std::shared_ptr<const DayKey>> keys_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_DAY_KEYS_H_
