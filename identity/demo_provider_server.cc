// The accept loop.
#include "identity/demo_provider_server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/log.h"
#include "base/status_macros.h"

namespace fusionhub::identity {
namespace {

constexpr size_t kMaxLineBytes = 1024;
constexpr absl::Duration kConnectionTimeout = absl::Seconds(2);

}  // namespace

absl::StatusOr<std::unique_ptr<DemoProviderServer>> DemoProviderServer::Create(
    const std::string& socket_path, DemoProvider& issuer, const Clock& clock) {
  FUSIONHUB_ASSIGN_OR_RETURN(OwnedFd listener, ListenUnix(socket_path));
  OwnedFd stop(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (stop.get() < 0) return absl::ErrnoToStatus(errno, "cannot make an eventfd");
  return std::unique_ptr<DemoProviderServer>(
      new DemoProviderServer(socket_path, std::move(listener), std::move(stop), issuer, clock));
}

DemoProviderServer::~DemoProviderServer() { unlink(path_.c_str()); }

absl::Status DemoProviderServer::Run() {
  while (true) {
    pollfd fds[2] = {{.fd = listener_.get(), .events = POLLIN, .revents = 0},
                     {.fd = stop_.get(), .events = POLLIN, .revents = 0}};
    if (poll(fds, 2, -1) < 0 && errno != EINTR) {
      return absl::ErrnoToStatus(errno, "cannot wait for connections");
    }
    if (fds[1].revents != 0) return absl::OkStatus();
    if (fds[0].revents == 0) continue;
    const OwnedFd peer(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (peer.get() >= 0) Serve(peer.get());
  }
}

void DemoProviderServer::Stop() {
  const uint64_t one = 1;
  // The counter cannot overflow into an error: nobody else writes to it.
  [[maybe_unused]] const ssize_t written = write(stop_.get(), &one, sizeof(one));
}

void DemoProviderServer::Serve(int fd) {
  const Deadline deadline = DeadlineAfter(kConnectionTimeout);
  const absl::StatusOr<std::string> line = ReadLine(fd, kMaxLineBytes, deadline);
  absl::Status status = line.status();
  if (line.ok()) status = WriteLine(fd, issuer_.Answer(*line, clock_.Now()), deadline);
  if (!status.ok()) {
    Log(LogLevel::kWarn, "demo_issuer_connection_failed", "a connection was not answered",
        {{"code", absl::StatusCodeToString(status.code())}});
  }
}

}  // namespace fusionhub::identity
