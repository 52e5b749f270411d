// Dialling, greeting, reading and writing of one tunnel connection.
#include "rpc/tunnel_connection.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "rpc/client_channel.h"
#include "rpc/status_conversion.h"

namespace fusionhub::rpc {
namespace {

using std::chrono::steady_clock;

constexpr uint32_t kProtocol = 1;
// A broker that is silent for this many heartbeats is gone.
constexpr int kSilentHeartbeats = 3;

steady_clock::duration ToSteady(absl::Duration duration) {
  return absl::ToChronoNanoseconds(duration);
}

}  // namespace

TunnelClient::Connection::Connection(const TunnelClientOptions& options,
                                     const TunnelClientCallbacks& callbacks)
    : options_(options),
      callbacks_(callbacks),
      assembler_({.window_bytes = options.window_bytes}),
      outbox_(options.writer, options.max_control_frames) {}

absl::Status TunnelClient::Connection::Run() {
  FUSIONHUB_RETURN_IF_ERROR(Open());
  std::thread writer([this] { WriteUntilEnd(); });
  const absl::Status status = ReadUntilEnd();
  Close();
  if (!status.ok()) context_.TryCancel();
  writer.join();
  const grpc::Status finished = stream_->Finish();
  if (!status.ok()) return status;
  MutexLock lock(mu_);
  if (silent_) return absl::DeadlineExceededError("the broker is silent; check the network");
  return finished.ok() ? absl::UnavailableError("the broker ended the tunnel")
                       : FromGrpcStatus(finished, &context_);
}

absl::Status TunnelClient::Connection::Open() {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::ChannelCredentials> credentials,
                             options_.credentials());
  ClientChannelOptions channel_options;
  channel_options.connect_timeout = options_.connect_timeout;
  stub_ = v1::NodeTunnelService::NewStub(
      MakeClientChannel(options_.target, credentials, channel_options));
  v1::ConnectRequest frame;
  *frame.mutable_hello() = callbacks_.hello();
  frame.mutable_hello()->set_protocol(kProtocol);
  frame.mutable_hello()->set_window_bytes(options_.window_bytes);
  {
    MutexLock lock(mu_);
    FUSIONHUB_RETURN_IF_ERROR(outbox_.AddControl(std::move(frame)));
  }
  stream_ = stub_->Connect(&context_);  // returns when connected, or not to be
  MutexLock lock(mu_);
  silence_limit_ = steady_clock::now() + ToSteady(options_.welcome_timeout);
  return absl::OkStatus();
}

absl::Status TunnelClient::Connection::ReadUntilEnd() {
  v1::ConnectResponse frame;
  while (stream_->Read(&frame)) {
    {
      MutexLock lock(mu_);
      if (welcomed_) {
        silence_limit_ = steady_clock::now() + ToSteady(kSilentHeartbeats * heartbeat_interval_);
      }
    }
    FUSIONHUB_RETURN_IF_ERROR(Handle(frame));
  }
  return absl::OkStatus();
}

absl::Status TunnelClient::Connection::Handle(v1::ConnectResponse& frame) {
  if (frame.has_go_away()) {
    // Why, comes with the end of the stream.
    reconnect_after_ = absl::Milliseconds(frame.go_away().reconnect_after_ms());
    sent_away_ = true;
  }
  if (sent_away_) return absl::OkStatus();
  if (frame.has_welcome() == welcomed()) {
    return absl::InvalidArgumentError("the broker's first frame, and only that, must be a welcome");
  }
  switch (frame.frame_case()) {
    case v1::ConnectResponse::kWelcome:
      return HandleWelcome(frame.welcome());
    case v1::ConnectResponse::kChunk:
      return HandleChunk(std::move(*frame.mutable_chunk()));
    case v1::ConnectResponse::kCredit: {
      MutexLock lock(mu_);
      wake_.NotifyAll();
      return outbox_.writer().AddCredit(frame.credit().bytes());
    }
    case v1::ConnectResponse::kHeartbeat:
      return absl::OkStatus();
    case v1::ConnectResponse::FRAME_NOT_SET:
      return absl::InvalidArgumentError("an empty frame, or one that this node does not know");
    default:
      if (callbacks_.on_frame) callbacks_.on_frame(frame);
      return absl::OkStatus();
  }
}

