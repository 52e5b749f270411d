// One child program with a socket as its standard input and output.
#ifndef FUSIONHUB_FACE_MATCHER_CHILD_PROCESS_H_
#define FUSIONHUB_FACE_MATCHER_CHILD_PROCESS_H_

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fusionhub::face_matcher {

// How a child ended.
struct ChildExit {
  int signal = 0;  // 0: it exited by itself
  int code = 0;
};

// Thread-compatible. The destructor kills the child if it still runs, and reaps it.
class ChildProcess {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  // Starts `arguments[0]` with an empty environment, no other open descriptors than the socket, and
  // stderr thrown away. posix_spawn: nothing of this process runs in the child.
  static absl::StatusOr<ChildProcess> Start(const std::vector<std::string>& arguments);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  // Sends `frame` and reads one frame of at most `max_reply` bytes. The child may end before it has
  // read everything. DEADLINE_EXCEEDED, UNAVAILABLE (the child closed its end), RESOURCE_EXHAUSTED
  // (reply too long).
  absl::StatusOr<std::string> Exchange(absl::string_view frame, size_t max_reply,
                                       Deadline deadline);
  // Waits for the end; kills at `deadline`.
  ChildExit Wait(Deadline deadline);

 private:
  ChildProcess(pid_t pid, int socket) : pid_(pid), socket_(socket) {}
  absl::Status Receive(std::string& received);
  void Send(absl::string_view& frame);

  pid_t pid_;
  int socket_;
};

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_CHILD_PROCESS_H_
