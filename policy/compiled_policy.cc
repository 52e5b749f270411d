// Lookups in the compiled policy.
#include "policy/compiled_policy.h"

#include <algorithm>

namespace fusionhub::policy {
namespace {

template <typename Map>
const typename Map::mapped_type& FindOrEmpty(const Map& map, absl::string_view key) {
  static const auto* const kEmpty = new typename Map::mapped_type();
  const auto found = map.find(key);
  return found == map.end() ? *kEmpty : found->second;
}

}  // namespace

const Agency* CompiledPolicy::FindAgency(absl::string_view id) const {
  const auto found =
      std::lower_bound(agencies.begin(), agencies.end(), id,
                       [](const Agency& agency, absl::string_view key) { return agency.id < key; });
  return found == agencies.end() || found->id != id ? nullptr : &*found;
}

const Authority* CompiledPolicy::FindAuthority(absl::string_view id) const {
  const auto found = std::lower_bound(
      authorities.begin(), authorities.end(), id,
      [](const Authority& authority, absl::string_view key) { return authority.head.id < key; });
  return found == authorities.end() || found->head.id != id ? nullptr : &*found;
}

const std::vector<const Agreement*>& CompiledPolicy::AgreementsOf(absl::string_view owner) const {
  return FindOrEmpty(agreements_by_owner, owner);
}

const std::vector<const AuditRules*>& CompiledPolicy::AuditRulesOf(absl::string_view agency) const {
  return FindOrEmpty(audit_rules_by_agency, agency);
}

void CompiledPolicy::Index() {
  for (const Agreement& agreement : agreements) {
    if (agreement.is_use_agreement) {
      use_agreements_by_user[agreement.recipient].push_back(&agreement);
    } else {
      agreements_by_owner[agreement.owner].push_back(&agreement);
    }
  }
  for (const AuditRules& rules : audit_rules) audit_rules_by_agency[rules.agency].push_back(&rules);
}

}  // namespace fusionhub::policy
