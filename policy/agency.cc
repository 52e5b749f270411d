// Lookups in an agency.
#include "policy/agency.h"

#include <algorithm>

namespace fusionhub::policy {
namespace {

bool Contains(const std::vector<std::string>& list, absl::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

template <typename Key>
const Key* FindKey(const std::vector<Key>& keys, absl::string_view key_id) {
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.key_id == key_id; });
  return found == keys.end() ? nullptr : &*found;
}

}  // namespace

bool OfficerKey::HasRole(absl::string_view role) const { return Contains(roles, role); }

bool Agency::HasClass(absl::string_view word) const { return Contains(classes, word); }

bool Agency::ContributesData(absl::string_view word) const { return Contains(data, word); }

const OfficerKey* Agency::FindOfficerKey(absl::string_view key_id) const {
  return FindKey(officer_keys, key_id);
}

const NodeKey* Agency::FindNodeKey(absl::string_view key_id) const {
  return FindKey(node_keys, key_id);
}

}  // namespace fusionhub::policy
