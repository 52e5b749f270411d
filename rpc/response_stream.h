// What the handler of a streaming method writes to and, if bidirectional, reads from.
#ifndef FUSIONHUB_RPC_RESPONSE_STREAM_H_
#define FUSIONHUB_RPC_RESPONSE_STREAM_H_

#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "rpc/call.h"

namespace fusionhub::rpc {

// The server's end of a response stream. Thread-safe. When the handler and its callbacks drop the
// last reference without Finish, the call ends with INTERNAL.
template <typename Response>
class ResponseStream : public Call {
 public:
  // Queues `response` behind those written before. RESOURCE_EXHAUSTED when the queue's bytes would
  // pass MethodOptions::max_queued_bytes (nothing is queued then), CANCELLED when the call is over
  // or finished. OK says that it is queued, not that it arrived.
  [[nodiscard]] virtual absl::Status Write(Response response) = 0;

  // Ends the stream, after what is queued. The first call counts, later ones do nothing.
  virtual void Finish(absl::Status status) = 0;

  // Bytes queued, and the message on its way.
  virtual size_t queued_bytes() const = 0;

  // Runs `callback` after each message that has left the queue, so that a writer can bring up the
  // next one (see TunnelSession::Pump). On the completion-queue thread: it must not
  // block.
  virtual void OnWritten(std::function<void()> callback) = 0;

  // Runs `callback` once, when the call is over for whatever reason and no other callback will run
  // any more; at once on this thread if it already is. On the completion-queue thread: it must not
  // block.
  virtual void OnDone(std::function<void()> callback) = 0;
};

// The server's end of a bidirectional stream. Thread-safe.
template <typename Request, typename Response>
class BidiStream : public ResponseStream<Response> {
 public:
  // Set in the handler, before it returns: reading begins then (unless
  // MethodOptions::explicit_reads). `on_message` runs on the completion-queue thread, one at a time
  // and in order; it must not block. The next read begins when it has returned, or with
  // explicit_reads when ReadNext is called.
  virtual void OnMessage(std::function<void(Request)> on_message) = 0;

  // Runs once when the client has said that it sends no more (half-close), or the stream broke.
  virtual void OnReadsDone(std::function<void()> callback) = 0;

  // Asks for one more message. Only with MethodOptions::explicit_reads; nothing happens while a
  // read is already on its way.
  virtual void ReadNext() = 0;
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_RESPONSE_STREAM_H_
