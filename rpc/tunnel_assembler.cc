// Checking and joining chunks from a peer.
#include "rpc/tunnel_assembler.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace fusionhub::rpc {
namespace {

absl::Status ProtocolError(absl::string_view what) { return absl::InvalidArgumentError(what); }

bool IsKnownKind(v1::ChunkKind kind) {
  switch (kind) {
    case v1::CHUNK_KIND_WORK_ORDER:
    case v1::CHUNK_KIND_ANSWER:
    case v1::CHUNK_KIND_HOTLIST_SHARE:
      return true;
    default:
      return false;
  }
}

}  // namespace

absl::Status TunnelAssembler::Check(const v1::Chunk& chunk) const {
  if (chunk.data().empty()) return ProtocolError("an empty chunk");
  if (chunk.data().size() > options_.max_chunk_bytes) return ProtocolError("a chunk is too large");
  if (!IsKnownKind(chunk.kind())) return ProtocolError("a chunk of an unknown kind");
  if (chunk.data().size() > options_.window_bytes - uncredited_bytes_) {
    return ProtocolError("more chunks than the window allows");
  }
  return absl::OkStatus();
}

absl::StatusOr<TunnelAssembler::PartialMap::iterator> TunnelAssembler::Find(
    const v1::Chunk& chunk) {
  auto found = partial_.find(chunk.message_id());
  if (found == partial_.end()) {
    if (chunk.message_id() <= newest_id_) return ProtocolError("a message's number is used twice");
    if (partial_.size() >= options_.max_open_messages) {
      return ProtocolError("too many incomplete messages");
    }
    newest_id_ = chunk.message_id();
    found = partial_.emplace(chunk.message_id(), Partial{chunk.kind(), {}, 0}).first;
  }
  const Partial& partial = found->second;
  if (chunk.sequence() != partial.next_sequence) return ProtocolError("a chunk is out of sequence");
  if (chunk.kind() != partial.kind) return ProtocolError("a message changes its kind");
  if (partial.bytes.size() + chunk.data().size() > options_.max_message_bytes) {
    return ProtocolError("a message is too large");
  }
  return found;
}

absl::StatusOr<std::optional<TunnelMessage>> TunnelAssembler::Add(v1::Chunk chunk) {
  if (absl::Status checked = Check(chunk); !checked.ok()) return checked;
  absl::StatusOr<PartialMap::iterator> found = Find(chunk);
  if (!found.ok()) return found.status();
  Partial& partial = (*found)->second;
  ++partial.next_sequence;
  uncredited_bytes_ += chunk.data().size();
  buffered_bytes_ += chunk.data().size();
  if (partial.bytes.empty()) {
    partial.bytes = std::move(*chunk.mutable_data());
  } else {
    partial.bytes.append(chunk.data());
  }
  if (!chunk.last()) return std::optional<TunnelMessage>();
  TunnelMessage message{partial.kind, std::move(partial.bytes)};
  partial_.erase(*found);
  buffered_bytes_ -= message.bytes.size();
  credit_ += static_cast<uint32_t>(message.bytes.size());
  return std::optional<TunnelMessage>(std::move(message));
}

uint32_t TunnelAssembler::TakeCredit() {
  uncredited_bytes_ -= credit_;
  return std::exchange(credit_, 0);
}

}  // namespace fusionhub::rpc
