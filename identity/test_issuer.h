// An identity provider for tests: one key, and a person who may ask everything. Test only.
#ifndef FUSIONHUB_IDENTITY_TEST_ISSUER_H_
#define FUSIONHUB_IDENTITY_TEST_ISSUER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "crypto/digest.h"
#include "identity/assertion_claims.h"
#include "identity/issue_assertion.h"
#include "identity/issuer_keys.h"

namespace fusionhub::identity {

// Aborts the test binary on errors.
class TestIssuer {
 public:
  explicit TestIssuer(absl::string_view agency = "st_charles_pd", absl::string_view region = "stl",
                      absl::string_view kid = "k1");

  // A commissioned, trained, vetted, cleared analyst "u-4471" who signed in a minute before `now`
  // and asks the request of this digest from the client certificate TestIssuer::Certificate().
  AssertionClaims Claims(const crypto::Digest& request_digest, absl::Time now) const;
  std::string Issue(const AssertionClaims& claims) const;
  std::string Issue(const crypto::Digest& request_digest, absl::Time now) const {
    return Issue(Claims(request_digest, now));
  }

  static crypto::Digest Certificate() { return crypto::Sha256("client certificate"); }
  const std::string& agency() const { return agency_; }
  const std::string& region() const { return region_; }
  // The `iss` of its assertions.
  std::string issuer() const { return "https://idp." + agency_ + ".example"; }
  const IssuerPrivateKey& key() const { return key_; }
  std::string jwks() const;
  IssuerKeys keys() const;
  // Knows this issuer's agency only.
  IssuerDirectory directory() const;

 private:
  std::string agency_;
  std::string region_;
  IssuerPrivateKey key_;
};

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_TEST_ISSUER_H_
