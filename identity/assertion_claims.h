// The claims of an assertion as they stand in its payload, read strictly. What they must match is
// for identity/assertion.h to judge.
#ifndef FUSIONHUB_IDENTITY_ASSERTION_CLAIMS_H_
#define FUSIONHUB_IDENTITY_ASSERTION_CLAIMS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "crypto/digest.h"
#include "identity/person.h"

namespace fusionhub::identity {

// Everything that an assertion says.
struct AssertionClaims {
  std::string issuer;  // the identity provider's name, as in the Agency document
  Person person;
  std::string region;  // from aud
  crypto::Digest request_digest{};
  crypto::Digest client_certificate{};
  std::optional<absl::Time> not_before;
  bool service_account = false;
};

// Reads a payload; other top-level claims than ours are ignored, unknown facts about the person are
// not. INVALID_ARGUMENT names the first claim that is missing or malformed, never its value. Never
// throws.
absl::StatusOr<AssertionClaims> ParseClaims(absl::string_view payload);

// The payload for `claims`, unsigned.
std::string ClaimsToJson(const AssertionClaims& claims);

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_ASSERTION_CLAIMS_H_
