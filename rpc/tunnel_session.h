// The broker's end of one node's tunnel, over one NodeTunnelService.Connect stream of an
// AsyncServer. Which session of a node counts (a new one supersedes the old) is the broker's
// business.
//
//   server.AddBidiStream(tunnel_service, &v1::NodeTunnelService::AsyncService::RequestConnect,
//                        LongStreamOptions("fusionhub.v1.NodeTunnelService/Connect", 256),
//                        [&](std::shared_ptr<NodeStream> stream) {
//                          TunnelSession::Attach(std::move(stream), session_options, callbacks);
//                        });
#ifndef FUSIONHUB_RPC_TUNNEL_SESSION_H_
#define FUSIONHUB_RPC_TUNNEL_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/timer.h"
#include "fusionhub/v1/node.pb.h"
#include "rpc/response_stream.h"
#include "rpc/tunnel_assembler.h"
#include "rpc/tunnel_outbox.h"
#include "rpc/tunnel_writer.h"

namespace fusionhub::rpc {

using NodeStream = BidiStream<v1::ConnectRequest, v1::ConnectResponse>;

struct TunnelSessionOptions {
  uint32_t window_bytes = kDefaultTunnelWindowBytes;
  TunnelWriterOptions writer;
  size_t max_control_frames = 1024;
  absl::Duration heartbeat_interval = absl::Seconds(10);
  // A peer that has not said hello, or has sent nothing for three heartbeats, is disconnected.
  absl::Duration hello_timeout = absl::Seconds(10);
  TimerQueue* timers = nullptr;  // must outlive the sessions
};

class TunnelSession;

// All run on the stream's completion-queue thread, one at a time, and must not block or throw.
// `session` may be kept; drop it in on_closed.
struct TunnelSessionCallbacks {
  // The node's first frame; session->peer() says who it is. Returns what to welcome it with (now,
  // test_mode; the rest is filled in) or the error that ends the call. The session can send from
  // here on; what is sent inside the callback follows the welcome. Required.
  std::function<absl::StatusOr<v1::HubWelcome>(const std::shared_ptr<TunnelSession>& session,
                                               const v1::NodeHello& hello)>
      on_hello;
  // A whole message of the node. Its bytes are credited when the callback returns.
  std::function<void(const std::shared_ptr<TunnelSession>& session, TunnelMessage message)>
      on_message;
  // Cosignature, checkpoint_refused, hit_notice and (already answered) heartbeat frames.
  std::function<void(const std::shared_ptr<TunnelSession>& session,
                     const v1::ConnectRequest& frame)>
      on_frame;
  // The tunnel is gone, whoever ended it. Runs once, last, and only if on_hello returned a welcome.
  std::function<void(const std::shared_ptr<TunnelSession>& session)> on_closed;
};

// Thread-safe.
class TunnelSession : public std::enable_shared_from_this<TunnelSession> {
 public:
  // Takes the stream over. The session lives as long as the stream or a reference to it.
  static void Attach(std::shared_ptr<NodeStream> stream, const TunnelSessionOptions& options,
                     TunnelSessionCallbacks callbacks);

  const Peer& peer() const { return peer_; }

  // Queues a message for the node: its number for Withdraw. UNAVAILABLE when the tunnel is closed,
  // RESOURCE_EXHAUSTED or INVALID_ARGUMENT as TunnelWriter::Add.
  absl::StatusOr<TunnelWriter::MessageId> Send(v1::ChunkKind kind, std::string bytes)
      FUSIONHUB_EXCLUDES(mu_);
  // Takes back a message of which nothing has been sent. False otherwise: send a CancelOrder then.
  bool Withdraw(TunnelWriter::MessageId id) FUSIONHUB_EXCLUDES(mu_);
  // Goes before every chunk that has not left yet, in order among control frames.
  absl::Status SendControl(v1::ConnectResponse frame) FUSIONHUB_EXCLUDES(mu_);

  // Tells the node to go ("superseded", "draining", "revoked", "protocol"), then ends the stream.
  // What was not sent is dropped. Idempotent.
  void Close(absl::string_view reason, absl::Duration reconnect_after) FUSIONHUB_EXCLUDES(mu_);

  // For metrics.
  size_t pending_bytes() const FUSIONHUB_EXCLUDES(mu_);
  size_t credit_bytes() const FUSIONHUB_EXCLUDES(mu_);

 private:
  enum class State { kAwaitingHello, kOpen, kClosed };

  TunnelSession(std::shared_ptr<NodeStream> stream, const TunnelSessionOptions& options,
                TunnelSessionCallbacks callbacks);
  void Begin();
  void OnFrame(v1::ConnectRequest frame);
  absl::Status Handle(v1::ConnectRequest& frame);
  absl::Status HandleHello(const v1::NodeHello& hello);
  absl::Status HandleChunk(v1::Chunk chunk);
  absl::Status AnswerHeartbeat(const v1::Heartbeat& heartbeat);
  void OnStreamDone();
  void Pump() FUSIONHUB_EXCLUDES(mu_);
  void WatchSilence(absl::Duration wait);
  void Fail(const absl::Status& status) FUSIONHUB_EXCLUDES(mu_);
  void End(absl::string_view reason, absl::Duration reconnect_after, const absl::Status& status)
      FUSIONHUB_EXCLUDES(mu_);

  const TunnelSessionOptions options_;
  const TunnelSessionCallbacks callbacks_;
  const Peer peer_;
  TunnelAssembler assembler_;  // only on the completion-queue thread
  mutable Mutex mu_;
  std::shared_ptr<NodeStream> stream_ FUSIONHUB_GUARDED_BY(mu_);  // null when closed
  TunnelOutbox<v1::ConnectResponse> outbox_ FUSIONHUB_GUARDED_BY(mu_);
  State state_ FUSIONHUB_GUARDED_BY(mu_) = State::kAwaitingHello;
  bool welcomed_ FUSIONHUB_GUARDED_BY(mu_) = false;
  uint64_t frames_seen_ FUSIONHUB_GUARDED_BY(mu_) = 0;
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_TUNNEL_SESSION_H_
