// A reader-writer mutex that does not starve writers: an expunge gets in although searches keep
// coming.
#ifndef FUSIONHUB_FACE_MATCHER_FAIR_SHARED_MUTEX_H_
#define FUSIONHUB_FACE_MATCHER_FAIR_SHARED_MUTEX_H_

#include <mutex>
#include <shared_mutex>

#include "base/mutex.h"

#define FUSIONHUB_REQUIRES_SHARED(...) \
  FUSIONHUB_THREAD_ANNOTATION(requires_shared_capability(__VA_ARGS__))
#define FUSIONHUB_ACQUIRE_SHARED(...) \
  FUSIONHUB_THREAD_ANNOTATION(acquire_shared_capability(__VA_ARGS__))
#define FUSIONHUB_RELEASE_GENERIC(...) \
  FUSIONHUB_THREAD_ANNOTATION(release_generic_capability(__VA_ARGS__))

namespace fusionhub::face_matcher {

// Everybody passes the gate in turn; a writer keeps it shut until the readers inside have left.
// (glibc's std::shared_mutex lets new readers overtake a waiting writer for ever.)
class FUSIONHUB_CAPABILITY("mutex") FairSharedMutex {
 public:
  FairSharedMutex() = default;
  FairSharedMutex(const FairSharedMutex&) = delete;
  FairSharedMutex& operator=(const FairSharedMutex&) = delete;

  void Lock() FUSIONHUB_ACQUIRE() {
    std::lock_guard<std::mutex> gate(gate_);
    mu_.lock();
  }
  void Unlock() FUSIONHUB_RELEASE() { mu_.unlock(); }
  void LockShared() FUSIONHUB_ACQUIRE_SHARED() {
    std::lock_guard<std::mutex> gate(gate_);
    mu_.lock_shared();
  }
  void UnlockShared() FUSIONHUB_RELEASE_GENERIC() { mu_.unlock_shared(); }

 private:
  std::mutex gate_;
  std::shared_mutex mu_;
};

class FUSIONHUB_SCOPED_CAPABILITY WriterLock {
 public:
  explicit WriterLock(FairSharedMutex& mu) FUSIONHUB_ACQUIRE(mu) : mu_(mu) { mu_.Lock(); }
  ~WriterLock() FUSIONHUB_RELEASE() { mu_.Unlock(); }
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  FairSharedMutex& mu_;
};

class FUSIONHUB_SCOPED_CAPABILITY ReaderLock {
 public:
  explicit ReaderLock(FairSharedMutex& mu) FUSIONHUB_ACQUIRE_SHARED(mu) : mu_(mu) {
    mu_.LockShared();
  }
  ~ReaderLock() FUSIONHUB_RELEASE_GENERIC() { mu_.UnlockShared(); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  FairSharedMutex& mu_;
};

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_FAIR_SHARED_MUTEX_H_
