// Takes away from this process what an image decoder does not need.
#ifndef FUSIONHUB_FACE_MATCHER_SECCOMP_FILTER_H_
#define FUSIONHUB_FACE_MATCHER_SECCOMP_FILTER_H_

#include <cstdint>

#include "absl/status/status.h"

namespace fusionhub::face_matcher {

struct ConfinementLimits {
  uint64_t memory_bytes = 1024ull << 20;  // address space
  uint64_t cpu_seconds = 10;
};

// Limits memory, processor time, core dumps, files and processes; then allows only: read from
// descriptor 0, write to 1 and 2, memory without execute permission, the clock, and exit. Any other
// system call kills the process (SIGSYS). Cannot be undone. INTERNAL when the kernel refuses.
absl::Status ConfineThisProcess(const ConfinementLimits& limits);

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_SECCOMP_FILTER_H_
