// Key files on disk: made with mode 0600, listed by name, overwritten before they are removed.
#include "alpr_ingest/key_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace fusionhub::alpr_ingest {
namespace {

constexpr size_t kMaxKeyFileBytes = 4096;

absl::Status FileError(const std::string& path, absl::string_view action) {
  return absl::DataLossError(
      absl::StrCat("key file ", path, ": cannot ", action, ": ", std::strerror(errno)));
}

absl::Status Overwrite(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return errno == ENOENT ? absl::OkStatus() : FileError(path, "open");
  absl::Cleanup closer = [fd] { close(fd); };
  struct stat info = {};
  if (fstat(fd, &info) != 0) return FileError(path, "look at");
  const std::string zeros(std::min<size_t>(static_cast<size_t>(info.st_size), kMaxKeyFileBytes),
                          '\0');
  if (pwrite(fd, zeros.data(), zeros.size(), 0) != static_cast<ssize_t>(zeros.size())) {
    return FileError(path, "overwrite");
  }
  if (fsync(fd) != 0) return FileError(path, "sync");
  return absl::OkStatus();
}

absl::Status SyncFolder(const std::string& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return FileError(folder, "open");
  absl::Cleanup closer = [fd] { close(fd); };
  return fsync(fd) == 0 ? absl::OkStatus() : FileError(folder, "sync");
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ListKeyFiles(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator files(folder, error);
  for (; !error && files != std::filesystem::directory_iterator(); files.increment(error)) {
    const std::string name = files->path().filename();
    if (absl::StrContains(name, ".tmp.")) {
      FUSIONHUB_RETURN_IF_ERROR(DestroyKeyFile(files->path()));
    } else {
      names.push_back(name);
    }
  }
  if (error) {
    return absl::DataLossError(
        absl::StrCat("cannot list key folder ", folder, ": ", error.message()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<std::string> ReadKeyFile(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0) {
    return absl::PermissionDeniedError(
        absl::StrCat("key file ", path, " can be used by others than its owner; chmod 600 it"));
  }
  return ReadFile(path, kMaxKeyFileBytes);
}

absl::Status WriteKeyFile(const std::string& path, absl::string_view content) {
  return WriteFileAtomically(path, content, 0600, Durability::kSynced);
}

absl::Status DestroyKeyFile(const std::string& path) {
  FUSIONHUB_RETURN_IF_ERROR(Overwrite(path));
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return FileError(path, "remove");
  return SyncFolder(std::filesystem::path(path).parent_path());
}

}  // namespace fusionhub::alpr_ingest
