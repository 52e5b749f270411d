// std::mutex with Clang's thread-safety annotations. Not absl::Mutex: Debian's Abseil is not built
// for ThreadSanitizer, which then reports races that do not exist
// (docs/adr/2026-11-21-std-mutex.md).
#ifndef FUSIONHUB_BASE_MUTEX_H_
#define FUSIONHUB_BASE_MUTEX_H_

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "absl/time/time.h"

#if defined(__clang__)
#define FUSIONHUB_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define FUSIONHUB_THREAD_ANNOTATION(x)
#endif

#define FUSIONHUB_CAPABILITY(x) FUSIONHUB_THREAD_ANNOTATION(capability(x))
#define FUSIONHUB_SCOPED_CAPABILITY FUSIONHUB_THREAD_ANNOTATION(scoped_lockable)
#define FUSIONHUB_GUARDED_BY(x) FUSIONHUB_THREAD_ANNOTATION(guarded_by(x))
#define FUSIONHUB_PT_GUARDED_BY(x) FUSIONHUB_THREAD_ANNOTATION(pt_guarded_by(x))
#define FUSIONHUB_REQUIRES(...) FUSIONHUB_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define FUSIONHUB_EXCLUDES(...) FUSIONHUB_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define FUSIONHUB_ACQUIRE(...) FUSIONHUB_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define FUSIONHUB_RELEASE(...) FUSIONHUB_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define FUSIONHUB_NO_THREAD_SAFETY_ANALYSIS FUSIONHUB_THREAD_ANNOTATION(no_thread_safety_analysis)

namespace fusionhub {

class FUSIONHUB_CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() FUSIONHUB_ACQUIRE() { mu_.lock(); }
  void Unlock() FUSIONHUB_RELEASE() { mu_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mu_;
};

class FUSIONHUB_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mu) FUSIONHUB_ACQUIRE(mu) : mu_(mu) { mu_.Lock(); }
  ~MutexLock() FUSIONHUB_RELEASE() { mu_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mu_;
};

// Wait in a loop around the condition: wake-ups may be spurious.
class CondVar {
 public:
  void Wait(Mutex& mu) FUSIONHUB_REQUIRES(mu) {
    std::unique_lock<std::mutex> lock(mu.mu_, std::adopt_lock);
    cv_.wait(lock);
    lock.release();
  }
  // False when `timeout` passed without a notification.
  bool WaitFor(Mutex& mu, absl::Duration timeout) FUSIONHUB_REQUIRES(mu) {
    std::unique_lock<std::mutex> lock(mu.mu_, std::adopt_lock);
    // Capped: an endless timeout overflows the steady clock and would return at once.
    const absl::Duration capped = std::min(timeout, absl::Hours(24 * 365));
    const auto status = cv_.wait_for(lock, absl::ToChronoNanoseconds(capped));
    lock.release();
    return status == std::cv_status::no_timeout;
  }
  void NotifyOne() { cv_.notify_one(); }
  void NotifyAll() { cv_.notify_all(); }

 private:
  std::condition_variable cv_;
};

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_MUTEX_H_
