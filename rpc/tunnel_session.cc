// The broker's end of one tunnel.
//
// Lock order: a session's lock, then its stream's (inside Write and Finish). Callbacks run under
// neither.
#include "rpc/tunnel_session.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"

namespace fusionhub::rpc {
namespace {

constexpr uint32_t kProtocol = 1;
// What is handed to gRPC ahead of its sending: enough to keep the connection busy, little enough
// that a control frame overtakes nearly every chunk.
constexpr size_t kAheadBytes = 2 * kMaxChunkBytes;
// How long a peer that does not read may hold up the end of its stream.
constexpr absl::Duration kGoAwayTime = absl::Seconds(5);

}  // namespace

void TunnelSession::Attach(std::shared_ptr<NodeStream> stream, const TunnelSessionOptions& options,
                           TunnelSessionCallbacks callbacks) {
  std::shared_ptr<TunnelSession> session(
      new TunnelSession(std::move(stream), options, std::move(callbacks)));
  session->Begin();
}

TunnelSession::TunnelSession(std::shared_ptr<NodeStream> stream,
                             const TunnelSessionOptions& options, TunnelSessionCallbacks callbacks)
    : options_(options),
      callbacks_(std::move(callbacks)),
      peer_(stream->peer()),
      assembler_({.window_bytes = options.window_bytes}),
      stream_(std::move(stream)),
      outbox_(options.writer, options.max_control_frames) {}

void TunnelSession::Begin() {
  std::shared_ptr<TunnelSession> self = shared_from_this();
  std::shared_ptr<NodeStream> stream;
  {
    MutexLock lock(mu_);
    stream = stream_;
  }
  // The stream drops these when it is over, which ends the circle of references.
  stream->OnMessage([self](v1::ConnectRequest frame) { self->OnFrame(std::move(frame)); });
  stream->OnReadsDone([self] { self->Close("protocol", absl::ZeroDuration()); });
  stream->OnWritten([self] { self->Pump(); });
  stream->OnDone([self] { self->OnStreamDone(); });
  WatchSilence(options_.hello_timeout);
}

// Ends the session when nothing came for `wait`, and looks again otherwise.
void TunnelSession::WatchSilence(absl::Duration wait) {
  uint64_t seen = 0;
  {
    MutexLock lock(mu_);
    if (state_ == State::kClosed) return;
    seen = frames_seen_;
  }
  std::weak_ptr<TunnelSession> weak = weak_from_this();
  options_.timers->Schedule(wait, [weak, seen] {
    const std::shared_ptr<TunnelSession> self = weak.lock();
    if (!self) return;
    bool silent = false;
    {
      MutexLock lock(self->mu_);
      silent = self->frames_seen_ == seen;
    }
    if (silent) {
      self->Fail(absl::DeadlineExceededError("the node was silent for too long"));
    } else {
      self->WatchSilence(3 * self->options_.heartbeat_interval);
    }
  });
}

void TunnelSession::OnFrame(v1::ConnectRequest frame) {
  State state;
  {
    MutexLock lock(mu_);
    ++frames_seen_;
    state = state_;
  }
  if (state == State::kClosed) return;
  absl::Status status;
  if (state == State::kAwaitingHello) {
    status = frame.has_hello() ? HandleHello(frame.hello())
                               : absl::InvalidArgumentError("the first frame is not a hello");
  } else {
    status = Handle(frame);
  }
  if (!status.ok()) Fail(status);
}

absl::Status TunnelSession::HandleHello(const v1::NodeHello& hello) {
  if (hello.protocol() != kProtocol) {
    return absl::FailedPreconditionError(absl::StrCat("the node speaks tunnel protocol ",
                                                      hello.protocol(), ", this hub speaks ",
                                                      kProtocol, "; update the older one"));
  }
  {
    MutexLock lock(mu_);
    FUSIONHUB_RETURN_IF_ERROR(outbox_.writer().SetWindow(hello.window_bytes()));
  }
  FUSIONHUB_ASSIGN_OR_RETURN(v1::HubWelcome welcome,
                             callbacks_.on_hello(shared_from_this(), hello));
  welcome.set_protocol(kProtocol);
  welcome.set_window_bytes(options_.window_bytes);
  welcome.set_heartbeat_ms(
      static_cast<uint32_t>(absl::ToInt64Milliseconds(options_.heartbeat_interval)));
  v1::ConnectResponse frame;
  *frame.mutable_welcome() = std::move(welcome);
  {
    MutexLock lock(mu_);
    welcomed_ = true;
    if (state_ == State::kClosed) return absl::OkStatus();  // closed inside on_hello
    FUSIONHUB_RETURN_IF_ERROR(stream_->Write(std::move(frame)));
    state_ = State::kOpen;
  }
  Pump();
  return absl::OkStatus();
}

absl::Status TunnelSession::Handle(v1::ConnectRequest& frame) {
  switch (frame.frame_case()) {
    case v1::ConnectRequest::kChunk:
      return HandleChunk(std::move(*frame.mutable_chunk()));
    case v1::ConnectRequest::kCredit: {
      {
        MutexLock lock(mu_);
        FUSIONHUB_RETURN_IF_ERROR(outbox_.writer().AddCredit(frame.credit().bytes()));
      }
      Pump();
      return absl::OkStatus();
    }
    case v1::ConnectRequest::kHeartbeat:
      FUSIONHUB_RETURN_IF_ERROR(AnswerHeartbeat(frame.heartbeat()));
      break;
    case v1::ConnectRequest::kHello:
      return absl::InvalidArgumentError("a second hello");
    case v1::ConnectRequest::FRAME_NOT_SET:
      return absl::InvalidArgumentError("an empty frame, or one that this hub does not know");
    default:
      break;
  }
  if (callbacks_.on_frame) callbacks_.on_frame(shared_from_this(), frame);
  return absl::OkStatus();
}

absl::Status TunnelSession::HandleChunk(v1::Chunk chunk) {
  FUSIONHUB_ASSIGN_OR_RETURN(std::optional<TunnelMessage> message,
                             assembler_.Add(std::move(chunk)));
  if (!message) return absl::OkStatus();
  if (callbacks_.on_message) callbacks_.on_message(shared_from_this(), *std::move(message));
  {
    MutexLock lock(mu_);
    outbox_.AddCreditOwed(assembler_.TakeCredit());
  }
  Pump();
  return absl::OkStatus();
}

absl::Status TunnelSession::AnswerHeartbeat(const v1::Heartbeat& heartbeat) {
  v1::ConnectResponse answer;
  answer.mutable_heartbeat()->set_sequence(heartbeat.sequence());
  return SendControl(std::move(answer));
}

void TunnelSession::OnStreamDone() {
  std::shared_ptr<NodeStream> stream;  // released outside the lock
  bool tell = false;
  {
    MutexLock lock(mu_);
    state_ = State::kClosed;
    stream = std::move(stream_);
    tell = welcomed_;
  }
  if (tell && callbacks_.on_closed) callbacks_.on_closed(shared_from_this());
}

void TunnelSession::Pump() {
  MutexLock lock(mu_);
  while (state_ == State::kOpen && stream_->queued_bytes() < kAheadBytes) {
    std::optional<v1::ConnectResponse> frame = outbox_.Next();
    // A write that fails means that the stream is over; OnStreamDone follows.
    if (!frame || !stream_->Write(*std::move(frame)).ok()) return;
  }
}

absl::StatusOr<TunnelWriter::MessageId> TunnelSession::Send(v1::ChunkKind kind, std::string bytes) {
  absl::StatusOr<TunnelWriter::MessageId> id;
  {
    MutexLock lock(mu_);
    if (state_ == State::kClosed) return absl::UnavailableError("the node's tunnel is closed");
    id = outbox_.writer().Add(kind, std::move(bytes));
  }
  if (id.ok()) Pump();
  return id;
}

bool TunnelSession::Withdraw(TunnelWriter::MessageId id) {
  MutexLock lock(mu_);
  return outbox_.writer().Withdraw(id);
}

absl::Status TunnelSession::SendControl(v1::ConnectResponse frame) {
  {
    MutexLock lock(mu_);
    if (state_ == State::kClosed) return absl::UnavailableError("the node's tunnel is closed");
    FUSIONHUB_RETURN_IF_ERROR(outbox_.AddControl(std::move(frame)));
  }
  Pump();
  return absl::OkStatus();
}

void TunnelSession::Fail(const absl::Status& status) {
  // The text names the rule that was broken, nothing of the peer's data.
  Log(LogLevel::kWarn, "tunnel_failed", status.message(), {{"node_id", peer_.spiffe_id}});
  End("protocol", absl::ZeroDuration(), status);
}

void TunnelSession::Close(absl::string_view reason, absl::Duration reconnect_after) {
  End(reason, reconnect_after,
      absl::UnavailableError(absl::StrCat("the hub closed the tunnel: ", reason)));
}

void TunnelSession::End(absl::string_view reason, absl::Duration reconnect_after,
                        const absl::Status& status) {
  std::shared_ptr<NodeStream> stream;
  {
    MutexLock lock(mu_);
    if (state_ == State::kClosed) return;
    state_ = State::kClosed;
    stream = stream_;
  }
  const absl::Duration wait = std::clamp(reconnect_after, absl::ZeroDuration(), absl::Hours(24));
  v1::ConnectResponse frame;
  frame.mutable_go_away()->set_reason(std::string(reason));
  frame.mutable_go_away()->set_reconnect_after_ms(
      static_cast<uint32_t>(absl::ToInt64Milliseconds(wait)));
  (void)stream->Write(std::move(frame));  // fails only if the stream is over already
  stream->Finish(status);
  std::weak_ptr<NodeStream> weak = stream;
  options_.timers->Schedule(kGoAwayTime, [weak] {
    if (std::shared_ptr<NodeStream> late = weak.lock()) late->Cancel();
  });
}

size_t TunnelSession::pending_bytes() const {
  MutexLock lock(mu_);
  return outbox_.writer().pending_bytes();
}

size_t TunnelSession::credit_bytes() const {
  MutexLock lock(mu_);
  return outbox_.writer().credit_bytes();
}

}  // namespace fusionhub::rpc
