// base64url: Abseil decodes leniently (padding, white space), so the result is encoded again and
// compared.
#include "identity/base64url.h"

#include "absl/strings/escaping.h"

namespace fusionhub::identity {

std::string EncodeBase64Url(absl::string_view bytes) { return absl::WebSafeBase64Escape(bytes); }

std::optional<std::string> DecodeBase64Url(absl::string_view text) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(text, &bytes)) return std::nullopt;
  if (EncodeBase64Url(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace fusionhub::identity
