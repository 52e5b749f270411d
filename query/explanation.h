// The policy's reasons in the words of the wire contract.
#ifndef FUSIONHUB_QUERY_EXPLANATION_H_
#define FUSIONHUB_QUERY_EXPLANATION_H_

#include <string>
#include <vector>

#include "fusionhub/v1/records.pb.h"
#include "policy/decision.h"
#include "policy/policy.h"

namespace fusionhub::query {

// `policy` must be the one that decided.
v1::Explanation ExplanationOf(const policy::Policy& policy, const policy::Decision& decision);

// An explanation with one failed check, for what the hub itself refuses before or beside policy.
v1::Explanation OneFailure(std::string check, std::string clause, std::string seen,
                           std::string needed, std::string fixable_by);

// The reasons of several owners as one list, each reason once.
v1::Explanation Merge(const std::vector<v1::Explanation>& explanations);

// The clause that stands for a refusal in the public leaf and in metrics: the first failure's;
// empty if none.
std::string LeadClause(const v1::Explanation& explanation);

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_EXPLANATION_H_
