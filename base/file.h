// Files that survive a crash: replace atomically, sync, and read with a bound.
#ifndef FUSIONHUB_BASE_FILE_H_
#define FUSIONHUB_BASE_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fusionhub {

// The whole file. NOT_FOUND if absent, RESOURCE_EXHAUSTED above `max_bytes`. Errors name the path.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes);

enum class Durability {
  kSynced,    // file and folder are fsynced before and after the rename
  kUnsynced,  // renamed only: for what can be rebuilt
};

// Writes a temporary file beside `path`, then renames it over `path`, so that readers see the old
// content or the new one and never a part. `mode` is the file's permission bits.
absl::Status WriteFileAtomically(const std::string& path, absl::string_view content, int mode,
                                 Durability durability);

// Makes the folder and its parents (mode 0700 for those made).
absl::Status MakeDirectories(const std::string& path);

// A lock on `path` (flock), held until the object dies or the process ends. FAILED_PRECONDITION
// when another process holds it.
class FileLock {
 public:
  static absl::StatusOr<FileLock> Acquire(const std::string& path);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_FILE_H_
