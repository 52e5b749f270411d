// The life of one call: see async_call.h. The traps of gRPC 1.51 that shape it are in
// docs/adr/2026-11-21-async-completion-queues.md.
#include "rpc/async_call.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rpc/status_conversion.h"
#include "rpc/tsan.h"

namespace fusionhub::rpc {

using std::chrono::steady_clock;
using std::chrono::system_clock;

AsyncCall::AsyncCall(AsyncMethod& method, std::shared_ptr<CallRegistry> registry,
                     grpc::ServerCompletionQueue* queue)
    : method_(method),
      options_(method.options()),
      registry_(std::move(registry)),
      queue_(queue),
      context_(std::make_unique<grpc::ServerContext>()) {
  for (size_t i = 0; i < tags_.size(); ++i) {
    tags_[i] = {this, static_cast<Op>(i)};
    TsanRelease(&tags_[i]);
  }
}

AsyncCall::~AsyncCall() {
  // While the registry can be entered the method is alive.
  if (matched_ && registry_->Enter()) method_.PostEntered(registry_, queue_);
}

void AsyncCall::Post() {
  MutexLock lock(mu_);
  self_ = shared_from_this();
  ops_ = 2;  // the request and its done event
  context_->AsyncNotifyWhenDone(TagOf(Op::kDone));
  RequestCall();
}

void AsyncCall::Proceed(void* tag, bool ok) {
  TsanAcquire(tag);
  const Tag& event = *static_cast<Tag*>(tag);
  event.call->OnEvent(event.op, ok);
}

void AsyncCall::OnEvent(Op op, bool ok) {
  switch (op) {
    case Op::kRequest:
      OnRequest(ok);
      break;
    case Op::kDone:
      OnDoneEvent();
      break;
    case Op::kRead:
      HandleRead(ok);
      break;
    case Op::kWrite:
      HandleWritten(ok);
      break;
    case Op::kFinish:
      break;
  }
  Settle();
}

void AsyncCall::OnRequest(bool ok) {
  if (!ok) {
    // The server shuts down. The done event of a place that got no call never comes (grpc#10136).
    MutexLock lock(mu_);
    --ops_;
    return;
  }
  {
    MutexLock lock(mu_);
    matched_ = true;
    started_ = steady_clock::now();
  }
  registry_->Add(shared_from_this());
  const absl::Status admitted = Admit();
  if (!admitted.ok()) {
    MutexLock lock(mu_);
    FinishWith(admitted);
    return;
  }
  ArmDeadline();
  Dispatch();
}

absl::Status AsyncCall::Admit() {
  if (registry_->closed()) {
    return absl::UnavailableError("the server is shutting down; try again");
  }
  if (absl::Status peer = ReadPeer(); !peer.ok()) return peer;
  if (absl::Status deadline = ReadDeadline(); !deadline.ok()) return deadline;
  const auto& authorize = registry_->hooks().authorize;
  return options_.authorize && authorize ? authorize(AsCall()) : absl::OkStatus();
}

absl::Status AsyncCall::ReadPeer() {
  std::shared_ptr<const grpc::AuthContext> auth;
  {
    MutexLock lock(mu_);
    auth = context_->auth_context();
  }
  const bool required = registry_->hooks().require_peer_identity;
  if (auth == nullptr) {
    return required ? absl::UnauthenticatedError("this server needs a client certificate")
                    : absl::OkStatus();
  }
  absl::StatusOr<Peer> peer = PeerFromAuthContext(*auth);
  if (peer.ok()) peer_ = *std::move(peer);
  return required ? peer.status() : absl::OkStatus();
}

absl::Status AsyncCall::ReadDeadline() {
  system_clock::time_point given;
  {
    MutexLock lock(mu_);
    given = context_->deadline();
  }
  const bool unlimited = given == system_clock::time_point::max();
  if (unlimited && options_.require_deadline) {
    return absl::InvalidArgumentError(
        absl::StrCat(options_.name, " needs a deadline; set one on the call"));
  }
  const steady_clock::time_point now = steady_clock::now();
  // gRPC's deadlines are on the system clock; a later step of it must not move ours.
  const absl::Duration left =
      unlimited ? absl::InfiniteDuration() : absl::FromChrono(given - system_clock::now());
  deadline_is_cap_ = left > options_.max_deadline;
  const absl::Duration limit = std::min(left, options_.max_deadline);
  if (limit != absl::InfiniteDuration()) {
    deadline_ = now + absl::ToChronoNanoseconds(std::min(limit, absl::Hours(24 * 365)));
  }
  return absl::OkStatus();
}

void AsyncCall::ArmDeadline() {
  // The caller's own deadline is gRPC's to enforce.
  if (!deadline_is_cap_) return;
  std::weak_ptr<AsyncCall> weak = weak_from_this();
  const TimerQueue::Id id = registry_->hooks().timers->Schedule(DeadlineLeft(), [weak] {
    if (std::shared_ptr<AsyncCall> call = weak.lock()) call->Expire();
  });
  MutexLock lock(mu_);
  timer_ = id;
}

void AsyncCall::Expire() {
  std::function<void()> on_cancel;
  {
    MutexLock lock(mu_);
    if (finish_begun_ || !BeginOp()) return;
    cancelled_ = true;
    on_cancel = std::exchange(on_cancel_, nullptr);
    if (Writing()) {
      context_->TryCancel();  // a peer that does not read would hold the status up for ever
    } else {
      FinishWith(absl::DeadlineExceededError(
          absl::StrCat(options_.name, " may take ", absl::FormatDuration(options_.max_deadline))));
    }
  }
  if (on_cancel) on_cancel();
  Settle();
}

void AsyncCall::OnDoneEvent() {
  std::function<void()> on_cancel;
  {
    MutexLock lock(mu_);
    done_seen_ = true;
    if (!finish_begun_ && context_->IsCancelled()) {
      cancelled_ = true;
      on_cancel = std::exchange(on_cancel_, nullptr);
    }
  }
  if (on_cancel) on_cancel();
}

void AsyncCall::Settle() {
  std::shared_ptr<AsyncCall> self;
  {
    MutexLock lock(mu_);
    if (--ops_ > 0) return;
    self = std::move(self_);
    FreeTransport();
    context_.reset();
  }
  End();
}

void AsyncCall::End() {
  std::function<void()> dropped;
  std::optional<TimerQueue::Id> timer;
  absl::StatusCode code;
  {
    MutexLock lock(mu_);
    dropped = std::exchange(on_cancel_, nullptr);
    timer = timer_;
    code = FinalCode();
  }
  const CallHooks& hooks = registry_->hooks();
  if (timer) hooks.timers->Cancel(*timer);
  if (matched_) {
    HandleOver();
    if (hooks.on_finished) {
      hooks.on_finished(options_.name, code, absl::FromChrono(steady_clock::now() - started_));
    }
    registry_->Remove(this);
  }
  registry_->Leave();
}

absl::StatusCode AsyncCall::FinalCode() const {
  if (finish_begun_) return finish_code_;
  return deadline_ && steady_clock::now() >= *deadline_ ? absl::StatusCode::kDeadlineExceeded
                                                        : absl::StatusCode::kCancelled;
}

bool AsyncCall::BeginOp() {
  if (done_seen_) return false;
  ++ops_;
  return true;
}

bool AsyncCall::BeginFinish(const absl::Status& status) {
  if (finish_begun_ || !BeginOp()) return false;
  finish_begun_ = true;
  finish_code_ = status.code();
  std::string detail = ErrorDetailTrailer(status);
  if (!detail.empty()) context_->AddTrailingMetadata(kErrorDetailTrailer, detail);
  return true;
}

void AsyncCall::FinishWith(const absl::Status& status) {
  if (BeginFinish(status)) SendStatus(ToGrpcStatus(status));
}

absl::Duration AsyncCall::DeadlineLeft() const {
  if (!deadline_) return absl::InfiniteDuration();
  return std::max(absl::ZeroDuration(), absl::FromChrono(*deadline_ - steady_clock::now()));
}

bool AsyncCall::IsCancelled() const {
  MutexLock lock(mu_);
  return cancelled_;
}

void AsyncCall::SetOnCancel(std::function<void()> callback) {
  std::function<void()> replaced;  // destroyed outside the lock: it may hold the call
  {
    MutexLock lock(mu_);
    if (!cancelled_) {
      if (done_seen_) return;
      replaced = std::exchange(on_cancel_, std::move(callback));
      return;
    }
  }
  callback();
}

void AsyncCall::TryCancel() {
  MutexLock lock(mu_);
  if (!done_seen_) context_->TryCancel();
}

}  // namespace fusionhub::rpc
