// Checks that need several documents, or several cells of one.
#ifndef FUSIONHUB_POLICY_COMPILE_CHECKS_H_
#define FUSIONHUB_POLICY_COMPILE_CHECKS_H_

#include <vector>

#include "base/yaml.h"
#include "policy/compiled_policy.h"

namespace fusionhub::policy {

// Reports ids used twice, overlapping cells of one document with different terms, cells that cite a
// document which does not cover their data (MOU-0), and cells that a prohibition always kills.
void CheckDocuments(const CompiledPolicy& policy, std::vector<Diagnostic>& diagnostics);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_COMPILE_CHECKS_H_
