// The timer's thread: waits for the earliest callback and runs it outside the lock.
#include "base/timer.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace fusionhub {
namespace {

int64_t SteadyNanos() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int64_t DueAt(absl::Duration after) {
  const int64_t now = SteadyNanos();
  const int64_t wait = std::max<int64_t>(absl::ToInt64Nanoseconds(after), 0);
  return wait > std::numeric_limits<int64_t>::max() - now ? std::numeric_limits<int64_t>::max()
                                                          : now + wait;
}

}  // namespace

TimerQueue::TimerQueue() : thread_([this] { Run(); }) {}

TimerQueue::~TimerQueue() { Shutdown(); }

void TimerQueue::Shutdown() {
  std::map<Key, std::function<void()>> dropped;  // destroyed outside the lock, as in Cancel
  {
    MutexLock lock(mu_);
    stopping_ = true;
    std::swap(dropped, pending_);
    due_.clear();
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

TimerQueue::Id TimerQueue::Schedule(absl::Duration after, std::function<void()> callback) {
  const int64_t due = DueAt(after);
  Id id = 0;
  {
    MutexLock lock(mu_);
    id = next_id_++;
    if (stopping_) return id;
    due_.emplace(id, due);
    pending_.emplace(Key(due, id), std::move(callback));
  }
  wake_.NotifyOne();
  return id;
}

bool TimerQueue::Cancel(Id id) {
  std::function<void()> dropped;  // destroyed outside the lock: what it holds may call back
  MutexLock lock(mu_);
  const auto due = due_.find(id);
  if (due == due_.end()) return false;
  const auto found = pending_.find(Key(due->second, id));
  dropped = std::move(found->second);
  pending_.erase(found);
  due_.erase(due);
  return true;
}

void TimerQueue::Run() {
  while (true) {
    std::function<void()> callback;
    {
      MutexLock lock(mu_);
      while (!stopping_ && (pending_.empty() || pending_.begin()->first.first > SteadyNanos())) {
        if (pending_.empty()) {
          wake_.Wait(mu_);
        } else {
          wake_.WaitFor(mu_, absl::Nanoseconds(pending_.begin()->first.first - SteadyNanos()));
        }
      }
      if (stopping_) return;
      callback = std::move(pending_.begin()->second);
      due_.erase(pending_.begin()->first.second);
      pending_.erase(pending_.begin());
    }
    callback();
  }
}

}  // namespace fusionhub
