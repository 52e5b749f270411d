// Compares probes with the agency's gallery and writes candidates as records.
#include "agency_node/face_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "face_matcher/decode_sandbox.h"
#include "face_matcher/face_error.h"
#include "face_matcher/lbp_engine.h"

namespace fusionhub::agency_node {
namespace {

// Label of every answer that an engine made which may not be used operationally.
constexpr char kNotOperational[] = "engine_not_operational";

// The stable word of docs/faces.md first, so that programs need not read prose.
absl::Status WithWord(const absl::Status& status) {
  const std::string word = face_matcher::FaceErrorReason(status);
  if (word.empty()) return status;
  return absl::Status(status.code(), absl::StrCat(word, ": ", status.message()));
}

FoundRecord ToRecord(face_matcher::Candidate candidate) {
  FoundRecord record;
  record.attributes.juvenile = candidate.juvenile_at_booking;
  for (auto& [name, value] : candidate.fields) {
    if (name == "booked_at") {
      absl::Time booked_at;
      if (absl::ParseTime(absl::RFC3339_full, value, &booked_at, nullptr)) {
        record.attributes.recorded_at = booked_at;
      }
    }
    record.fields.emplace_back(name, std::move(value));
  }
  record.fields.emplace_back("rank", absl::StrCat(candidate.rank));
  record.fields.emplace_back("score", absl::StrCat(candidate.score));
  return record;
}

}  // namespace

std::vector<std::string> FaceService::StoreFamilies() { return face_matcher::GalleryFamilies(); }

absl::StatusOr<std::unique_ptr<FaceService>> FaceService::Open(const Config& config,
                                                               storage::Store& store,
                                                               Random& random) {
  face_matcher::SandboxOptions options;
  options.program = config.faces->image_sandbox;
  options.cascade_dir = config.faces->cascade_dir;
  FUSIONHUB_ASSIGN_OR_RETURN(face_matcher::DecodeSandbox sandbox,
                             face_matcher::DecodeSandbox::Create(std::move(options)));
  std::unique_ptr<FaceService> service(new FaceService());
  service->engine_ = face_matcher::NewLbpEngine(std::move(sandbox));
  if (!service->engine_->info().operational && !config.test_mode) {
    return absl::FailedPreconditionError(
        absl::StrCat("the engine ", service->engine_->info().name,
                     " may not be used operationally; set test_mode: true, or remove 'faces'"));
  }
  FUSIONHUB_RETURN_IF_ERROR(service->OpenGallery(config, store, random));
  FUSIONHUB_RETURN_IF_ERROR(service->Import(*config.faces));
  return service;
}

absl::Status FaceService::OpenGallery(const Config& config, storage::Store& store, Random& random) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string kek, face_matcher::LoadOrCreateGalleryKek(
                                                        config.data_dir + "/gallery_kek", random));
  FUSIONHUB_ASSIGN_OR_RETURN(
      vault_, face_matcher::KeyVault::Open(config.data_dir + "/gallery_keys", kek, random));
  store_ = std::make_unique<face_matcher::GalleryStore>(store, *vault_, kek, random);
  FUSIONHUB_ASSIGN_OR_RETURN(gallery_, face_matcher::MugshotGallery::Open(*engine_, *store_, {}));
  return absl::OkStatus();
}

absl::Status FaceService::Import(const Config::Faces& faces) {
  FUSIONHUB_ASSIGN_OR_RETURN(const face_matcher::ImportReport report,
                             gallery_->Import(faces.bookings, faces.image_dir));
  Log(report.rejected.empty() ? LogLevel::kInfo : LogLevel::kWarn, "bookings_loaded",
      "the agency's bookings are in the gallery",
      {{"enrolled", static_cast<int64_t>(report.enrolled)},
       {"unchanged", static_cast<int64_t>(report.unchanged)},
       {"rejected", static_cast<int64_t>(report.rejected.size())}});
  // Which row and why; the reasons name columns and rules, never content.
  for (const face_matcher::RejectedRow& row : report.rejected) {
    Log(LogLevel::kWarn, "booking_rejected", row.reason,
        {{"line", static_cast<int64_t>(row.line)}});
  }
  return absl::OkStatus();
}

absl::StatusOr<Found> FaceService::Search(const v1::Query& query, const std::string& hit_id,
                                          absl::Time now) const {
  const v1::FaceComparison& asked = query.face_comparison();
  std::optional<face_matcher::FaceBox> box;
  if (asked.has_box()) {
    box = face_matcher::FaceBox{asked.box().x(), asked.box().y(), asked.box().width(),
                                asked.box().height()};
  }
  absl::StatusOr<face_matcher::CompareResult> result =
      gallery_->Compare(asked.image(), box, asked.max_candidates());
  if (!result.ok()) return WithWord(result.status());
  Found found;
  found.engine = result->engine.name;
  if (!result->engine.operational) found.labels.emplace_back(kNotOperational);
  for (face_matcher::Candidate& candidate : result->candidates) {
    found.records.push_back(ToRecord(std::move(candidate)));
  }
  return found;
}

}  // namespace fusionhub::agency_node
