#include "audit/commitment.h"

namespace fusionhub::audit {

crypto::Digest Commit(absl::string_view salt, absl::string_view name, absl::string_view value) {
  return crypto::HmacSha256(salt, {name, absl::string_view("\0", 1), value});
}

absl::Status CheckOpening(const crypto::Digest& commitment, absl::string_view salt,
                          absl::string_view name, absl::string_view value) {
  if (salt.size() != kSaltSize ||
      !crypto::ConstantTimeEquals(crypto::View(Commit(salt, name, value)),
                                  crypto::View(commitment))) {
    return absl::UnauthenticatedError("the commitment does not open to this value");
  }
  return absl::OkStatus();
}

}  // namespace fusionhub::audit
