// Refusals and holds in plain words: which check failed, what was seen, what is needed, by which
// clause, and who can fix it.
#ifndef FUSIONHUB_HUBCTL_EXPLANATION_H_
#define FUSIONHUB_HUBCTL_EXPLANATION_H_

#include <string>
#include <vector>

#include "fusionhub/v1/records.pb.h"
#include "hubctl/output.h"

namespace fusionhub::hubctl {

// One line per failure and hold, columns aligned, each followed by the clause's text. All text is
// escaped.
std::vector<std::string> ExplanationLines(const v1::Explanation& explanation);

// {"failures": [...], "holds": [...]} with the names of records.proto.
Json ExplanationJson(const v1::Explanation& explanation);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_EXPLANATION_H_
