// Reads `kind: Authority`, `kind: Order` and `kind: Prohibitions`: what governs without a second
// signature.
#ifndef FUSIONHUB_POLICY_LOAD_ORDER_H_
#define FUSIONHUB_POLICY_LOAD_ORDER_H_

#include <vector>

#include "base/yaml.h"
#include "policy/documents.h"
#include "policy/load_context.h"

namespace fusionhub::policy {

Authority LoadAuthority(const YamlNode& node, LoadContext& context);
Order LoadOrder(const YamlNode& node, LoadContext& context);
std::vector<Prohibition> LoadProhibitions(const YamlNode& node, LoadContext& context);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_LOAD_ORDER_H_
