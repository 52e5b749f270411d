// Makes assertions, for the demonstration issuer and for tests. A real agency's identity provider
// makes its own; nothing in the hub or a node depends on this.
#ifndef FUSIONHUB_IDENTITY_ISSUE_ASSERTION_H_
#define FUSIONHUB_IDENTITY_ISSUE_ASSERTION_H_

#include <cjose/jwk.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "identity/assertion_claims.h"

namespace fusionhub::identity {

// An EC P-256 signing key. Not thread-safe.
class IssuerPrivateKey {
 public:
  static absl::StatusOr<IssuerPrivateKey> Generate(absl::string_view kid);
  // A private JWK with `kid`, as ToJwk() wrote it.
  static absl::StatusOr<IssuerPrivateKey> FromJwk(absl::string_view jwk);

  absl::StatusOr<std::string> ToJwk() const;  // secret
  // {"keys": [...]} with the public half, as it stands in the Agency document.
  absl::StatusOr<std::string> ToPublicJwks() const;
  // Compact JWS over `payload`, alg ES256.
  absl::StatusOr<std::string> Sign(absl::string_view payload) const;

 private:
  explicit IssuerPrivateKey(std::shared_ptr<cjose_jwk_t> jwk) : jwk_(std::move(jwk)) {}
  std::shared_ptr<cjose_jwk_t> jwk_;
};

// The signed token.
absl::StatusOr<std::string> IssueAssertion(const AssertionClaims& claims,
                                           const IssuerPrivateKey& key);

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_ISSUE_ASSERTION_H_
