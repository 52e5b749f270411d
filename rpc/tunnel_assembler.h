// Puts the chunks of one direction of a tunnel together again. Everything from the peer is checked;
// memory is bounded by the window that this end granted. Knows nothing of gRPC, threads or time.
#ifndef FUSIONHUB_RPC_TUNNEL_ASSEMBLER_H_
#define FUSIONHUB_RPC_TUNNEL_ASSEMBLER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "fusionhub/v1/node.pb.h"
#include "rpc/tunnel_writer.h"

namespace fusionhub::rpc {

// A whole message from the peer. `kind` is one that this build knows.
struct TunnelMessage {
  v1::ChunkKind kind = v1::CHUNK_KIND_UNSPECIFIED;
  std::string bytes;
};

struct TunnelAssemblerOptions {
  uint32_t window_bytes = kDefaultTunnelWindowBytes;
  size_t max_chunk_bytes = kMaxChunkBytes;
  size_t max_message_bytes = kMaxTunnelMessageBytes;
  size_t max_open_messages = 1024;
};

// Thread-compatible.
class TunnelAssembler {
 public:
  explicit TunnelAssembler(const TunnelAssemblerOptions& options = {}) : options_(options) {}

  // Takes one chunk. The message when this was its last chunk, nullopt before. INVALID_ARGUMENT
  // when the peer broke the protocol (which rule is in the text, nothing of the data): close the
  // tunnel, this object must not be used any more.
  absl::StatusOr<std::optional<TunnelMessage>> Add(v1::Chunk chunk);

  // Bytes of complete messages since the last time: send them back as Credit, once the messages are
  // in hands that bound them.
  uint32_t TakeCredit();

  size_t buffered_bytes() const { return buffered_bytes_; }
  uint32_t window_bytes() const { return options_.window_bytes; }

 private:
  struct Partial {
    v1::ChunkKind kind;
    std::string bytes;
    uint32_t next_sequence = 0;
  };

  using PartialMap = absl::flat_hash_map<uint64_t, Partial>;

  absl::Status Check(const v1::Chunk& chunk) const;
  absl::StatusOr<PartialMap::iterator> Find(const v1::Chunk& chunk);

  const TunnelAssemblerOptions options_;
  PartialMap partial_;
  uint64_t newest_id_ = 0;       // numbers only grow, so none is used twice
  size_t buffered_bytes_ = 0;    // of incomplete messages
  size_t uncredited_bytes_ = 0;  // received and not given back
  uint32_t credit_ = 0;
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_TUNNEL_ASSEMBLER_H_
