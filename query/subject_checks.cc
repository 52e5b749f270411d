// One function per kind of subject.
#include "query/subject_checks.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/plate.h"
#include "query/text_checks.h"
#include "query/timestamp.h"

namespace fusionhub::query {
namespace {

constexpr size_t kMaxImageSourceBytes = 200;
constexpr uint32_t kMaxPixel = 65'535;

absl::Status CheckPlate(absl::string_view field, const v1::Plate& plate) {
  const absl::StatusOr<std::string> text = NormalisePlateText(plate.text());
  if (!text.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(field, ".text: ", text.status().message()));
  }
  const absl::StatusOr<std::string> state = NormaliseState(plate.state());
  if (!state.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(field, ".state: ", state.status().message()));
  }
  return absl::OkStatus();
}

absl::Status CheckIndex(const v1::PlateIndexLookup& lookup, const QueryLimits& limits) {
  FUSIONHUB_RETURN_IF_ERROR(CheckPlate("plate_index.plate", lookup.plate()));
  if (!lookup.has_from()) return BadField("plate_index.from", "given");
  if (!lookup.has_to()) return BadField("plate_index.to", "given");
  const absl::StatusOr<absl::Time> from = FromProto(lookup.from());
  const absl::StatusOr<absl::Time> to = FromProto(lookup.to());
  if (!from.ok()) return BadField("plate_index.from", "a valid time");
  if (!to.ok()) return BadField("plate_index.to", "a valid time");
  if (*from >= *to || *to - *from > limits.max_window) {
    return BadField("plate_index.to",
                    absl::StrCat("after 'from' and at most ",
                                 absl::FormatDuration(limits.max_window), " later"));
  }
  return absl::OkStatus();
}

absl::Status CheckDetail(const v1::PlateDetailLookup& lookup) {
  FUSIONHUB_RETURN_IF_ERROR(CheckPlate("plate_detail.plate", lookup.plate()));
  return CheckName("plate_detail.read_ref", lookup.read_ref());
}

absl::Status CheckFace(const v1::FaceComparison& face, const QueryLimits& limits) {
  if (face.image().empty() || face.image().size() > limits.max_image_bytes) {
    return BadField("face_comparison.image",
                    absl::StrCat("a JPEG or PNG of at most ", limits.max_image_bytes, " bytes"));
  }
  const v1::Box& box = face.box();
  const bool box_fits = box.width() > 0 && box.height() > 0 && box.width() <= kMaxPixel &&
                        box.height() <= kMaxPixel && box.x() <= kMaxPixel && box.y() <= kMaxPixel;
  if (face.has_box() && !box_fits) {
    return BadField("face_comparison.box",
                    "at least one pixel wide and high and within 65535 pixels, or absent");
  }
  if (face.max_candidates() != 0 && (face.max_candidates() < 2 || face.max_candidates() > 50)) {
    return BadField("face_comparison.max_candidates", "2 to 50, or 0 for 20");
  }
  return CheckText("face_comparison.image_source", face.image_source(), kMaxImageSourceBytes);
}

absl::Status CheckSubscription(const v1::AlertSubscription& subscription,
                               const QueryLimits& limits) {
  constexpr absl::string_view kField = "alert_subscription.categories";
  FUSIONHUB_RETURN_IF_ERROR(CheckCount(kField, subscription.categories_size(), 1,
                                       static_cast<size_t>(limits.max_categories)));
  std::set<absl::string_view> seen;
  for (const std::string& category : subscription.categories()) {
    FUSIONHUB_RETURN_IF_ERROR(CheckWord(kField, category));
    if (!seen.insert(category).second) return BadField(kField, "different from each other");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckSubject(const v1::Query& query, const QueryLimits& limits) {
  switch (query.subject_case()) {
    case v1::Query::kHotlistCheck:
      return CheckPlate("hotlist_check.plate", query.hotlist_check().plate());
    case v1::Query::kPlateIndex:
      return CheckIndex(query.plate_index(), limits);
    case v1::Query::kPlateDetail:
      return CheckDetail(query.plate_detail());
    case v1::Query::kFaceComparison:
      return CheckFace(query.face_comparison(), limits);
    case v1::Query::kAlertSubscription:
      return CheckSubscription(query.alert_subscription(), limits);
    case v1::Query::kApprovalReview:
      if (query.approval_review().hold_id().empty()) return absl::OkStatus();
      return CheckName("approval_review.hold_id", query.approval_review().hold_id());
    case v1::Query::SUBJECT_NOT_SET:
      break;
  }
  return BadField("subject",
                  "exactly one of hotlist_check, plate_index, plate_detail, face_comparison, "
                  "alert_subscription, approval_review");
}

}  // namespace fusionhub::query
