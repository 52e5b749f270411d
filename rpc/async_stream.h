// Server-streaming and bidirectional calls of an AsyncServer.
#ifndef FUSIONHUB_RPC_ASYNC_STREAM_H_
#define FUSIONHUB_RPC_ASYNC_STREAM_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/async_stream.h>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "rpc/async_call.h"
#include "rpc/async_method.h"
#include "rpc/response_stream.h"
#include "rpc/stream_call.h"

namespace fusionhub::rpc {

template <typename Request, typename Response>
using ServerStreamHandler =
    std::function<void(std::shared_ptr<ResponseStream<Response>>, const Request&)>;

template <typename Request, typename Response>
using BidiHandler = std::function<void(std::shared_ptr<BidiStream<Request, Response>>)>;

// &Service::AsyncService::RequestX, as grpc_cpp_plugin generates it.
template <typename Base, typename Request, typename Response>
using ServerStreamRequestMethod = void (Base::*)(grpc::ServerContext*, Request*,
                                                 grpc::ServerAsyncWriter<Response>*,
                                                 grpc::CompletionQueue*,
                                                 grpc::ServerCompletionQueue*, void*);
template <typename Base, typename Request, typename Response>
using BidiRequestMethod = void (Base::*)(grpc::ServerContext*,
                                         grpc::ServerAsyncReaderWriter<Response, Request>*,
                                         grpc::CompletionQueue*, grpc::ServerCompletionQueue*,
                                         void*);

// A method whose calls are `CallType`s; `RequestMethod` and `Handler` as above.
template <typename Base, typename RequestMethod, typename Handler, typename CallType>
class StreamMethod : public AsyncMethod {
 public:
  StreamMethod(Base& service, RequestMethod request_method, MethodOptions options, Handler handler)
      : AsyncMethod(std::move(options)),
        service_(service),
        request_method_(request_method),
        handler_(std::move(handler)) {}

  void PostEntered(const std::shared_ptr<CallRegistry>& registry,
                   grpc::ServerCompletionQueue* queue) override {
    std::make_shared<CallType>(*this, registry, queue)->Post();
  }

  Base& service() { return service_; }
  RequestMethod request_method() const { return request_method_; }
  const Handler& handler() const { return handler_; }

 private:
  Base& service_;
  const RequestMethod request_method_;
  const Handler handler_;
};

// One server-streaming call. Thread-safe.
template <typename Base, typename Request, typename Response>
class ServerStreamCall final : public StreamCall<ResponseStream<Response>, Response> {
 public:
  using Parent = StreamCall<ResponseStream<Response>, Response>;
  using Method = StreamMethod<Base, ServerStreamRequestMethod<Base, Request, Response>,
                              ServerStreamHandler<Request, Response>, ServerStreamCall>;

  ServerStreamCall(Method& method, std::shared_ptr<CallRegistry> registry,
                   grpc::ServerCompletionQueue* queue)
      : Parent(method, std::move(registry), queue), stream_method_(method) {
    MutexLock lock(this->mu_);
    writer_.emplace(&this->context());
  }

 private:
  void RequestCall() override FUSIONHUB_REQUIRES(this->mu_) {
    (stream_method_.service().*stream_method_.request_method())(
        &this->context(), &request_, &*writer_, this->queue(), this->queue(),
        this->TagOf(AsyncCall::Op::kRequest));
  }
  void Dispatch() override { stream_method_.handler()(this->MakeHandle(), request_); }
  void SendMessage(const Response& response) override FUSIONHUB_REQUIRES(this->mu_) {
    writer_->Write(response, this->TagOf(AsyncCall::Op::kWrite));
  }
  void SendStatus(const grpc::Status& status) override FUSIONHUB_REQUIRES(this->mu_) {
    writer_->Finish(status, this->TagOf(AsyncCall::Op::kFinish));
  }
  void FreeTransport() override FUSIONHUB_REQUIRES(this->mu_) { writer_.reset(); }

  Method& stream_method_;
  Request request_;  // written by gRPC before the handler runs, constant afterwards
  std::optional<grpc::ServerAsyncWriter<Response>> writer_ FUSIONHUB_GUARDED_BY(this->mu_);
};

// One bidirectional call. Thread-safe.
template <typename Base, typename Request, typename Response>
class BidiCall final : public StreamCall<BidiStream<Request, Response>, Response> {
 public:
  using Parent = StreamCall<BidiStream<Request, Response>, Response>;
  using Method = StreamMethod<Base, BidiRequestMethod<Base, Request, Response>,
                              BidiHandler<Request, Response>, BidiCall>;

