// Sets a server process up and waits for its end.
#include "base/process.h"

#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>

#include "base/file.h"

namespace fusionhub {
namespace {

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

absl::Status PrepareProcess() {
  const rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0) {
    return absl::ErrnoToStatus(errno, "core dumps cannot be turned off");
  }
  signal(SIGPIPE, SIG_IGN);
  const sigset_t signals = StopSignals();
  if (const int error = pthread_sigmask(SIG_BLOCK, &signals, nullptr); error != 0) {
    return absl::ErrnoToStatus(error, "signals cannot be blocked");
  }
  return absl::OkStatus();
}

void WaitForStop() {
  const sigset_t signals = StopSignals();
  int received = 0;
  while (sigwait(&signals, &received) != 0) {
  }
}

absl::Status WritePortFile(const std::string& path, const std::string& json) {
  if (path.empty()) return absl::OkStatus();
  return WriteFileAtomically(path, json + "\n", 0644, Durability::kUnsynced);
}

}  // namespace fusionhub
