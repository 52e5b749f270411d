// The test issuer. Values of StatusOr are taken unchecked: they abort on errors.
#include "identity/test_issuer.h"

#include <atomic>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace fusionhub::identity {
namespace {

// Two assertions of one test binary never have the same id.
std::string NextId() {
  static std::atomic<int> counter{0};
  return absl::StrCat("test-assertion-", ++counter);
}

}  // namespace

TestIssuer::TestIssuer(absl::string_view agency, absl::string_view region, absl::string_view kid)
    : agency_(agency), region_(region), key_(IssuerPrivateKey::Generate(kid).value()) {}

AssertionClaims TestIssuer::Claims(const crypto::Digest& request_digest, absl::Time now) const {
  const absl::CivilDay today = absl::ToCivilDay(now, absl::UTCTimeZone());
  AssertionClaims claims;
  claims.issuer = issuer();
  claims.region = region_;
  claims.request_digest = request_digest;
  claims.client_certificate = Certificate();
  claims.person = {.agency = agency_,
                   .id = "u-4471",
                   .employer_ori = "MO0920000",
                   .commissioned = true,
                   .roles = {"analyst"},
                   .trained = today - 30,
                   .vetted = today - 60,
                   .revalidated = today - 90,
                   .cjis_cleared = true,
                   .authenticated_at = now - absl::Minutes(1),
                   .auth_method = "pwd+otp",
                   .assertion_id = NextId(),
                   .issued_at = now,
                   .expires_at = now + absl::Minutes(5)};
  return claims;
}

std::string TestIssuer::Issue(const AssertionClaims& claims) const {
  return IssueAssertion(claims, key_).value();
}

std::string TestIssuer::jwks() const { return key_.ToPublicJwks().value(); }

IssuerKeys TestIssuer::keys() const {
  return IssuerKeys::Parse({{.issuer = issuer(), .jwks = jwks()}}).value();
}

IssuerDirectory TestIssuer::directory() const {
  return IssuerDirectory::Create(
             {{.agency = agency_, .issuers = {{.issuer = issuer(), .jwks = jwks()}}}})
      .value();
}

}  // namespace fusionhub::identity
