// Which places a region covers.
#include "policy/vocabulary.h"

#include <algorithm>

namespace fusionhub::policy {
namespace {

bool Matches(const Jurisdiction& member, const Jurisdiction& place) {
  if (member.state != place.state) return false;
  if (!member.county.empty() && member.county != place.county) return false;
  if (member.city.empty()) return !member.county.empty();
  // A city without a county is independent, and not the city of that name in some county.
  return member.city == place.city && member.county == place.county;
}

}  // namespace

bool Covers(const Region& region, const Jurisdiction& place) {
  return std::any_of(region.members.begin(), region.members.end(),
                     [&](const Jurisdiction& member) { return Matches(member, place); });
}

}  // namespace fusionhub::policy
