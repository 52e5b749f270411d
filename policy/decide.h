// The decision: pure, total, and the same wherever it is made.
#ifndef FUSIONHUB_POLICY_DECIDE_H_
#define FUSIONHUB_POLICY_DECIDE_H_

#include "absl/time/time.h"
#include "policy/decision.h"
#include "policy/policy.h"
#include "policy/request.h"

namespace fusionhub::policy {

// Decides `request` at the time `t`. Runs every stage and collects every failure; the instruments
// of the owner and of the requester both apply, whatever `side` says (it is only recorded).
// Whatever is unknown, missing or unsigned refuses. Never throws, keeps nothing. Thread-safe.
Decision Decide(const Policy& policy, const Request& request, absl::Time t, Side side);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_DECIDE_H_
