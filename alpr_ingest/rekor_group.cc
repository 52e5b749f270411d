// The fields of a Rekor message that we look at, each at most once, with errors that name the JSON
// path.
#include "alpr_ingest/rekor_group.h"

#include <string_view>

#include "absl/strings/str_cat.h"

namespace fusionhub::alpr_ingest {
namespace {

constexpr absl::string_view kNames[kRekorFieldCount] = {
    "data_type",         "version",
    "epoch_start",       "camera_id",
    "agent_uid",         "best_uuid",
    "best_plate_number", "best_region",
    "best_confidence",   "best_region_confidence",
    "is_preview",        "gps_latitude",
    "gps_longitude",     "travel_direction",
    "vehicle_crop_jpeg", "best_plate",
    "vehicle",
};

}  // namespace

std::string RekorGroup::Path(RekorField field) {
  return absl::StrCat("$.", kNames[static_cast<size_t>(field)]);
}

FeedError RekorGroup::Bad(RekorField field, std::string what) {
  return {RejectReason::kBadField, Path(field), std::move(what)};
}

std::optional<FeedError> RekorGroup::Load(simdjson::dom::object object) {
  for (const simdjson::dom::key_value_pair pair : object) {
    const absl::string_view key(pair.key.data(), pair.key.size());
    for (size_t i = 0; i < kRekorFieldCount; ++i) {
      if (key != kNames[i] || pair.value.is_null()) continue;
      if (elements_[i].has_value()) {
        return Bad(static_cast<RekorField>(i), "appears more than once");
      }
      elements_[i] = pair.value;
    }
  }
  return std::nullopt;
}

std::optional<FeedError> RekorGroup::Missing(RekorField field, absl::string_view expected) const {
  if (Has(field)) return std::nullopt;
  return FeedError{RejectReason::kMissingField, Path(field), absl::StrCat("missing; ", expected)};
}

std::optional<FeedError> RekorGroup::Text(RekorField field, size_t max_bytes,
                                          absl::string_view& out) const {
  const std::string expected = absl::StrCat("text of 1 to ", max_bytes, " bytes is expected");
  if (auto error = Missing(field, expected)) return error;
  std::string_view text;
  if (Element(field)->get(text) != simdjson::SUCCESS) {
    return Bad(field, absl::StrCat("not text; ", expected));
  }
  if (text.empty() || text.size() > max_bytes) {
    return Bad(field, absl::StrCat(text.size(), " bytes; ", expected));
  }
  out = absl::string_view(text.data(), text.size());
  return std::nullopt;
}

std::optional<FeedError> RekorGroup::Integer(RekorField field, int64_t& out) const {
  constexpr absl::string_view kExpected = "a whole number is expected";
  if (auto error = Missing(field, kExpected)) return error;
  if (Element(field)->get(out) != simdjson::SUCCESS) {
    return Bad(field, absl::StrCat("not a whole number of 64 bits; ", kExpected));
  }
  return std::nullopt;
}

std::optional<FeedError> RekorGroup::Number(RekorField field, double low, double high,
                                            double& out) const {
  const std::string expected = absl::StrCat("a number from ", low, " to ", high, " is expected");
  if (auto error = Missing(field, expected)) return error;
  if (Element(field)->get(out) != simdjson::SUCCESS) {
    return Bad(field, absl::StrCat("not a number; ", expected));
  }
  if (!(out >= low && out <= high)) return Bad(field, absl::StrCat("out of range; ", expected));
  return std::nullopt;
}

std::optional<FeedError> RekorGroup::Bool(RekorField field, bool& out) const {
  if (auto error = Missing(field, "true or false is expected")) return error;
  if (Element(field)->get(out) != simdjson::SUCCESS) return Bad(field, "neither true nor false");
  return std::nullopt;
}

std::optional<FeedError> RekorGroup::IdText(RekorField field, size_t max_bytes,
                                            std::string& out) const {
  int64_t number = 0;
  if (Has(field) && Element(field)->get(number) == simdjson::SUCCESS) {
    out = absl::StrCat(number);
    return std::nullopt;
  }
  absl::string_view text;
  if (auto error = Text(field, max_bytes, text)) return error;
  out = std::string(text);
  return std::nullopt;
}

}  // namespace fusionhub::alpr_ingest
