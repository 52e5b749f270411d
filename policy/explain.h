// A decision in words for the requester: what was refused or held, by which clause, and what would
// fix it.
#ifndef FUSIONHUB_POLICY_EXPLAIN_H_
#define FUSIONHUB_POLICY_EXPLAIN_H_

#include <string>
#include <vector>

#include "policy/decision.h"
#include "policy/policy.h"

namespace fusionhub::policy {

struct ExplainedFailure {
  std::string check, clause, clause_text, seen, needed;
  std::string fixable_by;  // "requester", "admin", "owner", "nobody"
};

struct ExplainedHold {
  std::string role, clause, clause_text;
  int expires_hours = 0;
};

// The structured form; same words as the text and as fusionhub.v1.Explanation.
struct Explanation {
  std::string outcome;  // "permit", "hold", "refuse", "indeterminate"
  std::vector<ExplainedFailure> failures;
  std::vector<ExplainedHold> holds;
  std::vector<std::string> clauses_for;
  std::vector<std::string> would_release;  // fields, if everything were fixed
};

// `policy` must be the one that made the decision: it has the clauses' texts. A failure that nobody
// can fix carries no hint.
Explanation Explain(const Policy& policy, const Decision& decision);

// Lines for a terminal, in the layout of policy.md, with the time in the owner's zone.
std::string ExplainText(const Policy& policy, const Decision& decision);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_EXPLAIN_H_
