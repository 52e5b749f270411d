// From document bytes to the compiled policy, in one run that reports every mistake.
#ifndef FUSIONHUB_POLICY_COMPILE_H_
#define FUSIONHUB_POLICY_COMPILE_H_

#include <memory>
#include <vector>

#include "base/yaml.h"
#include "policy/compiled_policy.h"
#include "policy/document_set.h"

namespace fusionhub::policy {

// Sorts `files` by path. Null when it appends to `diagnostics`.
std::unique_ptr<CompiledPolicy> CompileDocuments(std::vector<DocumentFile>& files,
                                                 std::vector<Diagnostic>& diagnostics);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_COMPILE_H_
