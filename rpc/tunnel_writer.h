// Cuts the messages of one direction of a tunnel into chunks, so that a large one does not hold up
// a small one, and never sends more than the other end has room for. Knows nothing of gRPC, threads
// or time. docs/adr/2026-11-21-tunnel-credits.md has the protocol.
#ifndef FUSIONHUB_RPC_TUNNEL_WRITER_H_
#define FUSIONHUB_RPC_TUNNEL_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fusionhub/v1/node.pb.h"

namespace fusionhub::rpc {

inline constexpr size_t kMaxChunkBytes = 64 << 10;
// 4 MiB of content and what wraps it.
inline constexpr size_t kMaxTunnelMessageBytes = (4 << 20) + (64 << 10);
// What either end may grant: the least that lets the largest message through, the most that it may
// ask for.
inline constexpr uint32_t kMinTunnelWindowBytes = 5 << 20;
inline constexpr uint32_t kMaxTunnelWindowBytes = 256 << 20;
inline constexpr uint32_t kDefaultTunnelWindowBytes = 16 << 20;

struct TunnelWriterOptions {
  size_t max_chunk_bytes = kMaxChunkBytes;
  size_t max_message_bytes = kMaxTunnelMessageBytes;
  size_t max_pending_messages = 1024;
  size_t max_pending_bytes = 64 << 20;
};

// Thread-compatible.
class TunnelWriter {
 public:
  // Names a message until it is wholly sent. Local: the number on the wire is another.
  using MessageId = uint64_t;

  explicit TunnelWriter(const TunnelWriterOptions& options = {}) : options_(options) {}

  // Queues a message. INVALID_ARGUMENT when empty, larger than max_message_bytes or of no kind;
  // RESOURCE_EXHAUSTED when too much is pending. Only this message fails then.
  absl::StatusOr<MessageId> Add(v1::ChunkKind kind, std::string bytes);

  // Takes back a message of which nothing was sent yet. False otherwise.
  bool Withdraw(MessageId id);

  // What the other end can take before its first credit. Nothing is sent until then.
  // INVALID_ARGUMENT outside kMinTunnelWindowBytes..kMaxTunnelWindowBytes, or when called twice: a
  // protocol error of the peer.
  absl::Status SetWindow(uint32_t bytes);
  // The other end has taken in `bytes`. INVALID_ARGUMENT when that is more than was sent: a
  // protocol error.
  absl::Status AddCredit(uint32_t bytes);

  // The next chunk to send, or nullopt when nothing is pending or the other end has no room.
  std::optional<v1::Chunk> Next();

  size_t pending_messages() const { return waiting_.size() + open_.size() + small_.size(); }
  size_t pending_bytes() const { return pending_bytes_; }
  size_t credit_bytes() const { return credit_; }

 private:
  struct Message {
    MessageId id;
    v1::ChunkKind kind;
    std::string bytes;
    uint64_t wire_id = 0;  // 0 until its first chunk: numbers grow in the order of first chunks
    size_t sent = 0;
    uint32_t sequence = 0;
  };

  void OpenWaiting();
  size_t SmallReserve() const { return window_ / 8; }
  v1::Chunk Cut(Message& message);
  std::optional<v1::Chunk> NextSmall();
  std::optional<v1::Chunk> NextOpen();

  const TunnelWriterOptions options_;
  std::deque<Message> small_;    // one chunk each
  std::deque<Message> waiting_;  // large, nothing sent yet
  std::deque<Message> open_;     // large, taking turns
  size_t open_bytes_ = 0;  // whole sizes of the open ones: the other end has room for all of them
  int small_run_ = 0;      // small ones sent since the last chunk of an open one
  size_t pending_bytes_ = 0;
  size_t window_ = 0;
  size_t credit_ = 0;
  MessageId next_id_ = 1;
  uint64_t next_wire_id_ = 1;
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_TUNNEL_WRITER_H_
