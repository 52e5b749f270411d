// The completion queues of an AsyncServer, each with its thread.
#ifndef FUSIONHUB_RPC_COMPLETION_QUEUES_H_
#define FUSIONHUB_RPC_COMPLETION_QUEUES_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/server_builder.h>

#include <memory>
#include <thread>
#include <vector>

namespace fusionhub::rpc {

// Thread-compatible. A queue that is destroyed without its server having been built must be drained
// too, which the destructor does.
class CompletionQueues {
 public:
  // `count` queues for the server that `builder` makes; 0: one per core.
  CompletionQueues(grpc::ServerBuilder& builder, int count);
  ~CompletionQueues();

  size_t size() const { return queues_.size(); }
  grpc::ServerCompletionQueue* at(size_t index) { return queues_[index].get(); }

  // Begins to deal with events.
  void Start();
  // Deals with what is left and joins. No operation may be begun any more. Idempotent.
  void Shutdown();

 private:
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues_;
  std::vector<std::thread> threads_;
  bool shut_down_ = false;
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_COMPLETION_QUEUES_H_
