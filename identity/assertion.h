// Verifies the signed statement of an agency's identity provider about the person who asks one
// question. The format is in docs/assertions.md.
#ifndef FUSIONHUB_IDENTITY_ASSERTION_H_
#define FUSIONHUB_IDENTITY_ASSERTION_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "crypto/digest.h"
#include "identity/issuer_keys.h"
#include "identity/person.h"

namespace fusionhub::identity {

inline constexpr size_t kMaxAssertionBytes = 8 * 1024;

// What the verifier already knows and the assertion must match.
struct AssertionExpectations {
  std::string region;             // the audience is "fusionhub:" + region
  std::string agency;             // the agency whose keys are given; the person's employer
  crypto::Digest request_digest;  // SHA-256 of the query's bytes
  // SHA-256 of the analyst's TLS client certificate (DER). Absent at a node, which does not see the
  // analyst's connection; the assertion must still name a certificate.
  std::optional<crypto::Digest> client_certificate;
  absl::Time now;
  absl::Duration max_age = absl::Seconds(120);      // since it was issued
  absl::Duration clock_skew = absl::Seconds(30);    // how far the issuer's clock may be ahead
  absl::Duration max_lifetime = absl::Minutes(15);  // from issue to expiry
  absl::Duration max_authentication_age = absl::Hours(12);  // since the person proved who they are
};

// Verifies a compact JWS and returns the person. Every check must pass; the first that fails is the
// error, UNAUTHENTICATED, with its reason (identity/reasons.h) attached. Whether the assertion has
// been used before is for the ReplayGuard. Never throws. Thread-safe.
absl::StatusOr<Person> VerifyAssertion(absl::string_view token, const IssuerKeys& keys,
                                       const AssertionExpectations& expected);

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_ASSERTION_H_
