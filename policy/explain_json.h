// A decision's explanation as JSON, for tools.
#ifndef FUSIONHUB_POLICY_EXPLAIN_JSON_H_
#define FUSIONHUB_POLICY_EXPLAIN_JSON_H_

#include <string>

#include "policy/decision.h"
#include "policy/policy.h"

namespace fusionhub::policy {

// One object, two-space indented, keys in alphabetical order. No personal data: see Failure.
std::string ExplainJson(const Policy& policy, const Decision& decision);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_EXPLAIN_JSON_H_
