#include "audit/base64.h"

#include "absl/strings/escaping.h"

namespace fusionhub::audit {

absl::StatusOr<std::string> StrictBase64Decode(absl::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes) || absl::Base64Escape(bytes) != text) {
    return absl::InvalidArgumentError("not canonical base64 (RFC 4648 section 4)");
  }
  return bytes;
}

}  // namespace fusionhub::audit
