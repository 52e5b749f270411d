// Reads `kind: Agency`.
#ifndef FUSIONHUB_POLICY_LOAD_AGENCY_H_
#define FUSIONHUB_POLICY_LOAD_AGENCY_H_

#include "base/yaml.h"
#include "policy/agency.h"
#include "policy/load_context.h"

namespace fusionhub::policy {

Agency LoadAgency(const YamlNode& node, LoadContext& context);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_LOAD_AGENCY_H_
