// Unary calls of an AsyncServer.
#ifndef FUSIONHUB_RPC_ASYNC_UNARY_H_
#define FUSIONHUB_RPC_ASYNC_UNARY_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/async_unary_call.h>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rpc/async_call.h"
#include "rpc/async_method.h"
#include "rpc/call.h"
#include "rpc/status_conversion.h"

namespace fusionhub::rpc {

// Answers a unary call: a response, or a status that is not OK. Any thread; the first answer
// counts.
template <typename Response>
using UnaryDone = std::function<void(absl::StatusOr<Response>)>;

template <typename Request, typename Response>
using UnaryHandler =
    std::function<void(std::shared_ptr<Call>, const Request&, UnaryDone<Response>)>;

// &Service::AsyncService::RequestX, as grpc_cpp_plugin generates it.
template <typename Base, typename Request, typename Response>
using UnaryRequestMethod = void (Base::*)(grpc::ServerContext*, Request*,
                                          grpc::ServerAsyncResponseWriter<Response>*,
                                          grpc::CompletionQueue*, grpc::ServerCompletionQueue*,
                                          void*);

template <typename Base, typename Request, typename Response>
class UnaryMethod;

// One unary call. Thread-safe.
template <typename Base, typename Request, typename Response>
class UnaryCall final : public CallImpl<Call> {
 public:
  using Method = UnaryMethod<Base, Request, Response>;

  UnaryCall(Method& method, std::shared_ptr<CallRegistry> registry,
            grpc::ServerCompletionQueue* queue)
      : CallImpl<Call>(method, std::move(registry), queue), unary_method_(method) {
    MutexLock lock(this->mu_);
    responder_.emplace(&this->context());
  }

  void Answer(const absl::StatusOr<Response>& answer) {
    MutexLock lock(this->mu_);
    if (!answer.ok()) {
      this->FinishWith(answer.status());
    } else if (this->BeginFinish(absl::OkStatus())) {
      responder_->Finish(*answer, grpc::Status::OK, this->TagOf(AsyncCall::Op::kFinish));
    }
  }

 private:
  void RequestCall() override FUSIONHUB_REQUIRES(this->mu_) {
    (unary_method_.service().*unary_method_.request_method())(
        &this->context(), &request_, &*responder_, this->queue(), this->queue(),
        this->TagOf(AsyncCall::Op::kRequest));
  }

  void Dispatch() override {
    auto self = std::static_pointer_cast<UnaryCall>(this->shared_from_this());
    // Its deleter runs when the last copy of `done` is dropped; an answer given before counts
    // first.
    std::shared_ptr<UnaryCall> answerer(self.get(), [self](UnaryCall* call) {
      call->Answer(absl::InternalError("the handler dropped the call without an answer"));
    });
    unary_method_.handler()(
        self, request_, [answerer](absl::StatusOr<Response> answer) { answerer->Answer(answer); });
  }

  void SendStatus(const grpc::Status& status) override FUSIONHUB_REQUIRES(this->mu_) {
    responder_->FinishWithError(status, this->TagOf(AsyncCall::Op::kFinish));
  }

  void FreeTransport() override FUSIONHUB_REQUIRES(this->mu_) { responder_.reset(); }

  Method& unary_method_;
  Request request_;  // written by gRPC before the handler runs, constant afterwards
  std::optional<grpc::ServerAsyncResponseWriter<Response>> responder_
      FUSIONHUB_GUARDED_BY(this->mu_);
};

template <typename Base, typename Request, typename Response>
class UnaryMethod final : public AsyncMethod {
 public:
  using RequestMethod = UnaryRequestMethod<Base, Request, Response>;
  using Handler = UnaryHandler<Request, Response>;

  UnaryMethod(Base& service, RequestMethod request_method, MethodOptions options, Handler handler)
      : AsyncMethod(std::move(options)),
        service_(service),
        request_method_(request_method),
        handler_(std::move(handler)) {}

  void PostEntered(const std::shared_ptr<CallRegistry>& registry,
                   grpc::ServerCompletionQueue* queue) override {
    std::make_shared<UnaryCall<Base, Request, Response>>(*this, registry, queue)->Post();
  }

  Base& service() { return service_; }
  RequestMethod request_method() const { return request_method_; }
  const Handler& handler() const { return handler_; }

 private:
  Base& service_;
  const RequestMethod request_method_;
  const Handler handler_;
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_ASYNC_UNARY_H_
