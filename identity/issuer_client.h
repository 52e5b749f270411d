// Asks a local identity provider over a Unix socket for an assertion. hubctl uses it; the
// demonstration issuer serves it (docs/assertions.md has the protocol).
#ifndef FUSIONHUB_IDENTITY_ISSUER_CLIENT_H_
#define FUSIONHUB_IDENTITY_ISSUER_CLIENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/digest.h"

namespace fusionhub::identity {

struct AssertionWish {
  std::string person;                 // id at the provider, e.g. "u-4471"
  crypto::Digest request_digest;      // SHA-256 of the query's bytes
  crypto::Digest client_certificate;  // SHA-256 of the TLS client certificate (DER)
};

// Returns the token. UNAVAILABLE when nobody serves the socket, DEADLINE_EXCEEDED after `timeout`,
// PERMISSION_DENIED when the provider refuses (its text is in the message, escaped), INTERNAL when
// it answers with something else.
absl::StatusOr<std::string> RequestAssertion(const std::string& socket_path,
                                             const AssertionWish& wish, absl::Duration timeout);

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_ISSUER_CLIENT_H_
