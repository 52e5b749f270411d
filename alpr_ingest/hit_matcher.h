// Judges whether a read hits a hotlist entry that may alert, and how sure that is.
#ifndef FUSIONHUB_ALPR_INGEST_HIT_MATCHER_H_
#define FUSIONHUB_ALPR_INGEST_HIT_MATCHER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "alpr_ingest/hotlist_index.h"
#include "alpr_ingest/read.h"

namespace fusionhub::alpr_ingest {

enum class HitGrade : uint8_t {
  kG1 = 1,  // plate and state equal, confidence at or above the threshold
  kG2 = 2,  // plate equal, but the state unread (or not in the entry), or the confidence below the
            // threshold
};
absl::string_view HitGradeWord(HitGrade grade);  // "G1", "G2"

// A read that bears the plate of an entry that may alert. Carries what X-8 wants said: source, age
// and last confirmation of the entry.
struct Hit {
  // 32 hexadecimal digits. Set by ReadStore: HMAC of read, owner, entry and list version under the
  // day's key, so random to everybody else, and one and the same for the same read and entry
  // version.
  std::string hit_id;
  std::string read_ref;
  std::string owner;  // agency that owns the entry
  std::string entry_id;
  uint64_t list_version = 0;
  std::string category;
  HitGrade grade = HitGrade::kG2;
  absl::Time entered_at;    // of the entry
  absl::Time confirmed_at;  // of the entry
  std::string vehicle;      // of the entry, to be shown beside the image
  absl::Time matched_at;

  // The entry's age at `now`.
  absl::Duration EntryAge(absl::Time now) const { return now - entered_at; }
};

struct HitMatcherOptions {
  // Categories that alert (ALPR-2); widening needs counsel.
  std::vector<std::string> alertable = {"stolen_vehicle", "felony_vehicle"};
  // Reads below it never reach G1.
  double min_g1_confidence = 80;
};

// Immutable: thread-safe. Knows no clock and keeps no state.
class HitMatcher {
 public:
  // INVALID_ARGUMENT for a word that is no category.
  static absl::StatusOr<HitMatcher> Create(HitMatcherOptions options);

  // Hits of `read` among `index` at `now`, without hit_id; at most one per owner and entry. None
  // for a stale entry, a category that does not alert, or a state that is different.
  std::vector<Hit> Match(const PlateRead& read, const HotlistIndex& index, absl::Time now) const;

 private:
  explicit HitMatcher(HitMatcherOptions options) : options_(std::move(options)) {}
  HitMatcherOptions options_;
};

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_HIT_MATCHER_H_
