// Lookups in a cell.
#include "policy/cell.h"

#include <algorithm>

namespace fusionhub::policy {

bool Cell::Lists(const std::vector<std::string>& list, absl::string_view word) const {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool Cell::IsAbout(absl::string_view data_word, absl::string_view action) const {
  return Lists(data, data_word) && Lists(actions, action);
}

}  // namespace fusionhub::policy
