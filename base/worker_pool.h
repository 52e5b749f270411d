// A fixed number of threads behind a bounded queue, for work that may block (fsync, signatures,
// search).
#ifndef FUSIONHUB_BASE_WORKER_POOL_H_
#define FUSIONHUB_BASE_WORKER_POOL_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"

namespace fusionhub {

// Thread-safe. The destructor runs what is queued, then joins.
class WorkerPool {
 public:
  // `max_queued` work items wait at most; a further one is refused.
  WorkerPool(std::string name, size_t threads, size_t max_queued);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // RESOURCE_EXHAUSTED when the queue is full, UNAVAILABLE after Shutdown. `work` never throws.
  [[nodiscard]] absl::Status Submit(std::function<void()> work) FUSIONHUB_EXCLUDES(mu_);

  // Work that must not be refused because it ends something already begun (an answer's release, a
  // query's close). It is bounded by what Submit admitted, so it may pass `max_queued`.
  void SubmitContinuation(std::function<void()> work) FUSIONHUB_EXCLUDES(mu_);

  // Takes no more work, finishes what is queued and joins. Idempotent. Not from a worker's own
  // thread. A continuation that comes after that runs on its caller's thread.
  void Shutdown() FUSIONHUB_EXCLUDES(mu_);

  size_t queued() const FUSIONHUB_EXCLUDES(mu_);

 private:
  void Run() FUSIONHUB_EXCLUDES(mu_);

  const std::string name_;
  const size_t max_queued_;
  mutable Mutex mu_;
  CondVar wake_;
  std::deque<std::function<void()>> queue_ FUSIONHUB_GUARDED_BY(mu_);
  bool stopping_ FUSIONHUB_GUARDED_BY(mu_) = false;
  size_t running_ FUSIONHUB_GUARDED_BY(mu_);  // threads that still take work
  std::vector<std::thread> threads_;
};

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_WORKER_POOL_H_
