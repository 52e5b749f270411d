// Standard base64 that has one spelling per value: padding, no white space, no stray bits.
#ifndef FUSIONHUB_AUDIT_BASE64_H_
#define FUSIONHUB_AUDIT_BASE64_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fusionhub::audit {

// INVALID_ARGUMENT for anything but the one canonical form; Abseil's decoder is more lenient.
absl::StatusOr<std::string> StrictBase64Decode(absl::string_view text);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_BASE64_H_
