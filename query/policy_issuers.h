// The issuer keys that a policy's Agency documents pin.
#ifndef FUSIONHUB_QUERY_POLICY_ISSUERS_H_
#define FUSIONHUB_QUERY_POLICY_ISSUERS_H_

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "identity/issuer_keys.h"
#include "policy/agency.h"

namespace fusionhub::query {

// For policy::Policy::Agencies(), once per policy revision. INVALID_ARGUMENT names the agency whose
// key set is bad: then the revision must not be used.
absl::StatusOr<identity::IssuerDirectory> IssuersOf(absl::Span<const policy::Agency> agencies);

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_POLICY_ISSUERS_H_
