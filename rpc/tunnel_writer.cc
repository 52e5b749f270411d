// Chunks in turn, within the other end's room.
//
// An eighth of the window is kept for small messages, so that these need not wait for large ones.
//
// Why it cannot get stuck: the sizes of all open large messages together are at most the other 7/8,
// and the other end gives credit as soon as a message is complete. So once it has caught up, there
// is room for the rest of every open message.
#include "rpc/tunnel_writer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace fusionhub::rpc {
namespace {

// Small messages in a row while a large one waits for credit.
constexpr int kMaxSmallRun = 64;

}  // namespace

absl::StatusOr<TunnelWriter::MessageId> TunnelWriter::Add(v1::ChunkKind kind, std::string bytes) {
  const size_t limit = std::min(options_.max_message_bytes, kMaxTunnelMessageBytes);
  if (kind == v1::CHUNK_KIND_UNSPECIFIED || bytes.empty() || bytes.size() > limit) {
    return absl::InvalidArgumentError(absl::StrCat("a tunnel message of ", bytes.size(),
                                                   " bytes; it must have a kind and 1 to ", limit));
  }
  if (pending_messages() >= options_.max_pending_messages ||
      pending_bytes_ + bytes.size() > options_.max_pending_bytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("too much waits for the tunnel's peer already: ", pending_messages(),
                     " messages, ", pending_bytes_, " bytes"));
  }
  pending_bytes_ += bytes.size();
  const bool small = bytes.size() <= options_.max_chunk_bytes;
  Message message;
  message.id = next_id_++;
  message.kind = kind;
  message.bytes = std::move(bytes);
  const MessageId id = message.id;
  (small ? small_ : waiting_).push_back(std::move(message));
  return id;
}

bool TunnelWriter::Withdraw(MessageId id) {
  for (std::deque<Message>* queue : {&small_, &waiting_, &open_}) {
    const auto found = std::find_if(queue->begin(), queue->end(),
                                    [id](const Message& message) { return message.id == id; });
    if (found == queue->end()) continue;
    if (found->sent > 0) return false;
    pending_bytes_ -= found->bytes.size();
    if (queue == &open_) open_bytes_ -= found->bytes.size();
    queue->erase(found);
    return true;
  }
  return false;
}

absl::Status TunnelWriter::SetWindow(uint32_t bytes) {
  if (window_ != 0) return absl::InvalidArgumentError("the peer set its window twice");
  if (bytes < kMinTunnelWindowBytes || bytes > kMaxTunnelWindowBytes) {
    return absl::InvalidArgumentError(absl::StrCat("the peer's window of ", bytes,
                                                   " bytes is outside ", kMinTunnelWindowBytes,
                                                   " to ", kMaxTunnelWindowBytes));
  }
  window_ = bytes;
  credit_ = bytes;
  return absl::OkStatus();
}

absl::Status TunnelWriter::AddCredit(uint32_t bytes) {
  if (bytes > window_ - credit_) {
    return absl::InvalidArgumentError("the peer gave credit for more than it was sent");
  }
  credit_ += bytes;
  return absl::OkStatus();
}

std::optional<v1::Chunk> TunnelWriter::Next() {
  OpenWaiting();
  if (!small_.empty() && (open_.empty() || small_run_ == 0)) return NextSmall();
  if (open_.empty()) return std::nullopt;
  if (std::optional<v1::Chunk> chunk = NextOpen()) return chunk;
  // The large one waits for credit. Small ones may go meanwhile, but not eat up its credit for
  // ever.
  return small_.empty() || small_run_ >= kMaxSmallRun ? std::nullopt : NextSmall();
}

std::optional<v1::Chunk> TunnelWriter::NextSmall() {
  if (small_.front().bytes.size() > credit_) return std::nullopt;
  v1::Chunk chunk = Cut(small_.front());
  small_.pop_front();
  small_run_ = open_.empty() ? 0 : small_run_ + 1;
  return chunk;
}

std::optional<v1::Chunk> TunnelWriter::NextOpen() {
  Message& front = open_.front();
  const size_t size = std::min(options_.max_chunk_bytes, front.bytes.size() - front.sent);
  if (size + SmallReserve() > credit_) return std::nullopt;
  v1::Chunk chunk = Cut(front);
  Message turned = std::move(front);
  open_.pop_front();
  if (chunk.last()) {
    open_bytes_ -= turned.bytes.size();
  } else {
    open_.push_back(std::move(turned));
  }
  small_run_ = 0;
  return chunk;
}

void TunnelWriter::OpenWaiting() {
  const size_t room = window_ - SmallReserve();
  while (!waiting_.empty() && open_bytes_ + waiting_.front().bytes.size() <= room) {
    open_bytes_ += waiting_.front().bytes.size();
    open_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

v1::Chunk TunnelWriter::Cut(Message& message) {
  const size_t size = std::min(options_.max_chunk_bytes, message.bytes.size() - message.sent);
  if (message.wire_id == 0) message.wire_id = next_wire_id_++;
  v1::Chunk chunk;
  chunk.set_message_id(message.wire_id);
  chunk.set_kind(message.kind);
  chunk.set_sequence(message.sequence++);
  chunk.set_data(message.bytes.data() + message.sent, size);
  message.sent += size;
  chunk.set_last(message.sent == message.bytes.size());
  pending_bytes_ -= size;
  credit_ -= size;
  return chunk;
}

}  // namespace fusionhub::rpc
