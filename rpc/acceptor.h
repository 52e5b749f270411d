// Accepts TCP connections itself and hands them on, because gRPC 1.51's own listener dies for ever
// when file descriptors run out (CVE-2023-4785; docs/adr/2026-11-21-own-accept-loop.md).
#ifndef FUSIONHUB_RPC_ACCEPTOR_H_
#define FUSIONHUB_RPC_ACCEPTOR_H_

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/mutex.h"

namespace fusionhub::rpc {

struct AcceptorOptions {
  // "0.0.0.0:7443", "127.0.0.1:0", "[::]:7443": numeric address and port; port 0 takes a free one.
  std::string address = "127.0.0.1:0";
  int backlog = 128;
  // Open connections from one source address; one more is closed at once.
  size_t max_per_source = 64;
  // Open connections altogether. Keep it well under the process's limit of descriptors.
  size_t max_total = 1024;
  // How long to leave the queue alone after descriptors ran out.
  absl::Duration exhausted_backoff = absl::Milliseconds(100);
};

// Why a connection was closed at once, or accepting failed: a closed set of words for a metric's
// label.
enum class AcceptRefusal { kSourceCap, kTotalCap, kNoDescriptors };
absl::string_view AcceptRefusalName(AcceptRefusal refusal);

// One listening socket and its thread. Thread-safe.
class Acceptor {
 public:
  // Takes ownership of the descriptor (non-blocking, close-on-exec, TCP_NODELAY). Runs on the
  // acceptor's thread.
  using OnConnection = std::function<void(int fd)>;
  // Runs on the acceptor's thread. Optional.
  using OnRefusal = std::function<void(AcceptRefusal)>;

  // Binds and listens; accepting begins with Start. INVALID_ARGUMENT for an address that is not
  // numeric, UNAVAILABLE when it cannot be bound.
  static absl::StatusOr<std::unique_ptr<Acceptor>> Listen(const AcceptorOptions& options);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  // Once.
  void Start(OnConnection on_connection, OnRefusal on_refusal = nullptr);
  // Closes the listening socket and joins the thread; connections already handed on live.
  // Idempotent.
  void Stop();

  int port() const { return port_; }
  // Connections handed on that their owner has not closed, as last counted.
  size_t open_connections() FUSIONHUB_EXCLUDES(mu_);

 private:
  // A connection handed on. Its new owner closes it without telling us; a socket's inode tells
  // whether the descriptor is still the same socket.
  struct Handed {
    int fd;
    ino_t inode;
  };
  using HandedList = std::vector<Handed>;

  Acceptor(const AcceptorOptions& options, int listen_fd, int wake_fd, int port);
  void Run();
  bool AcceptOne();
  bool Admit(const std::string& source, AcceptRefusal& refusal) FUSIONHUB_EXCLUDES(mu_);
  void Remember(const std::string& source, int fd) FUSIONHUB_EXCLUDES(mu_);
  void Forget(HandedList& handed) FUSIONHUB_REQUIRES(mu_);
  void ForgetAllClosed() FUSIONHUB_REQUIRES(mu_);
  void Refuse(AcceptRefusal refusal);
  void Pause();

  const AcceptorOptions options_;
  const int listen_fd_;
  const int wake_fd_;
  const int port_;
  OnConnection on_connection_;
  OnRefusal on_refusal_;
  Mutex mu_;
  absl::flat_hash_map<std::string, HandedList> by_source_ FUSIONHUB_GUARDED_BY(mu_);
  size_t total_ FUSIONHUB_GUARDED_BY(mu_) = 0;
  bool stopped_ FUSIONHUB_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_ACCEPTOR_H_
