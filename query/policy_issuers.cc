// Copies the issuers out of the Agency documents.
#include "query/policy_issuers.h"

#include <vector>

namespace fusionhub::query {

absl::StatusOr<identity::IssuerDirectory> IssuersOf(absl::Span<const policy::Agency> agencies) {
  std::vector<identity::AgencyIssuers> sources;
  for (const policy::Agency& agency : agencies) {
    identity::AgencyIssuers& source = sources.emplace_back();
    source.agency = agency.id;
    for (const policy::AssertionIssuer& issuer : agency.issuers) {
      source.issuers.push_back({.issuer = issuer.issuer, .jwks = issuer.jwks});
    }
  }
  return identity::IssuerDirectory::Create(sources);
}

}  // namespace fusionhub::query
