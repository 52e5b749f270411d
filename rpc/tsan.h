// Tells ThreadSanitizer what it cannot see: that gRPC's completion queues (not instrumented) pass a
// tag from one thread to another. Nothing in other builds.
#ifndef FUSIONHUB_RPC_TSAN_H_
#define FUSIONHUB_RPC_TSAN_H_

#if defined(__SANITIZE_THREAD__)
extern "C" void __tsan_acquire(void* address);  // NOLINT(bugprone-reserved-identifier)
extern "C" void __tsan_release(void* address);  // NOLINT(bugprone-reserved-identifier)
#endif

namespace fusionhub::rpc {

// What this thread did so far happens before the TsanAcquire of the same address.
inline void TsanRelease([[maybe_unused]] void* address) {
#if defined(__SANITIZE_THREAD__)
  __tsan_release(address);
#endif
}

inline void TsanAcquire([[maybe_unused]] void* address) {
#if defined(__SANITIZE_THREAD__)
  __tsan_acquire(address);
#endif
}

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_TSAN_H_
