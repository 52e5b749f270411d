// Reads `kind: AuditRules`.
#ifndef FUSIONHUB_POLICY_LOAD_AUDIT_RULES_H_
#define FUSIONHUB_POLICY_LOAD_AUDIT_RULES_H_

#include "base/yaml.h"
#include "policy/documents.h"
#include "policy/load_context.h"

namespace fusionhub::policy {

AuditRules LoadAuditRules(const YamlNode& node, LoadContext& context);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_LOAD_AUDIT_RULES_H_
