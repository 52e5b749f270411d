// Named places where a test makes the program fail: error, delay or kill, set by the environment
// variable FUSIONHUB_FAILPOINTS ("audit_before_commit=kill;audit_after_commit=delay:50"). Compiled
// out unless the build defines FUSIONHUB_FAILPOINTS_ENABLED, so that a product binary has none.
#ifndef FUSIONHUB_BASE_FAILPOINT_H_
#define FUSIONHUB_BASE_FAILPOINT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace fusionhub {

// OK, or the error that the environment asks for at `name`; delays or kills the process when it
// says so.
#ifdef FUSIONHUB_FAILPOINTS_ENABLED
absl::Status Failpoint(absl::string_view name);
#else
inline absl::Status Failpoint(absl::string_view) { return absl::OkStatus(); }
#endif

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_FAILPOINT_H_
