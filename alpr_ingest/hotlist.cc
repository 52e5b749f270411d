// The closed set of hotlist categories.
#include "alpr_ingest/hotlist.h"

#include <algorithm>

namespace fusionhub::alpr_ingest {
namespace {

// Only the first two ever alert unless counsel adds another (ALPR-2); the others can be listed and
// checked.
constexpr absl::string_view kCategories[] = {
    "stolen_vehicle",   "felony_vehicle",
    "stolen_plate",     "wanted_person",
    "missing_person",   "endangered_person",
    "amber_alert",      "misdemeanor_warrant",
    "protection_order", "supervised_release",
    "sex_offender",     "gang",
    "immigration",      "other",
};

}  // namespace

absl::Span<const absl::string_view> HotlistCategories() { return kCategories; }

bool IsHotlistCategory(absl::string_view word) { return HotlistCategoryIndex(word) >= 0; }

int HotlistCategoryIndex(absl::string_view word) {
  const auto* const found = std::find(std::begin(kCategories), std::end(kCategories), word);
  return found == std::end(kCategories) ? -1 : static_cast<int>(found - std::begin(kCategories));
}

}  // namespace fusionhub::alpr_ingest
