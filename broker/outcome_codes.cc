// Names outcomes.
#include "broker/outcome_codes.h"

#include "query/explanation.h"

namespace fusionhub::broker {

absl::string_view OutcomeCode(v1::AnswerOutcome outcome) {
  switch (outcome) {
    case v1::ANSWER_OUTCOME_RELEASED:
      return "released";
    case v1::ANSWER_OUTCOME_REFUSED:
      return "refused";
    case v1::ANSWER_OUTCOME_HELD:
      return "held";
    case v1::ANSWER_OUTCOME_TIMED_OUT:
      return "timed_out";
    case v1::ANSWER_OUTCOME_OFFLINE:
      return "offline";
    case v1::ANSWER_OUTCOME_NOTHING_RELEASED:
      return "nothing_released";
    default:
      return "invalid";
  }
}

std::string PublicClause(const policy::Policy& policy, const v1::Explanation& why) {
  std::string clause = query::LeadClause(why);
  return policy.ClauseText(clause).empty() ? "" : clause;
}

std::string MetricAgency(const policy::Policy& policy, const std::string& agency) {
  return policy.FindAgency(agency) == nullptr ? "unknown" : agency;
}

}  // namespace fusionhub::broker
