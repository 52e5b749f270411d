// POSIX files with the errors named and the descriptors closed on every path.
#include "base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace fusionhub {
namespace {

// `what` is a phrase such as "cannot open".
absl::Status FileError(int error, absl::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(error, absl::StrCat(what, " ", path));
}

absl::Status WriteAll(int fd, absl::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return FileError(errno, "cannot write", path);
    }
    content.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

std::string ParentOf(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status SyncFolder(const std::string& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return FileError(errno, "cannot open the folder", folder);
  const int result = fsync(fd);
  const int error = errno;
  close(fd);
  return result == 0 ? absl::OkStatus() : FileError(error, "cannot sync the folder", folder);
}

// Fills the temporary file and closes it.
absl::Status FillFile(int fd, absl::string_view content, int mode, Durability durability,
                      const std::string& path) {
  absl::Status status = WriteAll(fd, content, path);
  if (status.ok() && fchmod(fd, static_cast<mode_t>(mode)) != 0) {
    status = FileError(errno, "cannot set the permissions of", path);
  }
  if (status.ok() && durability == Durability::kSynced && fsync(fd) != 0) {
    status = FileError(errno, "cannot sync", path);
  }
  if (close(fd) != 0 && status.ok()) status = FileError(errno, "cannot close", path);
  return status;
}

absl::Status MakeDirectory(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return SyncFolder(ParentOf(path));
  const int error = errno;
  struct stat found;
  if (stat(path.c_str(), &found) == 0) {
    if (S_ISDIR(found.st_mode)) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("cannot make the folder ", path, ": a file is in its place; move it away"));
  }
  return FileError(error, "cannot make the folder", path);
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return FileError(errno, "cannot open", path);
  const absl::Cleanup closer = [fd] { close(fd); };
  std::string content;
  char buffer[64 * 1024];
  while (true) {
    const ssize_t got = read(fd, buffer, sizeof(buffer));
    if (got == 0) return content;
    if (got < 0) {
      if (errno == EINTR) continue;
      return FileError(errno, "cannot read", path);
    }
    if (static_cast<size_t>(got) > max_bytes - content.size()) {
      return absl::ResourceExhaustedError(
          absl::StrCat(path, " is larger than the limit of ", max_bytes, " bytes"));
    }
    content.append(buffer, static_cast<size_t>(got));
  }
}

absl::Status WriteFileAtomically(const std::string& path, absl::string_view content, int mode,
                                 Durability durability) {
  std::string temporary = absl::StrCat(path, ".tmp.XXXXXX");
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return FileError(errno, "cannot make a temporary file for", path);
  absl::Cleanup remover = [&temporary] { unlink(temporary.c_str()); };
  FUSIONHUB_RETURN_IF_ERROR(FillFile(fd, content, mode, durability, temporary));
  if (rename(temporary.c_str(), path.c_str()) != 0) return FileError(errno, "cannot replace", path);
  std::move(remover).Cancel();
  if (durability == Durability::kUnsynced) return absl::OkStatus();
  return SyncFolder(ParentOf(path));
}

absl::Status MakeDirectories(const std::string& path) {
  if (path.empty()) return absl::InvalidArgumentError("cannot make a folder: its path is empty");
  size_t end = 0;
  while (end != std::string::npos) {
    end = path.find('/', end + 1);
    FUSIONHUB_RETURN_IF_ERROR(MakeDirectory(path.substr(0, end)));
  }
  return absl::OkStatus();
}

absl::StatusOr<FileLock> FileLock::Acquire(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return FileError(errno, "cannot open the lock", path);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return FileLock(fd);
  const int error = errno;
  close(fd);
  if (error != EWOULDBLOCK) return FileError(error, "cannot lock", path);
  return absl::FailedPreconditionError(
      absl::StrCat("cannot lock ", path, ": another process holds it; stop that process first"));
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileLock::~FileLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace fusionhub