  BidiCall(Method& method, std::shared_ptr<CallRegistry> registry,
           grpc::ServerCompletionQueue* queue)
      : Parent(method, std::move(registry), queue), stream_method_(method) {
    MutexLock lock(this->mu_);
    stream_.emplace(&this->context());
  }

  void OnMessage(std::function<void(Request)> on_message) override {
    auto callbacks = std::make_shared<Callbacks>();
    callbacks->on_message = std::move(on_message);
    MutexLock lock(this->mu_);
    if (reads_over_) return;
    if (callbacks_) callbacks->on_reads_done = callbacks_->on_reads_done;
    callbacks_.swap(callbacks);
  }

  void OnReadsDone(std::function<void()> callback) override {
    auto callbacks = std::make_shared<Callbacks>();
    callbacks->on_reads_done = std::move(callback);
    MutexLock lock(this->mu_);
    if (reads_over_) return;
    if (callbacks_) callbacks->on_message = callbacks_->on_message;
    callbacks_.swap(callbacks);
  }

  void ReadNext() override {
    if (this->options().explicit_reads) StartRead();
  }

 private:
  struct Callbacks {
    std::function<void(Request)> on_message;
    std::function<void()> on_reads_done;
  };

  void RequestCall() override FUSIONHUB_REQUIRES(this->mu_) {
    (stream_method_.service().*stream_method_.request_method())(
        &this->context(), &*stream_, this->queue(), this->queue(),
        this->TagOf(AsyncCall::Op::kRequest));
  }

  void Dispatch() override {
    stream_method_.handler()(this->MakeHandle());
    if (!this->options().explicit_reads) StartRead();
  }

  void StartRead() {
    MutexLock lock(this->mu_);
    if (reading_ || reads_over_ || this->finishing() || !this->BeginOp()) return;
    reading_ = true;
    stream_->Read(&incoming_, this->TagOf(AsyncCall::Op::kRead));
  }

  void HandleRead(bool ok) override {
    Request message;
    std::shared_ptr<Callbacks> callbacks;
    {
      MutexLock lock(this->mu_);
      reading_ = false;
      reads_over_ = !ok;
      if (this->finishing() && ok) return;
      message.Swap(&incoming_);
      callbacks = callbacks_;
    }
    if (!ok) {
      if (callbacks && callbacks->on_reads_done) callbacks->on_reads_done();
      return;
    }
    if (callbacks && callbacks->on_message) callbacks->on_message(std::move(message));
    if (!this->options().explicit_reads) StartRead();
  }

  void SendMessage(const Response& response) override FUSIONHUB_REQUIRES(this->mu_) {
    stream_->Write(response, this->TagOf(AsyncCall::Op::kWrite));
  }
  void SendStatus(const grpc::Status& status) override FUSIONHUB_REQUIRES(this->mu_) {
    stream_->Finish(status, this->TagOf(AsyncCall::Op::kFinish));
  }
  void FreeTransport() override FUSIONHUB_REQUIRES(this->mu_) { stream_.reset(); }
  std::shared_ptr<void> TakeCallbacks() override FUSIONHUB_REQUIRES(this->mu_) {
    reads_over_ = true;
    return std::exchange(callbacks_, nullptr);
  }

  Method& stream_method_;
  Request incoming_;  // belongs to gRPC while reading_
  std::optional<grpc::ServerAsyncReaderWriter<Response, Request>> stream_
      FUSIONHUB_GUARDED_BY(this->mu_);
  bool reading_ FUSIONHUB_GUARDED_BY(this->mu_) = false;
  bool reads_over_ FUSIONHUB_GUARDED_BY(this->mu_) = false;
  std::shared_ptr<Callbacks> callbacks_ FUSIONHUB_GUARDED_BY(this->mu_);
};

template <typename Base, typename Request, typename Response>
using ServerStreamMethod = typename ServerStreamCall<Base, Request, Response>::Method;
template <typename Base, typename Request, typename Response>
using BidiMethod = typename BidiCall<Base, Request, Response>::Method;

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_ASYNC_STREAM_H_
