// One registered method of an AsyncServer: posts places for its calls.
#ifndef FUSIONHUB_RPC_ASYNC_METHOD_H_
#define FUSIONHUB_RPC_ASYNC_METHOD_H_

#include <grpcpp/completion_queue.h>

#include <memory>
#include <utility>

#include "rpc/call_registry.h"
#include "rpc/method_options.h"

namespace fusionhub::rpc {

class AsyncMethod {
 public:
  explicit AsyncMethod(MethodOptions options) : options_(std::move(options)) {}
  virtual ~AsyncMethod() = default;

  // Asks gRPC for one call, unless the registry is closed. Any thread.
  void Post(const std::shared_ptr<CallRegistry>& registry, grpc::ServerCompletionQueue* queue) {
    if (registry->Enter()) PostEntered(registry, queue);
  }

  const MethodOptions& options() const { return options_; }

  // As Post; the registry has been entered.
  virtual void PostEntered(const std::shared_ptr<CallRegistry>& registry,
                           grpc::ServerCompletionQueue* queue) = 0;

 private:
  const MethodOptions options_;
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_ASYNC_METHOD_H_
