// The codes under which an owner's outcome stands in log leaves and metrics.
#ifndef FUSIONHUB_BROKER_OUTCOME_CODES_H_
#define FUSIONHUB_BROKER_OUTCOME_CODES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "fusionhub/v1/records.pb.h"
#include "policy/policy.h"

namespace fusionhub::broker {

// "released", "refused", "held", "timed_out", "offline", "invalid".
absl::string_view OutcomeCode(v1::AnswerOutcome outcome);

// The clause that stands for a refusal in the public leaf and in metrics. Empty unless the policy
// has it: an owner's node may write anything there.
std::string PublicClause(const policy::Policy& policy, const v1::Explanation& why);

// The agency's id as a metric label: "unknown" for one that is not in the policy, so that
// requesters cannot make series.
std::string MetricAgency(const policy::Policy& policy, const std::string& agency);

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_OUTCOME_CODES_H_
