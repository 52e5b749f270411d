// Judges whether a read hits a hotlist entry that may alert, and how sure that is.
#include "alpr_ingest/hit_matcher.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "alpr_ingest/hotlist.h"

namespace fusionhub::alpr_ingest {

absl::string_view HitGradeWord(HitGrade grade) { return grade == HitGrade::kG1 ? "G1" : "G2"; }

absl::StatusOr<HitMatcher> HitMatcher::Create(HitMatcherOptions options) {
  for (const std::string& word : options.alertable) {
    if (IsHotlistCategory(word)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("'", word, "' is not a hotlist category (docs/hotlists.md)"));
  }
  if (!(options.min_g1_confidence >= 0 && options.min_g1_confidence <= 100)) {
    return absl::InvalidArgumentError("min_g1_confidence must be from 0 to 100");
  }
  return HitMatcher(std::move(options));
}

std::vector<Hit> HitMatcher::Match(const PlateRead& read, const HotlistIndex& index,
                                   absl::Time now) const {
  std::vector<Hit> hits;
  if (!index.Contains(read.plate)) return hits;
  for (HotlistMatch& match : index.Lookup(read.plate, read.state, now)) {
    const bool alerts = std::find(options_.alertable.begin(), options_.alertable.end(),
                                  match.entry.category) != options_.alertable.end();
    if (!alerts || match.stale || match.state == StateMatch::kDifferent) continue;
    Hit hit;
    hit.read_ref = read.read_ref;
    hit.owner = std::move(match.owner);
    hit.entry_id = std::move(match.entry.entry_id);
    hit.list_version = match.list_version;
    hit.category = std::move(match.entry.category);
    const bool sure =
        match.state == StateMatch::kSame && read.confidence >= options_.min_g1_confidence;
    hit.grade = sure ? HitGrade::kG1 : HitGrade::kG2;
    hit.entered_at = match.entry.entered_at;
    hit.confirmed_at = match.entry.confirmed_at;
    hit.vehicle = std::move(match.entry.vehicle);
    hit.matched_at = now;
    hits.push_back(std::move(hit));
  }
  return hits;
}

}  // namespace fusionhub::alpr_ingest
