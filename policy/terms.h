// Merges the terms of all cells that decide: the stricter always wins.
#ifndef FUSIONHUB_POLICY_TERMS_H_
#define FUSIONHUB_POLICY_TERMS_H_

#include <string>
#include <vector>

#include "policy/decision.h"
#include "policy/matrix.h"

namespace fusionhub::policy {

// Fields: what every cell that speaks of fields shows, nothing if none does; masks: the strongest;
// labels and obligations: all; retention and record age: the shortest.
Terms MergeTerms(const std::vector<DecidingCell>& cells);

// The stronger of two masks; two that are not comparable withhold the field.
std::string StrongerMask(const std::string& a, const std::string& b);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_TERMS_H_
