// The outgoing side of a tunnel's end: control frames first, then credit, then chunks in turn.
#ifndef FUSIONHUB_RPC_TUNNEL_OUTBOX_H_
#define FUSIONHUB_RPC_TUNNEL_OUTBOX_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rpc/tunnel_writer.h"

namespace fusionhub::rpc {

// `Frame` is v1::ConnectRequest or v1::ConnectResponse. Thread-compatible.
template <typename Frame>
class TunnelOutbox {
 public:
  TunnelOutbox(const TunnelWriterOptions& options, size_t max_control_frames)
      : writer_(options), max_control_frames_(max_control_frames) {}

  TunnelWriter& writer() { return writer_; }
  const TunnelWriter& writer() const { return writer_; }

  // RESOURCE_EXHAUSTED when the peer does not read and too many wait.
  absl::Status AddControl(Frame frame) {
    if (control_.size() >= max_control_frames_) {
      return absl::ResourceExhaustedError("too many control frames wait for the tunnel's peer");
    }
    control_.push_back(std::move(frame));
    return absl::OkStatus();
  }

  // Credit to give back; several become one frame. Never more than the window granted, so it fits.
  void AddCreditOwed(uint32_t bytes) { credit_owed_ += bytes; }

  // The next frame, or nullopt when there is nothing to send now.
  std::optional<Frame> Next() {
    if (!control_.empty()) {
      Frame frame = std::move(control_.front());
      control_.pop_front();
      return frame;
    }
    if (credit_owed_ > 0) {
      Frame frame;
      frame.mutable_credit()->set_bytes(std::exchange(credit_owed_, 0));
      return frame;
    }
    if (std::optional<v1::Chunk> chunk = writer_.Next()) {
      Frame frame;
      *frame.mutable_chunk() = *std::move(chunk);
      return frame;
    }
    return std::nullopt;
  }

 private:
  TunnelWriter writer_;
  const size_t max_control_frames_;
  std::deque<Frame> control_;
  uint32_t credit_owed_ = 0;
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_TUNNEL_OUTBOX_H_
