// Reads the webhook bodies of OpenALPR / Rekor Scout agents.
#include "alpr_ingest/rekor_webhook.h"

#include <simdjson.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "alpr_ingest/feed_json.h"
#include "alpr_ingest/plate_state.h"
#include "alpr_ingest/rekor_group.h"
#include "alpr_ingest/vendor_guess.h"
#include "query/plate.h"

namespace fusionhub::alpr_ingest {
namespace {

using MaybeError = std::optional<FeedError>;
constexpr size_t kMaxIdBytes = 128;
constexpr size_t kMaxPlateBytes = 32;  // before normalisation
constexpr size_t kMaxVehicleWord = 40;

// What the function below works on.
struct Context {
  const RekorOptions& options;
  const RekorGroup& group;
  absl::Time received_at;
};

MaybeError ReadPlate(const Context& in, PlateRead& read) {
  absl::string_view text;
  if (auto error = in.group.Text(RekorField::kBestPlateNumber, kMaxPlateBytes, text)) return error;
  absl::StatusOr<std::string> plate = query::NormalisePlateText(text);
  if (!plate.ok()) {
    return FeedError{RejectReason::kBadPlate, RekorGroup::Path(RekorField::kBestPlateNumber),
                     std::string(plate.status().message())};
  }
  read.plate = *std::move(plate);
  return in.group.Number(RekorField::kBestConfidence, 0, 100, read.confidence);
}

// Absent region or confidence: the state was not read, which is no error.
MaybeError ReadState(const Context& in, PlateRead& read) {
  if (!in.group.Has(RekorField::kBestRegion)) return std::nullopt;
  if (auto value = in.group.Element(RekorField::kBestRegion)->get_string();
      value.error() == simdjson::SUCCESS && value.value().empty()) {
    return std::nullopt;
  }
  absl::string_view region;
  if (auto error = in.group.Text(RekorField::kBestRegion, kMaxIdBytes, region)) return error;
  if (in.group.Has(RekorField::kBestRegionConfidence)) {
    double confidence = 0;
    if (auto error = in.group.Number(RekorField::kBestRegionConfidence, 0, 100, confidence)) {
      return error;
    }
    if (confidence < in.options.min_state_confidence) return std::nullopt;
  }
  read.state = StateFromRegion(region);
  return std::nullopt;
}

MaybeError ReadTime(const Context& in, PlateRead& read) {
  int64_t millis = 0;
  if (auto error = in.group.Integer(RekorField::kEpochStart, millis)) return error;
  // 9999-12-31: beyond it, arithmetic on the time would saturate and mean nothing.
  if (millis < 0 || millis > 253402300799000) {
    return RekorGroup::Bad(RekorField::kEpochStart, "not a time in milliseconds since 1970");
  }
  read.captured_at = absl::FromUnixMillis(millis);
  read.received_at = in.received_at;
  const std::string path = RekorGroup::Path(RekorField::kEpochStart);
  if (read.captured_at > in.received_at + in.options.max_ahead) {
    return FeedError{
        RejectReason::kFutureTimestamp, path,
        absl::StrCat("more than ", absl::FormatDuration(in.options.max_ahead),
                     " ahead of the node's clock; not stored. Set the camera's clock (NTP)")};
  }
  if (read.captured_at + in.options.max_age <= in.received_at) {
    return FeedError{
        RejectReason::kTooOld, path,
        "older than reads are kept; not stored. If the camera's clock is right, check that the "
        "time is in milliseconds"};
  }
  return std::nullopt;
}

const Camera* FindCamera(const CameraTable& cameras, const std::string& agent,
                         const std::string& camera) {
  auto found = cameras.find(absl::StrCat(agent, "/", camera));
  if (found == cameras.end()) found = cameras.find(camera);
  return found == cameras.end() ? nullptr : &found->second;
}

// The place as a mobile agent sends it; agents without GPS send -1, -1 or zeros.
bool ReadGps(const Context& in, PlateRead& read) {
  double latitude = 0, longitude = 0;
  if (in.group.Number(RekorField::kGpsLatitude, -90, 90, latitude) ||
      in.group.Number(RekorField::kGpsLongitude, -180, 180, longitude)) {
    return false;
  }
  if ((latitude == -1 && longitude == -1) || (latitude == 0 && longitude == 0)) return false;
  read.latitude = latitude;
  read.longitude = longitude;
  return true;
}

MaybeError ReadReader(const Context& in, PlateRead& read) {
  std::string agent, camera;
  if (auto error = in.group.IdText(RekorField::kCameraId, kMaxIdBytes, camera)) return error;
  if (auto error = in.group.IdText(RekorField::kAgentUid, kMaxIdBytes, agent)) return error;
  absl::string_view uuid;
  if (auto error = in.group.Text(RekorField::kBestUuid, kMaxIdBytes, uuid)) return error;
  const Camera* const known = FindCamera(in.options.cameras, agent, camera);
  if (known == nullptr && !in.options.allow_unregistered_cameras) {
    return FeedError{
        RejectReason::kUnknownReader, RekorGroup::Path(RekorField::kCameraId),
        "this agent_uid and camera_id are not in the node's list of cameras; add them there if "
        "the reader is authorised"};
  }
  read.source_key = absl::StrCat("rekor/", agent, "/", camera, "/", uuid);
  read.reader = known != nullptr ? known->reader : absl::StrCat(agent, "/", camera);
  if (known != nullptr) read.retention_class = known->retention_class;
  if (!ReadGps(in, read) && known != nullptr) {
    read.latitude = known->latitude;
    read.longitude = known->longitude;
  }
  return std::nullopt;
}

struct ImageText {
  std::string path;
  std::optional<simdjson::dom::element> element;
};

ImageText FindImage(const Context& in) {
  if (in.options.image == ImageChoice::kVehicleCrop) {
    return {RekorGroup::Path(RekorField::kVehicleCropJpeg),
            in.group.Element(RekorField::kVehicleCropJpeg)};
  }
  ImageText image{RekorGroup::Path(RekorField::kBestPlate) + ".plate_crop_jpeg", std::nullopt};
  const auto& plate = in.group.Element(RekorField::kBestPlate);
  simdjson::dom::element crop;
  if (plate.has_value() && plate->is_object() &&
      plate->at_key("plate_crop_jpeg").get(crop) == simdjson::SUCCESS && !crop.is_null()) {
    image.element = crop;
  }
  return image;
}

// An image that is too large is left out with a warning: the sighting is worth more than its
// picture. One that is no JPEG means that the sender is broken, and is refused.
MaybeError ReadImage(const Context& in, RekorRead& out) {
  if (in.options.image == ImageChoice::kNone) return std::nullopt;
  const ImageText image = FindImage(in);
  if (!image.element.has_value()) return std::nullopt;
  std::string_view base64;
  if (image.element->get(base64) != simdjson::SUCCESS) {
    return FeedError{RejectReason::kBadField, image.path, "not text; base64 of a JPEG is expected"};
  }
  if (base64.empty()) return std::nullopt;
  const auto too_large = [&] {
    out.warnings.push_back(absl::StrCat(image.path, ": larger than ", in.options.max_image_bytes,
                                        " bytes; the read is kept without its image"));
    return std::nullopt;
  };
  if (base64.size() / 4 * 3 > in.options.max_image_bytes + 3) return too_large();
  std::string jpeg;
  if (!absl::Base64Unescape(absl::string_view(base64.data(), base64.size()), &jpeg)) {
    return FeedError{RejectReason::kBadField, image.path, "not base64"};
  }
  if (jpeg.size() > in.options.max_image_bytes) return too_large();
  if (!absl::StartsWith(jpeg, "\xFF\xD8\xFF")) {
    return FeedError{RejectReason::kBadField, image.path, "base64 of something that is not a JPEG"};
  }
  out.read.image = std::move(jpeg);
  return std::nullopt;
}

// The most likely name in `vehicle.<attribute>`, "" if there is none in the expected form.
std::string_view BestName(simdjson::dom::element vehicle, std::string_view attribute) {
  std::string_view name;
  if (!vehicle.is_object() ||
      vehicle.at_key(attribute).at(0).at_key("name").get(name) != simdjson::SUCCESS ||
      name.size() > kMaxVehicleWord) {
    return "";
  }
  return name;
}

// Attributes that the use plan's owners drop anyway: taken if they are in order, never a reason to
// refuse.
void ReadAttributes(const Context& in, PlateRead& read) {
  double heading = 0;
  if (!in.group.Number(RekorField::kTravelDirection, 0, 360, heading)) read.heading = heading;
  const auto& vehicle = in.group.Element(RekorField::kVehicle);
  if (!vehicle.has_value()) return;
  for (const std::string_view attribute : {"color", "make_model", "body_type"}) {
    const std::string_view name = BestName(*vehicle, attribute);
    if (name.empty()) continue;
    absl::StrAppend(&read.vehicle, read.vehicle.empty() ? "" : " ",
                    absl::string_view(name.data(), name.size()));
  }
}

RekorResult ReadGroup(const Context& in) {
  int64_t version = 0;
  if (auto error = in.group.Integer(RekorField::kVersion, version)) return *error;
  if (version != 2 && version != 3) {
    return FeedError{RejectReason::kNotSupported, RekorGroup::Path(RekorField::kVersion),
                     "only versions 2 and 3 of alpr_group are supported"};
  }
  bool preview = false;
  if (in.group.Has(RekorField::kIsPreview)) {
    if (auto error = in.group.Bool(RekorField::kIsPreview, preview)) return *error;
  }
  if (preview) return RekorAck{RekorAck::Kind::kPreview};
  RekorRead out;
  if (auto error = ReadPlate(in, out.read)) return *error;
  if (auto error = ReadState(in, out.read)) return *error;
  if (auto error = ReadTime(in, out.read)) return *error;
  if (auto error = ReadReader(in, out.read)) return *error;
  if (auto error = ReadImage(in, out)) return *error;
  ReadAttributes(in, out.read);
  return out;
}

FeedError NotRekor(simdjson::dom::object object) {
  const absl::string_view vendor = GuessVendor(object);
  if (vendor.empty()) {
    return {RejectReason::kMissingField, "$.data_type",
            "missing; every Rekor message has it. This is not a Rekor webhook"};
  }
  return {
      RejectReason::kOtherVendor, "$",
      absl::StrCat("looks like ", vendor, "; this address takes Rekor (OpenALPR) webhooks only")};
}

RekorResult ReadMessage(simdjson::dom::element root, const RekorOptions& options,
                        absl::Time received_at) {
  simdjson::dom::object object;
  if (root.get(object) != simdjson::SUCCESS) {
    return FeedError{RejectReason::kBadField, "$", "not an object; one Rekor message is expected"};
  }
  RekorGroup group;
  if (auto error = group.Load(object)) return *error;
  if (!group.Has(RekorField::kDataType)) return NotRekor(object);
  absl::string_view type;
  if (auto error = group.Text(RekorField::kDataType, kMaxIdBytes, type)) return *error;
  if (type == "alpr_group") return ReadGroup(Context{options, group, received_at});
  if (type == "heartbeat") return RekorAck{RekorAck::Kind::kHeartbeat};
  const std::string path = RekorGroup::Path(RekorField::kDataType);
  for (const absl::string_view known : {"alpr_results", "alpr_alert", "vehicle"}) {
    if (type != known) continue;
    return FeedError{
        RejectReason::kNotSupported, path,
        absl::StrCat("messages of type ", known, " are not supported yet; let the agent ",
                     "send alpr_group and heartbeat only")};
  }
  return FeedError{RejectReason::kBadField, path, "not a type known here: alpr_group or heartbeat"};
}

}  // namespace

RekorResult ParseRekorGroup(absl::string_view body, const RekorOptions& options,
                            absl::Time received_at) {
  if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(body.substr(0, 64)), "<")) {
    return FeedError{
        RejectReason::kOtherVendor, "line 1, column 1",
        absl::StrCat("looks like ", GuessXmlVendor(body),
                     "; this address takes Rekor (OpenALPR) webhooks, which are JSON")};
  }
  RekorResult result;
  const FeedJsonLimits limits{options.max_body_bytes, options.max_depth};
  if (auto error = WithFeedJson(body, limits, [&](simdjson::dom::element root) {
        result = ReadMessage(root, options, received_at);
      })) {
    return *std::move(error);
  }
  return result;
}

}  // namespace fusionhub::alpr_ingest
