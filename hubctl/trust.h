// What hubctl trusts, from its own configuration and policy folder, and the checks that everything
// from the hub must pass before it is shown.
#ifndef FUSIONHUB_HUBCTL_TRUST_H_
#define FUSIONHUB_HUBCTL_TRUST_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/receipt.h"
#include "fusionhub/v1/analyst.pb.h"
#include "fusionhub/v1/query.pb.h"
#include "policy/policy.h"

namespace fusionhub::hubctl {

// The pinned keys as text, and the documents in which owners' answer keys stand.
struct TrustSources {
  std::string region;  // for the names of cosigning nodes
  std::string log_verifier_key;
  std::string origin;
  std::string statement_key;
  std::shared_ptr<const policy::Policy> policy;
};

// INVALID_ARGUMENT says which key cannot be read.
absl::StatusOr<audit::ReceiptTrust> MakeTrust(const TrustSources& sources);

// OK when the INTENT entry of exactly this question is in a checkpoint that the pinned key signed.
// DATA_LOSS otherwise.
absl::Status CheckAccepted(const v1::SignedQuery& signed_query, const v1::QueryAccepted& accepted,
                           const audit::ReceiptTrust& trust);

// OK when the result has no answer, or one that its owner signed for this query (empty: any) and
// that says the same outcome. DATA_LOSS otherwise.
absl::Status CheckResult(const std::string& query_id, const v1::OwnerResult& result,
                         const audit::ReceiptTrust& trust);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_TRUST_H_
