// Works out when each agreement is in force: from its verified signatures, its term and its
// notices.
#ifndef FUSIONHUB_POLICY_LINK_AGREEMENT_H_
#define FUSIONHUB_POLICY_LINK_AGREEMENT_H_

#include <map>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "policy/compiled_policy.h"
#include "policy/document_set.h"

namespace fusionhub::policy {

// Sets from, to, missing_signatures and ended_by of every agreement. A signature that does not
// verify, or whose key may not sign for its party, is a diagnostic. A notice without the signatures
// it needs has no effect and is a warning.
void LinkAgreements(const std::map<std::string, const DocumentFile*>& files,
                    std::vector<Diagnostic>& diagnostics, CompiledPolicy& policy);

// The first instant after a notice's period: the day of receipt does not count, the last day counts
// in full.
absl::Time EndOfNotice(absl::CivilDay received, int notice_days, absl::TimeZone zone);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_LINK_AGREEMENT_H_
