// Turns policy explanations into messages.
#include "query/explanation.h"

#include <set>
#include <utility>

#include "policy/explain.h"

namespace fusionhub::query {

v1::Explanation ExplanationOf(const policy::Policy& policy, const policy::Decision& decision) {
  const policy::Explanation explained = policy::Explain(policy, decision);
  v1::Explanation out;
  for (const policy::ExplainedFailure& failure : explained.failures) {
    v1::Failure& line = *out.add_failures();
    line.set_check(failure.check);
    line.set_clause(failure.clause);
    line.set_clause_text(failure.clause_text);
    line.set_seen(failure.seen);
    line.set_needed(failure.needed);
    line.set_fixable_by(failure.fixable_by);
  }
  for (const policy::ExplainedHold& hold : explained.holds) {
    v1::Hold& line = *out.add_holds();
    line.set_role(hold.role);
    line.set_clause(hold.clause);
    line.set_clause_text(hold.clause_text);
    line.set_expires_hours(static_cast<uint32_t>(hold.expires_hours));
  }
  return out;
}

v1::Explanation OneFailure(std::string check, std::string clause, std::string seen,
                           std::string needed, std::string fixable_by) {
  v1::Explanation out;
  v1::Failure& line = *out.add_failures();
  line.set_check(std::move(check));
  line.set_clause(std::move(clause));
  line.set_seen(std::move(seen));
  line.set_needed(std::move(needed));
  line.set_fixable_by(std::move(fixable_by));
  return out;
}

v1::Explanation Merge(const std::vector<v1::Explanation>& explanations) {
  v1::Explanation out;
  std::set<std::string> seen;
  for (const v1::Explanation& explanation : explanations) {
    for (const v1::Failure& failure : explanation.failures()) {
      if (seen.insert("f" + failure.SerializeAsString()).second) *out.add_failures() = failure;
    }
    for (const v1::Hold& hold : explanation.holds()) {
      if (seen.insert("h" + hold.SerializeAsString()).second) *out.add_holds() = hold;
    }
  }
  return out;
}

std::string LeadClause(const v1::Explanation& explanation) {
  if (explanation.failures_size() > 0) return explanation.failures(0).clause();
  if (explanation.holds_size() > 0) return explanation.holds(0).clause();
  return "";
}

}  // namespace fusionhub::query
