// One thread that runs short callbacks at their time: query deadlines, heartbeats, periodic checks.
#ifndef FUSIONHUB_BASE_TIMER_H_
#define FUSIONHUB_BASE_TIMER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <thread>
#include <utility>

#include "absl/time/time.h"
#include "base/mutex.h"

namespace fusionhub {

// Thread-safe. Uses the steady clock: a step of the wall clock moves no deadline.
class TimerQueue {
 public:
  using Id = uint64_t;
  TimerQueue();
  ~TimerQueue();  // shuts down

  // Drops what is pending, and whatever is scheduled from now on; joins. For an owner whose other
  // parts still hold the queue. Idempotent. Not from a callback.
  void Shutdown() FUSIONHUB_EXCLUDES(mu_);

  // Runs `callback` once, `after` from now, on the timer's thread. It must not block.
  Id Schedule(absl::Duration after, std::function<void()> callback) FUSIONHUB_EXCLUDES(mu_);
  // True when the callback had not begun and now never will.
  bool Cancel(Id id) FUSIONHUB_EXCLUDES(mu_);

 private:
  using Key = std::pair<int64_t, Id>;  // steady nanoseconds, id
  void Run() FUSIONHUB_EXCLUDES(mu_);

  Mutex mu_;
  CondVar wake_;
  std::map<Key, std::function<void()>> pending_ FUSIONHUB_GUARDED_BY(mu_);
  std::map<Id, int64_t> due_ FUSIONHUB_GUARDED_BY(mu_);
  Id next_id_ FUSIONHUB_GUARDED_BY(mu_) = 1;
  bool stopping_ FUSIONHUB_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_TIMER_H_
