// The fields of a Rekor message that we look at, each at most once, with errors that name the JSON
// path.
#ifndef FUSIONHUB_ALPR_INGEST_REKOR_GROUP_H_
#define FUSIONHUB_ALPR_INGEST_REKOR_GROUP_H_

#include <simdjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "alpr_ingest/feed_error.h"

namespace fusionhub::alpr_ingest {

// One top-level field. The order is that of kNames in the .cc.
enum class RekorField : uint8_t {
  kDataType,
  kVersion,
  kEpochStart,
  kCameraId,
  kAgentUid,
  kBestUuid,
  kBestPlateNumber,
  kBestRegion,
  kBestConfidence,
  kBestRegionConfidence,
  kIsPreview,
  kGpsLatitude,
  kGpsLongitude,
  kTravelDirection,
  kVehicleCropJpeg,
  kBestPlate,
  kVehicle,
};
inline constexpr size_t kRekorFieldCount = 17;

// A view into a parsed document; lives no longer than it. Each getter gives an error, or nothing
// and the value. A field that is null counts as absent.
class RekorGroup {
 public:
  // Error when one of the fields appears twice: which of the two holds would be anybody's guess.
  std::optional<FeedError> Load(simdjson::dom::object object);

  bool Has(RekorField field) const { return Element(field).has_value(); }
  const std::optional<simdjson::dom::element>& Element(RekorField field) const {
    return elements_[static_cast<size_t>(field)];
  }

  // Text of 1 to `max_bytes` bytes.
  std::optional<FeedError> Text(RekorField field, size_t max_bytes, absl::string_view& out) const;
  std::optional<FeedError> Integer(RekorField field, int64_t& out) const;
  // A finite number from `low` to `high`.
  std::optional<FeedError> Number(RekorField field, double low, double high, double& out) const;
  std::optional<FeedError> Bool(RekorField field, bool& out) const;
  // An integer or text, as text: agents send camera ids as either.
  std::optional<FeedError> IdText(RekorField field, size_t max_bytes, std::string& out) const;

  // "$.best_region"
  static std::string Path(RekorField field);
  static FeedError Bad(RekorField field, std::string what);

 private:
  std::optional<FeedError> Missing(RekorField field, absl::string_view expected) const;
  std::array<std::optional<simdjson::dom::element>, kRekorFieldCount> elements_;
};

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_REKOR_GROUP_H_
