// Hotlist entries, their closed set of categories, and one owner's version of a list.
#ifndef FUSIONHUB_ALPR_INGEST_HOTLIST_H_
#define FUSIONHUB_ALPR_INGEST_HOTLIST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace fusionhub::alpr_ingest {

// Why a plate is listed. Being listed does not mean that it alerts: which categories alert is a
// parameter of the matcher (ALPR-2), by default stolen_vehicle and felony_vehicle.
absl::Span<const absl::string_view> HotlistCategories();
bool IsHotlistCategory(absl::string_view word);
// Position in HotlistCategories(), -1 if it is none.
int HotlistCategoryIndex(absl::string_view word);

// Limits of an entry's texts, in bytes.
inline constexpr size_t kMaxEntryIdBytes = 64;
inline constexpr size_t kMaxVehicleBytes = 200;

struct HotlistEntry {
  std::string
      entry_id;  // opaque id at its owner, unique in the list, 1 to 64 bytes of printable ASCII
  std::string plate;        // normalised (query/plate.h)
  std::string state;        // two-letter code, "" for unknown
  std::string category;     // one of HotlistCategories()
  absl::Time entered_at;    // when the owner made the entry
  absl::Time confirmed_at;  // when the owner last confirmed it
  std::string
      vehicle;  // as the owner wrote it, at most 200 bytes; shown beside the image, never matched
};

// One version of one owner's list, or of the part that it shares with us.
struct Hotlist {
  std::string owner;     // agency id
  uint64_t version = 0;  // grows with every load
  absl::Time generated_at;
  // An entry whose confirmed_at is older is stale: shown in a check, never alerted. NCIC 12
  // h, local 24 h.
  absl::Duration max_age = absl::Hours(24);
  std::vector<HotlistEntry> entries;
};

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_HOTLIST_H_
