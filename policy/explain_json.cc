// A decision's explanation as JSON.
#include "policy/explain_json.h"

#include <nlohmann/json.hpp>

#include "absl/time/time.h"
#include "crypto/digest.h"
#include "policy/explain.h"

namespace fusionhub::policy {
namespace {

std::string TimeText(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone());
}

nlohmann::json FailuresJson(const Explanation& explanation) {
  nlohmann::json list = nlohmann::json::array();
  for (const ExplainedFailure& failure : explanation.failures) {
    list.push_back({{"check", failure.check},
                    {"clause", failure.clause},
                    {"clause_text", failure.clause_text},
                    {"seen", failure.seen},
                    {"needed", failure.needed},
                    {"fixable_by", failure.fixable_by}});
  }
  return list;
}

nlohmann::json HoldsJson(const Explanation& explanation) {
  nlohmann::json list = nlohmann::json::array();
  for (const ExplainedHold& hold : explanation.holds) {
    list.push_back({{"role", hold.role},
                    {"clause", hold.clause},
                    {"clause_text", hold.clause_text},
                    {"expires_hours", hold.expires_hours}});
  }
  return list;
}

nlohmann::json ObligationsJson(const Decision& decision) {
  nlohmann::json list = nlohmann::json::array();
  for (const Obligation& obligation : decision.obligations) {
    list.push_back(
        {{"kind", obligation.kind}, {"values", obligation.values}, {"clause", obligation.clause}});
  }
  return list;
}

}  // namespace

std::string ExplainJson(const Policy& policy, const Decision& decision) {
  const Explanation explanation = Explain(policy, decision);
  nlohmann::json json = {
      {"outcome", explanation.outcome},
      {"side", std::string(SideWord(decision.side))},
      {"decided_at", TimeText(decision.t)},
      {"policy_digest", crypto::ToHex(decision.policy_digest)},
      {"revision", decision.revision},
      {"owner", decision.owner},
      {"requester", decision.requester_agency},
      {"data", decision.data},
      {"action", decision.action},
      {"purpose", decision.purpose},
      {"agreement", decision.agreement},
      {"agreement_version", decision.agreement_version},
      {"cell", decision.cell},
      {"clauses_for", explanation.clauses_for},
      {"failures", FailuresJson(explanation)},
      {"holds", HoldsJson(explanation)},
      {"labels", decision.labels},
      {"obligations", ObligationsJson(decision)},
      {"fields", decision.fields.show},
      {"mask", decision.fields.mask},
      {"would_release", explanation.would_release},
  };
  if (decision.delete_by != absl::InfiniteFuture()) {
    json["delete_by"] = TimeText(decision.delete_by);
  }
  if (decision.valid_until != absl::InfiniteFuture()) {
    json["valid_until"] = TimeText(decision.valid_until);
  }
  // Every text is from the documents or the code; `replace` keeps a document's odd byte from
  // throwing.
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace fusionhub::policy
