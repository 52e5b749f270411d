// One line of text each way over a Unix socket, with a deadline and a bound.
#ifndef FUSIONHUB_IDENTITY_UNIX_LINES_H_
#define FUSIONHUB_IDENTITY_UNIX_LINES_H_

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace fusionhub::identity {

// An open descriptor, closed at the end of its life. Move-only.
class OwnedFd {
 public:
  explicit OwnedFd(int fd = -1) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~OwnedFd();
  int get() const { return fd_; }

 private:
  int fd_;
};

// A moment on the monotonic clock: waiting for a peer must not depend on the wall clock.
using Deadline = std::chrono::steady_clock::time_point;
Deadline DeadlineAfter(absl::Duration timeout);

// Connects to a listening socket. UNAVAILABLE when nobody listens there.
absl::StatusOr<OwnedFd> ConnectUnix(const std::string& path, Deadline deadline);
// Listens on a new socket that only this user can connect to (mode 0600). Replaces a socket that
// nobody listens on; ALREADY_EXISTS when somebody does or when `path` is something else.
absl::StatusOr<OwnedFd> ListenUnix(const std::string& path);

// Reads up to the first line feed, which is left off. INVALID_ARGUMENT when the peer ends before
// one or sends more than `max_bytes`, DEADLINE_EXCEEDED past the deadline.
absl::StatusOr<std::string> ReadLine(int fd, size_t max_bytes, Deadline deadline);
// Writes `line` and a line feed.
absl::Status WriteLine(int fd, absl::string_view line, Deadline deadline);

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_UNIX_LINES_H_
