// What a handler knows about the call it serves. Handlers never see gRPC.
#ifndef FUSIONHUB_RPC_CALL_H_
#define FUSIONHUB_RPC_CALL_H_

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "rpc/peer.h"

namespace fusionhub::rpc {

// One call in progress. Thread-safe; may be kept after the call is over. As long as any reference
// to a call is kept, it takes one of its method's places (MethodOptions::max_in_flight).
class Call {
 public:
  virtual ~Call() = default;

  // "fusionhub.v1.QueryService/Ask", as registered.
  virtual const std::string& method() const = 0;
  virtual const Peer& peer() const = 0;

  // Until the deadline: the caller's, or the method's cap if that is nearer. Never negative;
  // absl::InfiniteDuration() if neither is set. A handler's absolute deadline is clock.Now() +
  // TimeLeft().
  virtual absl::Duration TimeLeft() const = 0;

  // True once nobody waits for the answer any more: cancelled by the caller, deadline passed,
  // connection lost, or soon after Cancel(). Stays false when the call ended with the server's own
  // answer.
  virtual bool cancelled() const = 0;

  // Runs `callback` once, when the call becomes cancelled; at once on this thread if it already is.
  // Otherwise on a thread of the server: it must not block. A later callback replaces an earlier
  // one. Callbacks are dropped when the call is over, so they may hold references to the call.
  virtual void OnCancel(std::function<void()> callback) = 0;

  // Ends the call without an answer, e.g. because its peer was revoked: the peer sees CANCELLED.
  virtual void Cancel() = 0;
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_CALL_H_