absl::Status TunnelClient::Connection::HandleWelcome(const v1::HubWelcome& welcome) {
  if (welcome.protocol() != kProtocol) {
    return absl::FailedPreconditionError(absl::StrCat("the broker speaks tunnel protocol ",
                                                      welcome.protocol(), ", this node ", kProtocol,
                                                      "; update the older one"));
  }
  if (callbacks_.on_welcome) FUSIONHUB_RETURN_IF_ERROR(callbacks_.on_welcome(welcome));
  MutexLock lock(mu_);
  FUSIONHUB_RETURN_IF_ERROR(outbox_.writer().SetWindow(welcome.window_bytes()));
  welcomed_ = true;
  heartbeat_interval_ = std::clamp(absl::Milliseconds(welcome.heartbeat_ms()),
                                   absl::Milliseconds(50), absl::Minutes(5));
  welcomed_at_ = steady_clock::now();
  next_heartbeat_ = welcomed_at_ + ToSteady(heartbeat_interval_);
  silence_limit_ = welcomed_at_ + ToSteady(kSilentHeartbeats * heartbeat_interval_);
  wake_.NotifyAll();
  return absl::OkStatus();
}

absl::Status TunnelClient::Connection::HandleChunk(v1::Chunk chunk) {
  FUSIONHUB_ASSIGN_OR_RETURN(std::optional<TunnelMessage> message,
                             assembler_.Add(std::move(chunk)));
  if (!message) return absl::OkStatus();
  if (callbacks_.on_message) callbacks_.on_message(*std::move(message));
  MutexLock lock(mu_);
  outbox_.AddCreditOwed(assembler_.TakeCredit());
  wake_.NotifyAll();
  return absl::OkStatus();
}

void TunnelClient::Connection::WriteUntilEnd() {
  while (std::optional<v1::ConnectRequest> frame = NextFrame()) {
    // The stream is broken, or ended by the broker: the reader learns why.
    if (!stream_->Write(*frame)) return;
  }
}

// Waits for something to write. nullopt when the connection is over.
std::optional<v1::ConnectRequest> TunnelClient::Connection::NextFrame() {
  {
    MutexLock lock(mu_);
    while (!closed_) {
      const SteadyTime now = steady_clock::now();
      if (now >= silence_limit_) {
        silent_ = true;
        context_.TryCancel();  // ends the reader
        return std::nullopt;
      }
      if (welcomed_ && now >= next_heartbeat_) {
        next_heartbeat_ = now + ToSteady(heartbeat_interval_);
        break;
      }
      if (std::optional<v1::ConnectRequest> frame = outbox_.Next()) return frame;
      const SteadyTime until =
          welcomed_ ? std::min(next_heartbeat_, silence_limit_) : silence_limit_;
      wake_.WaitFor(mu_, absl::FromChrono(until - now));
    }
    if (closed_) return std::nullopt;
  }
  return MakeHeartbeat();
}

v1::ConnectRequest TunnelClient::Connection::MakeHeartbeat() {
  v1::ConnectRequest frame;
  frame.mutable_heartbeat()->set_sequence(++heartbeat_sequence_);
  if (callbacks_.orders_in_flight) {
    frame.mutable_heartbeat()->set_orders_in_flight(callbacks_.orders_in_flight());
  }
  return frame;
}

void TunnelClient::Connection::Close() {
  MutexLock lock(mu_);
  closed_ = true;
  ended_at_ = steady_clock::now();
  wake_.NotifyAll();
}

void TunnelClient::Connection::Cancel() {
  Close();
  context_.TryCancel();
}

absl::Status TunnelClient::Connection::Send(v1::ChunkKind kind, std::string bytes) {
  MutexLock lock(mu_);
  if (!welcomed_ || closed_) return absl::UnavailableError("the tunnel is not connected");
  FUSIONHUB_RETURN_IF_ERROR(outbox_.writer().Add(kind, std::move(bytes)).status());
  wake_.NotifyAll();
  return absl::OkStatus();
}

absl::Status TunnelClient::Connection::SendControl(v1::ConnectRequest frame) {
  MutexLock lock(mu_);
  if (!welcomed_ || closed_) return absl::UnavailableError("the tunnel is not connected");
  FUSIONHUB_RETURN_IF_ERROR(outbox_.AddControl(std::move(frame)));
  wake_.NotifyAll();
  return absl::OkStatus();
}

bool TunnelClient::Connection::welcomed() const {
  MutexLock lock(mu_);
  return welcomed_;
}

absl::Duration TunnelClient::Connection::lived() const {
  MutexLock lock(mu_);
  return welcomed_ ? absl::FromChrono(ended_at_ - welcomed_at_) : absl::ZeroDuration();
}

}  // namespace fusionhub::rpc
