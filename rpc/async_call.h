// The gRPC side of one call on a completion queue: its operations, its end, and nothing of its
// messages.
#ifndef FUSIONHUB_RPC_ASYNC_CALL_H_
#define FUSIONHUB_RPC_ASYNC_CALL_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/timer.h"
#include "rpc/async_method.h"
#include "rpc/call.h"
#include "rpc/call_registry.h"
#include "rpc/method_options.h"

namespace fusionhub::rpc {

// From the posted place to the end of the call. It owns itself while gRPC owes it an event (ops_ >
// 0); the done event is always owed, so that the transport is never freed early. After the done
// event no operation is begun any more, so that a handler may answer at any time, even when the
// server is gone.
//
// All events of a call come on one thread: that of its completion queue. Thread-safe.
class AsyncCall : public std::enable_shared_from_this<AsyncCall> {
 public:
  AsyncCall(AsyncMethod& method, std::shared_ptr<CallRegistry> registry,
            grpc::ServerCompletionQueue* queue);
  // Gives the place back to the method.
  virtual ~AsyncCall();
  AsyncCall(const AsyncCall&) = delete;
  AsyncCall& operator=(const AsyncCall&) = delete;

  // Asks gRPC for a call. The registry has been entered.
  void Post() FUSIONHUB_EXCLUDES(mu_);

  // Deals with a tag from a completion queue.
  static void Proceed(void* tag, bool ok);

  const std::string& method_name() const { return options_.name; }
  const Peer& peer_identity() const { return peer_; }
  absl::Duration DeadlineLeft() const;
  bool IsCancelled() const FUSIONHUB_EXCLUDES(mu_);
  void SetOnCancel(std::function<void()> callback) FUSIONHUB_EXCLUDES(mu_);
  void TryCancel() FUSIONHUB_EXCLUDES(mu_);

 protected:
  enum class Op { kRequest, kDone, kRead, kWrite, kFinish };

  // For the derived classes, which know the messages.
  // Calls the service's RequestX with RequestTag().
  virtual void RequestCall() FUSIONHUB_REQUIRES(mu_) = 0;
  // Runs the handler.
  virtual void Dispatch() = 0;
  // This call as its handler sees it.
  virtual const Call& AsCall() const = 0;
  virtual void HandleRead(bool ok) {}
  virtual void HandleWritten(bool ok) {}
  // Sends the final status; the operation has been counted.
  virtual void SendStatus(const grpc::Status& status) FUSIONHUB_REQUIRES(mu_) = 0;
  // True when the status cannot be sent at once.
  virtual bool Writing() const FUSIONHUB_REQUIRES(mu_) { return false; }
  // Frees the responder.
  virtual void FreeTransport() FUSIONHUB_REQUIRES(mu_) = 0;
  // Nothing of gRPC is left.
  virtual void HandleOver() {}

  // Counts an operation that the caller begins now. False when the call has ended: begin nothing.
  bool BeginOp() FUSIONHUB_REQUIRES(mu_);
  // Ends the call with `status` unless it has ended. The first one counts.
  void FinishWith(const absl::Status& status) FUSIONHUB_REQUIRES(mu_);
  // As FinishWith, but `send` sends (a message with it).
  bool BeginFinish(const absl::Status& status) FUSIONHUB_REQUIRES(mu_);
  void* TagOf(Op op) { return &tags_[static_cast<size_t>(op)]; }

  const MethodOptions& options() const { return options_; }
  grpc::ServerContext& context() FUSIONHUB_REQUIRES(mu_) { return *context_; }
  grpc::ServerCompletionQueue* queue() { return queue_; }
  bool ended() const FUSIONHUB_REQUIRES(mu_) { return done_seen_; }

  mutable Mutex mu_;

 private:
  struct Tag {
    AsyncCall* call;
    Op op;
  };

  void OnEvent(Op op, bool ok) FUSIONHUB_EXCLUDES(mu_);
  void OnRequest(bool ok);
  void OnDoneEvent();
  // Counts down; the last one ends the call.
  void Settle() FUSIONHUB_EXCLUDES(mu_);
  void End();
  absl::Status Admit() FUSIONHUB_EXCLUDES(mu_);
  absl::Status ReadPeer() FUSIONHUB_EXCLUDES(mu_);
  absl::Status ReadDeadline() FUSIONHUB_EXCLUDES(mu_);
  void ArmDeadline();
  void Expire();
  absl::StatusCode FinalCode() const FUSIONHUB_REQUIRES(mu_);

  AsyncMethod& method_;  // valid while the registry is entered
  const MethodOptions options_;
  const std::shared_ptr<CallRegistry> registry_;
  grpc::ServerCompletionQueue* const queue_;
  std::array<Tag, 5> tags_;

  // Set before the handler runs, constant afterwards.
  Peer peer_;
  std::chrono::steady_clock::time_point started_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  bool deadline_is_cap_ = false;
  bool matched_ = false;

  std::unique_ptr<grpc::ServerContext> context_ FUSIONHUB_GUARDED_BY(mu_);
  std::shared_ptr<AsyncCall> self_ FUSIONHUB_GUARDED_BY(mu_);
  int ops_ FUSIONHUB_GUARDED_BY(mu_) = 0;
  bool done_seen_ FUSIONHUB_GUARDED_BY(mu_) = false;
  bool cancelled_ FUSIONHUB_GUARDED_BY(mu_) = false;
  bool finish_begun_ FUSIONHUB_GUARDED_BY(mu_) = false;
  absl::StatusCode finish_code_ FUSIONHUB_GUARDED_BY(mu_) = absl::StatusCode::kOk;
  std::function<void()> on_cancel_ FUSIONHUB_GUARDED_BY(mu_);
  std::optional<TimerQueue::Id> timer_ FUSIONHUB_GUARDED_BY(mu_);
};

// An AsyncCall that a handler sees as `Interface` (Call or one derived from it).
template <typename Interface>
class CallImpl : public Interface, public AsyncCall {
 public:
  using AsyncCall::AsyncCall;

  const std::string& method() const override { return method_name(); }
  const Peer& peer() const override { return peer_identity(); }
  absl::Duration TimeLeft() const override { return DeadlineLeft(); }
  bool cancelled() const override { return IsCancelled(); }
  void OnCancel(std::function<void()> callback) override { SetOnCancel(std::move(callback)); }
  void Cancel() override { TryCancel(); }

 protected:
  const Call& AsCall() const override { return *this; }
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_ASYNC_CALL_H_
