// The node's end of the tunnel: keeps one connection to the broker alive, whatever happens to it.
//
// Uses gRPC's sync API (a reader and a writer thread): 1.51's callback client stalls when idle.
#ifndef FUSIONHUB_RPC_TUNNEL_CLIENT_H_
#define FUSIONHUB_RPC_TUNNEL_CLIENT_H_

#include <grpcpp/security/credentials.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/random.h"
#include "fusionhub/v1/node.pb.h"
#include "rpc/backoff.h"
#include "rpc/tunnel_assembler.h"
#include "rpc/tunnel_writer.h"

namespace fusionhub::rpc {

struct TunnelClientOptions {
  std::string target;  // "hub.example.org:7443"
  // Asked before every attempt, so that renewed certificates are used:
  // TlsIdentity::ChannelCredentials with RequireSpiffeId of the hub.
  std::function<absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>>()> credentials;
  uint32_t window_bytes = kDefaultTunnelWindowBytes;
  TunnelWriterOptions writer;
  size_t max_control_frames = 1024;
  absl::Duration connect_timeout = absl::Seconds(10);
  absl::Duration welcome_timeout = absl::Seconds(10);
  BackoffOptions backoff;  // 0.2 s to 30 s, full jitter
};

// All run on the tunnel's reader thread, one at a time, and must not block: hand work to a bounded
// pool. They stop before Stop returns. None may call Stop.
struct TunnelClientCallbacks {
  // What to say on a new connection. protocol and window_bytes are filled in. Required.
  std::function<v1::NodeHello()> hello;
  // The broker accepted the hello. A status that is not OK ends the connection (clocks too far
  // apart, other test mode) and is retried with back-off. Sending is possible once it has returned.
  std::function<absl::Status(const v1::HubWelcome&)> on_welcome;
  // A whole message. Its bytes are credited when the callback returns.
  std::function<void(TunnelMessage)> on_message;
  // Checkpoint and cancel frames; the others are dealt with here. After on_welcome.
  std::function<void(const v1::ConnectResponse&)> on_frame;
  // The connection is gone and what was not sent is dropped. For the log and metrics; the client
  // reconnects by itself.
  std::function<void(const absl::Status&)> on_disconnected;
  // For the heartbeat. Optional; runs on the writer thread.
  std::function<uint32_t()> orders_in_flight;
};

// Thread-safe.
class TunnelClient {
 public:
  // `random` spreads reconnects and must outlive the client.
  TunnelClient(TunnelClientOptions options, TunnelClientCallbacks callbacks, Random& random);
  // Stops.
  ~TunnelClient();
  TunnelClient(const TunnelClient&) = delete;
  TunnelClient& operator=(const TunnelClient&) = delete;

  // Once.
  void Start();
  // Ends the connection and joins the threads. Idempotent. Not from a callback.
  void Stop() FUSIONHUB_EXCLUDES(mu_);

  // UNAVAILABLE when not connected, RESOURCE_EXHAUSTED or INVALID_ARGUMENT as TunnelWriter::Add. OK
  // says that it is queued; it is lost if the connection is.
  absl::Status Send(v1::ChunkKind kind, std::string bytes) FUSIONHUB_EXCLUDES(mu_);
  absl::Status SendControl(v1::ConnectRequest frame) FUSIONHUB_EXCLUDES(mu_);

  // True between the broker's welcome and the end of the connection.
  bool connected() const FUSIONHUB_EXCLUDES(mu_);
  // Connections welcomed so far.
  uint64_t connections() const FUSIONHUB_EXCLUDES(mu_);

 private:
  class Connection;

  void Run();
  // How long it was welcome; `asked` is how long the broker asked to stay away.
  absl::Duration RunConnection(absl::Duration& asked) FUSIONHUB_EXCLUDES(mu_);
  std::shared_ptr<Connection> Current() const FUSIONHUB_EXCLUDES(mu_);
  bool WaitBeforeRetry(absl::Duration wait) FUSIONHUB_EXCLUDES(mu_);

  const TunnelClientOptions options_;
  const TunnelClientCallbacks callbacks_;
  Random& random_;
  mutable Mutex mu_;
  CondVar wake_;
  bool stopping_ FUSIONHUB_GUARDED_BY(mu_) = false;
  uint64_t finished_ FUSIONHUB_GUARDED_BY(mu_) = 0;  // welcomed connections that ended
  std::shared_ptr<Connection> connection_ FUSIONHUB_GUARDED_BY(mu_);  // null while there is none
  std::thread thread_;
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_TUNNEL_CLIENT_H_
