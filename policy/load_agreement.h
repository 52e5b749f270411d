// Reads `kind: Agreement` and `kind: Notice`.
#ifndef FUSIONHUB_POLICY_LOAD_AGREEMENT_H_
#define FUSIONHUB_POLICY_LOAD_AGREEMENT_H_

#include "base/yaml.h"
#include "policy/documents.h"
#include "policy/load_context.h"

namespace fusionhub::policy {

// `from`, `to` and what follows from signatures are left as they are: see link_agreement.h.
Agreement LoadAgreement(const YamlNode& node, LoadContext& context);

Notice LoadNotice(const YamlNode& node, LoadContext& context);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_LOAD_AGREEMENT_H_
