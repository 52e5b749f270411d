// The public keys of an agency's identity provider, read from the JWK set in its Agency document.
#ifndef FUSIONHUB_IDENTITY_ISSUER_KEYS_H_
#define FUSIONHUB_IDENTITY_ISSUER_KEYS_H_

#include <cjose/jwk.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace fusionhub::identity {

inline constexpr size_t kMaxIssuerKeys = 16;  // of one agency
inline constexpr size_t kMaxJwksBytes = 64 * 1024;

// An identity provider as an Agency document names it.
struct IssuerSource {
  std::string issuer;  // the assertions' `iss`
  std::string jwks;    // JSON Web Key Set
};

// One public key that may sign assertions.
struct IssuerKey {
  std::string issuer;  // whose key it is
  std::string kid;
  cjose_jwk_kty_t type = CJOSE_JWK_KTY_EC;
  std::string algorithm;  // ES256, PS256 or RS256 if the JWK restricts it; empty if it does not
  size_t signature_bytes = 0;  // exact size of a signature by this key
  std::shared_ptr<const cjose_jwk_t> jwk;
};

// The keys of all identity providers of one agency. Immutable, thread-safe, cheap to copy.
class IssuerKeys {
 public:
  // Reads one {"keys": [...]} per provider. Every key must be public, have a `kid` that is unique
  // among all of the agency's keys, and be EC P-256 or RSA of 2048 to 4096 bits with exponent
  // 65537. One key that is not so refuses everything, since a set that silently lost a key fails on
  // the day of the rotation. INVALID_ARGUMENT names the provider and the key's position.
  static absl::StatusOr<IssuerKeys> Parse(absl::Span<const IssuerSource> sources);

  // The key named `kid`; null if there is none. Lives as long as this object or a copy of it.
  const IssuerKey* Find(absl::string_view kid) const;
  size_t size() const { return keys_->size(); }

 private:
  explicit IssuerKeys(std::vector<IssuerKey> keys);
  std::shared_ptr<const std::vector<IssuerKey>> keys_;
};

// An agency and its identity providers.
struct AgencyIssuers {
  std::string agency;
  std::vector<IssuerSource> issuers;
};

// The issuer keys of every agency in a policy. Immutable, thread-safe.
class IssuerDirectory {
 public:
  // INVALID_ARGUMENT names the agency whose keys are bad. Agencies without a provider are passed
  // over: their people cannot ask.
  static absl::StatusOr<IssuerDirectory> Create(absl::Span<const AgencyIssuers> agencies);

  // Null when the agency is unknown or has no provider.
  const IssuerKeys* Find(absl::string_view agency) const;

 private:
  explicit IssuerDirectory(std::map<std::string, IssuerKeys, std::less<>> keys)
      : keys_(std::move(keys)) {}
  std::map<std::string, IssuerKeys, std::less<>> keys_;
};

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_ISSUER_KEYS_H_
