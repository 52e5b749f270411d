// The closed list of duties that a cell's `then:` may name.
#ifndef FUSIONHUB_POLICY_OBLIGATIONS_H_
#define FUSIONHUB_POLICY_OBLIGATIONS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace fusionhub::policy {

// Words of `then:` beside retain_days and label, sorted.
const std::vector<std::string>& ObligationWords();

// True for duties that this build's hub and nodes act on; the others load and are reported as
// unenforced.
bool IsEnforcedObligation(absl::string_view word);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_OBLIGATIONS_H_
