// Reads `kind: Release`.
#ifndef FUSIONHUB_POLICY_LOAD_RELEASE_H_
#define FUSIONHUB_POLICY_LOAD_RELEASE_H_

#include <map>
#include <string>

#include "base/yaml.h"
#include "policy/documents.h"
#include "policy/load_context.h"

namespace fusionhub::policy {

// `digests`: path -> SHA-256 in hex of every other file of the set; a `files:` list must name
// exactly these.
Release LoadRelease(const YamlNode& node, const std::map<std::string, std::string>& digests,
                    LoadContext& context);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_LOAD_RELEASE_H_
