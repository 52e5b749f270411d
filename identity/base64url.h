// base64url without padding (RFC 7515), in its one canonical spelling.
#ifndef FUSIONHUB_IDENTITY_BASE64URL_H_
#define FUSIONHUB_IDENTITY_BASE64URL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace fusionhub::identity {

std::string EncodeBase64Url(absl::string_view bytes);
// Nothing unless `text` is exactly what EncodeBase64Url writes for some bytes.
std::optional<std::string> DecodeBase64Url(absl::string_view text);

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_BASE64URL_H_
