// The worker threads' loop and an orderly end of it.
#include "base/worker_pool.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace fusionhub {

WorkerPool::WorkerPool(std::string name, size_t threads, size_t max_queued)
    : name_(std::move(name)), max_queued_(max_queued), running_(std::max<size_t>(threads, 1)) {
  const std::string thread_name = name_.substr(0, 15);  // the kernel's limit
  const size_t count = std::max<size_t>(threads, 1);
  for (size_t i = 0; i < count; ++i) {
    threads_.emplace_back([this] { Run(); });
    pthread_setname_np(threads_.back().native_handle(), thread_name.c_str());
  }
}

WorkerPool::~WorkerPool() { Shutdown(); }

absl::Status WorkerPool::Submit(std::function<void()> work) {
  {
    MutexLock lock(mu_);
    if (stopping_) {
      return absl::UnavailableError(absl::StrCat("worker pool '", name_, "' is shutting down"));
    }
    if (queue_.size() >= max_queued_) {
      return absl::ResourceExhaustedError(absl::StrCat(
          "worker pool '", name_, "' is full: ", queue_.size(), " items wait; try later"));
    }
    queue_.push_back(std::move(work));
  }
  wake_.NotifyOne();
  return absl::OkStatus();
}

void WorkerPool::SubmitContinuation(std::function<void()> work) {
  {
    MutexLock lock(mu_);
    if (running_ > 0) {
      queue_.push_back(std::move(work));
      work = nullptr;
    }
  }
  if (work == nullptr) {
    wake_.NotifyOne();
  } else {
    work();  // every thread has ended: the caller's is the one left
  }
}

void WorkerPool::Shutdown() {
  std::vector<std::thread> threads;
  {
    MutexLock lock(mu_);
    stopping_ = true;
    threads.swap(threads_);
  }
  wake_.NotifyAll();
  for (std::thread& thread : threads) thread.join();
}

size_t WorkerPool::queued() const {
  MutexLock lock(mu_);
  return queue_.size();
}

void WorkerPool::Run() {
  while (true) {
    std::function<void()> work;
    {
      MutexLock lock(mu_);
      while (queue_.empty() && !stopping_) wake_.Wait(mu_);
      if (queue_.empty()) {
        --running_;
        return;
      }
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work();
  }
}

}  // namespace fusionhub
