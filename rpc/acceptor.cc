// The accept loop.
#include "rpc/acceptor.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"

namespace fusionhub::rpc {
namespace {

// An unanswered write ends the connection after this long, as gRPC's own listener would have it.
constexpr unsigned int kUserTimeoutMilliseconds = 20000;

absl::Status SystemError(absl::string_view what, const std::string& address) {
  return absl::UnavailableError(absl::StrCat(what, " ", address, ": ", strerror(errno)));
}

struct AddressInfo {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

absl::StatusOr<AddressInfo> ParseAddress(const std::string& address) {
  const absl::Status bad = absl::InvalidArgumentError(
      absl::StrCat("'", address,
                   "' is not an address to listen on; write a numeric address and a "
                   "port, e.g. 0.0.0.0:7443 or [::]:7443"));
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos) return bad;
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string::npos) {
    return bad;
  }
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (host.empty() ||
      getaddrinfo(host.c_str(), address.substr(colon + 1).c_str(), &hints, &found) != 0) {
    return bad;
  }
  AddressInfo info;
  std::memcpy(&info.storage, found->ai_addr, found->ai_addrlen);
  info.size = found->ai_addrlen;
  freeaddrinfo(found);
  return info;
}

int PortOf(const sockaddr_storage& storage) {
  if (storage.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);
}

// What one source is: an IPv4 address, or an IPv6 /64, of which one host easily has all.
std::string SourceOf(const sockaddr_storage& storage) {
  if (storage.ss_family == AF_INET6) {
    const in6_addr& address = reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr;
    const char* bytes = reinterpret_cast<const char*>(&address);
    return IN6_IS_ADDR_V4MAPPED(&address) ? std::string(bytes + 12, 4) : std::string(bytes, 8);
  }
  const in_addr& address = reinterpret_cast<const sockaddr_in&>(storage).sin_addr;
  return std::string(reinterpret_cast<const char*>(&address), sizeof(address));
}

void SetOption(int fd, int level, int option, int value) {
  (void)setsockopt(fd, level, option, &value, sizeof(value));
}

absl::StatusOr<int> OpenListener(const AcceptorOptions& options, const AddressInfo& address) {
  const int fd =
      socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (fd < 0) return SystemError("cannot open a socket for", options.address);
  SetOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  SetOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);  // accepted sockets inherit it
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 ||
      listen(fd, options.backlog) != 0) {
    const absl::Status error = SystemError("cannot listen on", options.address);
    close(fd);
    return error;
  }
  return fd;
}

bool OutOfDescriptors(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

bool IsOpenSocket(int fd, ino_t inode) {
  struct stat info {};
  return fstat(fd, &info) == 0 && S_ISSOCK(info.st_mode) && info.st_ino == inode;
}

}  // namespace

absl::string_view AcceptRefusalName(AcceptRefusal refusal) {
  switch (refusal) {
    case AcceptRefusal::kSourceCap:
      return "source_cap";
    case AcceptRefusal::kTotalCap:
      return "total_cap";
    case AcceptRefusal::kNoDescriptors:
      return "no_descriptors";
  }
  return "unknown";
}

absl::StatusOr<std::unique_ptr<Acceptor>> Acceptor::Listen(const AcceptorOptions& options) {
  FUSIONHUB_ASSIGN_OR_RETURN(const AddressInfo address, ParseAddress(options.address));
  FUSIONHUB_ASSIGN_OR_RETURN(const int fd, OpenListener(options, address));
  const int wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  if (wake_fd < 0 || getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    const absl::Status error = SystemError("cannot listen on", options.address);
    close(fd);
    if (wake_fd >= 0) close(wake_fd);
    return error;
  }
  return std::unique_ptr<Acceptor>(new Acceptor(options, fd, wake_fd, PortOf(bound)));
}

Acceptor::Acceptor(const AcceptorOptions& options, int listen_fd, int wake_fd, int port)
    : options_(options), listen_fd_(listen_fd), wake_fd_(wake_fd), port_(port) {}

Acceptor::~Acceptor() {
  Stop();
  close(wake_fd_);
}

void Acceptor::Start(OnConnection on_connection, OnRefusal on_refusal) {
  on_connection_ = std::move(on_connection);
  on_refusal_ = std::move(on_refusal);
  thread_ = std::thread([this] { Run(); });
}

void Acceptor::Stop() {
  {
    MutexLock lock(mu_);
    if (std::exchange(stopped_, true)) return;
  }
  (void)eventfd_write(wake_fd_, 1);
  if (thread_.joinable()) thread_.join();
  close(listen_fd_);
}

void Acceptor::Run() {
  pollfd watched[2] = {{listen_fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}};
  while (true) {
    const int ready = poll(watched, 2, -1);
    if (ready < 0 && errno != EINTR) Pause();
    if (ready > 0 && watched[1].revents != 0) return;
    if (ready > 0 && watched[0].revents != 0 && !AcceptOne()) Pause();
  }
}

// False when accepting should rest for a while.
bool Acceptor::AcceptOne() {
  sockaddr_storage from{};
  socklen_t size = sizeof(from);
  const int fd =
      accept4(listen_fd_, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    if (!OutOfDescriptors(errno)) return true;  // the client has gone already, or nothing was there
    Refuse(AcceptRefusal::kNoDescriptors);
    return false;
  }
  const std::string source = SourceOf(from);
  AcceptRefusal refusal{};
  if (!Admit(source, refusal)) {
    Refuse(refusal);
    close(fd);
    return true;
  }
  SetOption(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, kUserTimeoutMilliseconds);
  Remember(source, fd);
  on_connection_(fd);
  return true;
}

bool Acceptor::Admit(const std::string& source, AcceptRefusal& refusal) {
  MutexLock lock(mu_);
  if (total_ >= options_.max_total) ForgetAllClosed();
  if (total_ >= options_.max_total) {
    refusal = AcceptRefusal::kTotalCap;
    return false;
  }
  const auto found = by_source_.find(source);
  if (found == by_source_.end()) return true;
  if (found->second.size() >= options_.max_per_source) Forget(found->second);
  refusal = AcceptRefusal::kSourceCap;
  return found->second.size() < options_.max_per_source;
}

void Acceptor::Remember(const std::string& source, int fd) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return;
  MutexLock lock(mu_);
  by_source_[source].push_back({fd, info.st_ino});
  ++total_;
}

void Acceptor::Forget(HandedList& handed) {
  total_ -= std::erase_if(handed, [](const Handed& h) { return !IsOpenSocket(h.fd, h.inode); });
}

void Acceptor::ForgetAllClosed() {
  for (auto& [source, handed] : by_source_) Forget(handed);
  absl::erase_if(by_source_, [](const auto& entry) { return entry.second.empty(); });
}

size_t Acceptor::open_connections() {
  MutexLock lock(mu_);
  ForgetAllClosed();
  return total_;
}

void Acceptor::Refuse(AcceptRefusal refusal) {
  Log(LogLevel::kWarn, "connection_refused", "a connection was turned away before TLS",
      {{"reason", AcceptRefusalName(refusal)}});
  if (on_refusal_) on_refusal_(refusal);
}

void Acceptor::Pause() {
  pollfd wake = {wake_fd_, POLLIN, 0};
  (void)poll(&wake, 1, static_cast<int>(absl::ToInt64Milliseconds(options_.exhausted_backoff)));
}

}  // namespace fusionhub::rpc
