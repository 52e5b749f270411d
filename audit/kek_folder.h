// Key-encryption keys, one per UTC day, each in a file of its own: destroying a day's file shreds
// that day's payloads, since data keys are stored only wrapped.
#ifndef FUSIONHUB_AUDIT_KEK_FOLDER_H_
#define FUSIONHUB_AUDIT_KEK_FOLDER_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/random.h"

namespace fusionhub::audit {

// Thread-safe. One process makes keys in a folder (the log's lock sees to it); others may read.
class KekFolder {
 public:
  // `path` is made if absent; keep it out of backups. `random` must outlive this object.
  static absl::StatusOr<std::unique_ptr<KekFolder>> Open(const std::string& path, Random& random);

  // The UTC day whose key protects what is sealed at `time`.
  static absl::CivilDay DayOf(absl::Time time) {
    return absl::ToCivilDay(time, absl::UTCTimeZone());
  }

  // The day's key (32 bytes), made and fsynced if absent.
  absl::StatusOr<std::string> KeyForSealing(absl::CivilDay day) FUSIONHUB_EXCLUDES(mu_);
  // The day's key; NOT_FOUND when it was destroyed or never made.
  absl::StatusOr<std::string> KeyForOpening(absl::CivilDay day) const FUSIONHUB_EXCLUDES(mu_);
  // Overwrites and removes the day's key. NOT_FOUND if there is none.
  absl::Status Destroy(absl::CivilDay day) FUSIONHUB_EXCLUDES(mu_);
  // Days that have a key, oldest first.
  absl::StatusOr<std::vector<absl::CivilDay>> Days() const;

 private:
  KekFolder(std::string path, Random& random) : path_(std::move(path)), random_(random) {}
  std::string PathOf(absl::CivilDay day) const;

  const std::string path_;
  Random& random_;
  mutable Mutex mu_;
  absl::CivilDay cached_day_ FUSIONHUB_GUARDED_BY(mu_);
  std::string cached_key_ FUSIONHUB_GUARDED_BY(mu_);  // of the day last sealed in; empty if none
};

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_KEK_FOLDER_H_
