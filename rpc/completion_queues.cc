// One thread per completion queue: gRPC's own advice (doc/cpp/perf_notes.md).
#include "rpc/completion_queues.h"

#include <algorithm>

#include "rpc/async_call.h"

#if defined(__SANITIZE_THREAD__)
// gRPC's headers put code into our binaries that is ordered by its queues, which ThreadSanitizer
// cannot see into. For every binary with an AsyncServer, built with that sanitizer only.
extern "C" const char* __tsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier)
  return "race:grpc::internal::CallOpSet\n"
         "race:grpc::internal::InterceptorBatchMethodsImpl\n"
         "race:grpc::ServerInterface::\n"
         "race:grpc::ServerAsync*::BindCall\n";
}
#endif

namespace fusionhub::rpc {
namespace {

void Serve(grpc::ServerCompletionQueue* queue) {
  void* tag = nullptr;
  bool ok = false;
  while (queue->Next(&tag, &ok)) AsyncCall::Proceed(tag, ok);
}

}  // namespace

CompletionQueues::CompletionQueues(grpc::ServerBuilder& builder, int count) {
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  const size_t wanted = count > 0 ? static_cast<size_t>(count) : cores;
  for (size_t i = 0; i < wanted; ++i) queues_.push_back(builder.AddCompletionQueue());
}

CompletionQueues::~CompletionQueues() { Shutdown(); }

void CompletionQueues::Start() {
  for (auto& queue : queues_) {
    threads_.emplace_back([cq = queue.get()] { Serve(cq); });
  }
}

void CompletionQueues::Shutdown() {
  if (shut_down_) return;
  shut_down_ = true;
  for (auto& queue : queues_) queue->Shutdown();
  if (threads_.empty()) {
    for (auto& queue : queues_) Serve(queue.get());
  }
  for (std::thread& thread : threads_) thread.join();
}

}  // namespace fusionhub::rpc
