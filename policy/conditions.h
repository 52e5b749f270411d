// Whether the named conditions of a cell hold for a request.
#ifndef FUSIONHUB_POLICY_CONDITIONS_H_
#define FUSIONHUB_POLICY_CONDITIONS_H_

#include <string>
#include <vector>

#include "policy/documents.h"
#include "policy/evaluation.h"

namespace fusionhub::policy {

// Appends one failure per condition that does not hold. `agreement` is the one that the cell stands
// in, null for orders.
void CheckConditions(Evaluation& evaluation, const std::vector<Condition>& conditions,
                     const Agreement* agreement, std::vector<Failure>& failures);

// Agreements that reach from the request's owner to its requester for its data and action:
// directly, or through the hub with a cell for the requester's class.
std::vector<const Agreement*> ReachingAgreements(Evaluation& evaluation);

// The requester's agreements with the provider of the software that this action uses.
std::vector<const Agreement*> UseAgreements(Evaluation& evaluation);

// True when `agreement` is in force now; notes when that changes.
bool InForce(Evaluation& evaluation, const Agreement& agreement);

// "complaint number, CAD event, warrant or other (named)".
std::string IdentifierTitles(const Vocabulary& vocabulary, const std::vector<std::string>& kinds);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_CONDITIONS_H_
