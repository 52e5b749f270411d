// Reads a policy folder from disk into bytes: the only part of the policy module that touches
// files.
#ifndef FUSIONHUB_POLICY_FOLDER_H_
#define FUSIONHUB_POLICY_FOLDER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "policy/policy.h"

namespace fusionhub::policy {

// Every "*.yaml" below `folder` with its "*.yaml.sig", sorted by path. Names that begin with a dot
// are left out; any other file is an error (templates "*.yaml.in" must be filled in first), as is a
// signature without its document, a symbolic link, a file above 1 MiB or more than 10,000 files.
absl::StatusOr<std::vector<DocumentFile>> ReadPolicyFolder(const std::string& folder);

// Reads and compiles.
absl::StatusOr<std::shared_ptr<const Policy>> LoadPolicyFolder(const std::string& folder);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_FOLDER_H_
