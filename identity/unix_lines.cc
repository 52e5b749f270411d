// Non-blocking Unix sockets with poll().
#include "identity/unix_lines.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace fusionhub::identity {
namespace {

constexpr int kBacklog = 8;

absl::StatusOr<sockaddr_un> AddressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(absl::StrCat("the socket's path must have 1 to ",
                                                   sizeof(address.sun_path) - 1, " bytes: ", path));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

absl::StatusOr<OwnedFd> NewSocket() {
  OwnedFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0) return absl::ErrnoToStatus(errno, "cannot make a socket");
  return fd;
}

absl::Status WaitFor(int fd, short events, Deadline deadline) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return absl::DeadlineExceededError("the peer took too long");
    pollfd poll_fd{.fd = fd, .events = events, .revents = 0};
    const int ready = poll(&poll_fd, 1, static_cast<int>(std::min<int64_t>(left.count(), 60'000)));
    if (ready > 0) return absl::OkStatus();
    if (ready < 0 && errno != EINTR) return absl::ErrnoToStatus(errno, "cannot wait for the peer");
  }
}

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

absl::Status RemoveStaleSocket(const std::string& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) return absl::OkStatus();
  if (!S_ISSOCK(info.st_mode)) {
    return absl::AlreadyExistsError(absl::StrCat(path, " exists and is not a socket"));
  }
  const absl::StatusOr<OwnedFd> peer = ConnectUnix(path, DeadlineAfter(absl::Seconds(1)));
  if (!absl::IsUnavailable(peer.status())) {
    return absl::AlreadyExistsError(absl::StrCat("somebody serves ", path, " already"));
  }
  if (unlink(path.c_str()) != 0) return absl::ErrnoToStatus(errno, "cannot remove " + path);
  return absl::OkStatus();
}

}  // namespace

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) close(fd_);
}

Deadline DeadlineAfter(absl::Duration timeout) {
  const absl::Duration bounded = std::min(timeout, absl::Hours(24));
  return std::chrono::steady_clock::now() + absl::ToChronoMicroseconds(bounded);
}

absl::StatusOr<OwnedFd> ConnectUnix(const std::string& path, Deadline deadline) {
  FUSIONHUB_ASSIGN_OR_RETURN(const sockaddr_un address, AddressOf(path));
  FUSIONHUB_ASSIGN_OR_RETURN(OwnedFd fd, NewSocket());
  while (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    // A full backlog says EAGAIN, and poll() cannot wait for it.
    if (!WouldBlock()) {
      return absl::UnavailableError(
          absl::StrCat("nobody serves ", path, ": ", std::strerror(errno)));
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      return absl::DeadlineExceededError(absl::StrCat(path, " is too busy"));
    }
    usleep(10'000);
  }
  return fd;
}

absl::StatusOr<OwnedFd> ListenUnix(const std::string& path) {
  FUSIONHUB_ASSIGN_OR_RETURN(const sockaddr_un address, AddressOf(path));
  FUSIONHUB_RETURN_IF_ERROR(RemoveStaleSocket(path));
  FUSIONHUB_ASSIGN_OR_RETURN(OwnedFd fd, NewSocket());
  // Before bind(), which makes the file with these bits: there is no moment in which others can
  // connect.
  if (fchmod(fd.get(), 0600) != 0) return absl::ErrnoToStatus(errno, "cannot protect the socket");
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(fd.get(), kBacklog) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot listen on ", path));
  }
  return fd;
}

absl::StatusOr<std::string> ReadLine(int fd, size_t max_bytes, Deadline deadline) {
  std::string line;
  char buffer[4096];
  while (true) {
    FUSIONHUB_RETURN_IF_ERROR(WaitFor(fd, POLLIN, deadline));
    const ssize_t count = recv(fd, buffer, sizeof(buffer), 0);
    if (count < 0 && WouldBlock()) continue;
    if (count <= 0)
      return absl::InvalidArgumentError("the peer ended before the line was complete");
    const absl::string_view part(buffer, static_cast<size_t>(count));
    const size_t end = part.find('\n');
    absl::StrAppend(&line, part.substr(0, end));
    if (line.size() > max_bytes) {
      return absl::InvalidArgumentError(
          absl::StrCat("the peer's line has more than ", max_bytes, " bytes"));
    }
    if (end != absl::string_view::npos) return line;
  }
}

absl::Status WriteLine(int fd, absl::string_view line, Deadline deadline) {
  const std::string text = absl::StrCat(line, "\n");
  absl::string_view rest = text;
  while (!rest.empty()) {
    FUSIONHUB_RETURN_IF_ERROR(WaitFor(fd, POLLOUT, deadline));
    const ssize_t count = send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count < 0 && WouldBlock()) continue;
    if (count <= 0) return absl::UnavailableError("the peer closed the socket");
    rest.remove_prefix(static_cast<size_t>(count));
  }
  return absl::OkStatus();
}

}  // namespace fusionhub::identity
