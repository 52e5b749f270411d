// The stages of a decision, in the order in which Decide runs them. Each adds its failures to the
// evaluation and reads nothing that another found, so that all of them always run.
#ifndef FUSIONHUB_POLICY_STAGES_H_
#define FUSIONHUB_POLICY_STAGES_H_

#include "policy/evaluation.h"

namespace fusionhub::policy {

// 1: agencies, words, facts and identifier are well-formed and known.
void CheckWellFormed(Evaluation& evaluation);
// 2: the time is a time, and the policy's release is active and has not expired.
void CheckRelease(Evaluation& evaluation);
// 3: the person's standing under the audit rules of owner and requester.
void CheckPerson(Evaluation& evaluation);
// 5: prohibitions.
void CheckProhibitions(Evaluation& evaluation);
// 8 and 9: identifier, case number and reason under the audit rules of owner and requester.
void CheckAuditRules(Evaluation& evaluation);

// Stages 4, 6 and 7 are one: see matrix.h.

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_STAGES_H_
