// Lookups in documents.
#include "policy/documents.h"

#include <algorithm>

namespace fusionhub::policy {

bool Authority::Binds(absl::string_view agency, absl::Time t) const {
  return std::any_of(binds.begin(), binds.end(), [&](const Binding& binding) {
    return binding.agency == agency && t >= binding.from && t < binding.to;
  });
}

bool AuditRules::AppliesTo(absl::string_view data_word) const {
  return data.empty() || std::find(data.begin(), data.end(), data_word) != data.end();
}

}  // namespace fusionhub::policy
