// posix_spawn, a socket pair, poll with a deadline.
#include "face_matcher/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace fusionhub::face_matcher {
namespace {

constexpr auto kReapInterval = std::chrono::milliseconds(1);

// Descriptors and signals of the child.
struct SpawnPlan {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  int Fill(int socket) {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    int error =
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO);
    if (error == 0) {
      error = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    return error;
  }
};

int MillisecondsUntil(ChildProcess::Deadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, 1 << 30));
}

// The events on `socket`, or none at the deadline.
int16_t WaitFor(int socket, int16_t events, ChildProcess::Deadline deadline) {
  pollfd poll_for{socket, events, 0};
  while (poll(&poll_for, 1, MillisecondsUntil(deadline)) < 0 && errno == EINTR) {
  }
  return poll_for.revents;
}

// The reply's body when `received` holds a whole frame; `complete` says so.
absl::StatusOr<std::string> TakeFrame(const std::string& received, size_t max_reply,
                                      bool& complete) {
  complete = false;
  uint32_t size = 0;
  if (received.size() < sizeof(size)) return std::string();
  std::memcpy(&size, received.data(), sizeof(size));
  if (size > max_reply) return absl::ResourceExhaustedError("the child's reply is too long");
  if (received.size() - sizeof(size) < size) return std::string();
  complete = true;
  return received.substr(sizeof(size), size);
}

}  // namespace

absl::StatusOr<ChildProcess> ChildProcess::Start(const std::vector<std::string>& arguments) {
  std::array<int, 2> pair{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return absl::ErrnoToStatus(errno, "cannot make a socket pair for a child process");
  }
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::array<char*, 1> environment = {nullptr};
  SpawnPlan plan;
  pid_t pid = 0;
  int error = plan.Fill(pair[1]);
  if (error == 0) {
    error = posix_spawn(&pid, argv[0], &plan.actions, &plan.attributes, argv.data(),
                        environment.data());
  }
  close(pair[1]);
  if (error != 0) {
    close(pair[0]);
    return absl::ErrnoToStatus(error, absl::StrCat("cannot start ", arguments[0]));
  }
  return ChildProcess(pid, pair[0]);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), socket_(std::exchange(other.socket_, -1)) {}

ChildProcess::~ChildProcess() {
  if (socket_ >= 0) close(socket_);
  if (pid_ > 0) Wait(std::chrono::steady_clock::now());
}

absl::Status ChildProcess::Receive(std::string& received) {
  std::array<char, 16384> buffer;
  const ssize_t got = recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got > 0) received.append(buffer.data(), static_cast<size_t>(got));
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
    return absl::UnavailableError("the child closed its end");
  }
  return absl::OkStatus();
}

// Takes what was sent off `frame`.
void ChildProcess::Send(absl::string_view& frame) {
  const ssize_t put = send(socket_, frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (put > 0) frame.remove_prefix(static_cast<size_t>(put));
  // A child that died without reading: the next read says so.
  if (put < 0 && errno != EAGAIN && errno != EINTR) frame = {};
}

absl::StatusOr<std::string> ChildProcess::Exchange(absl::string_view frame, size_t max_reply,
                                                   Deadline deadline) {
  std::string received;
  while (true) {
    const int16_t events =
        WaitFor(socket_, static_cast<int16_t>(frame.empty() ? POLLIN : POLLIN | POLLOUT), deadline);
    if (events == 0) return absl::DeadlineExceededError("the child did not answer in time");
    if ((events & POLLIN) != 0) {
      FUSIONHUB_RETURN_IF_ERROR(Receive(received));
      bool complete = false;
      absl::StatusOr<std::string> reply = TakeFrame(received, max_reply, complete);
      if (!reply.ok() || complete) return reply;
    } else if ((events & POLLOUT) != 0) {
      Send(frame);
    } else {
      return absl::UnavailableError("the child closed its end");
    }
  }
}

ChildExit ChildProcess::Wait(Deadline deadline) {
  int status = 0;
  pid_t done = 0;
  while ((done = waitpid(pid_, &status, WNOHANG)) == 0 &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kReapInterval);
  }
  if (done == 0) {
    kill(pid_, SIGKILL);
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  pid_ = -1;
  if (WIFSIGNALED(status)) return {WTERMSIG(status), 0};
  return {0, WEXITSTATUS(status)};
}

}  // namespace fusionhub::face_matcher
