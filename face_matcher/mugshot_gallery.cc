// Enrolment, expunging and comparison over engine, encrypted store and memory.
#include "face_matcher/mugshot_gallery.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace fusionhub::face_matcher {
namespace {

constexpr uint32_t kDefaultCandidates = 20;

}  // namespace

MugshotGallery::MugshotGallery(const Engine& engine, GalleryStore& store,
                               MugshotGalleryOptions options)
    : engine_(engine),
      store_(store),
      options_(options),
      gallery_(engine.info().model_id, engine.info().dimensions) {}

absl::StatusOr<std::unique_ptr<MugshotGallery>> MugshotGallery::Open(
    const Engine& engine, GalleryStore& store, MugshotGalleryOptions options) {
  auto gallery = std::unique_ptr<MugshotGallery>(new MugshotGallery(engine, store, options));
  FUSIONHUB_RETURN_IF_ERROR(
      store.Load([&gallery](const Booking& booking, const EnrollTemplate& face) {
        return gallery->Restore(booking, face);
      }));
  return gallery;
}

absl::Status MugshotGallery::Restore(const Booking& booking, const EnrollTemplate& face) {
  if (face.model_id() == engine_.info().model_id) {
    return gallery_.Insert(booking.booking_number, booking.subject_id(), face);
  }
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string image, store_.GetImage(booking.booking_number));
  const absl::StatusOr<EnrollTemplate> renewed = engine_.CreateEnrollTemplate(image, std::nullopt);
  if (absl::IsInvalidArgument(renewed.status())) {
    ++unusable_;
    return absl::OkStatus();
  }
  FUSIONHUB_RETURN_IF_ERROR(renewed.status());
  FUSIONHUB_RETURN_IF_ERROR(store_.ReplaceTemplate(booking.booking_number, *renewed));
  return gallery_.Insert(booking.booking_number, booking.subject_id(), *renewed);
}

absl::Status MugshotGallery::Enroll(const Booking& booking, absl::string_view image) {
  // Cheap refusal before an image is described: imports are repeated.
  absl::Status known = store_.GetBooking(booking.booking_number).status();
  if (known.ok()) {
    return absl::AlreadyExistsError("gallery: this booking number is already enrolled");
  }
  if (!absl::IsNotFound(known)) return known;
  FUSIONHUB_ASSIGN_OR_RETURN(const EnrollTemplate face,
                             engine_.CreateEnrollTemplate(image, std::nullopt));
  MutexLock lock(write_mu_);
  FUSIONHUB_RETURN_IF_ERROR(store_.Put(booking, image, face));
  absl::Status inserted = gallery_.Insert(booking.booking_number, booking.subject_id(), face);
  // What cannot be found must not be kept.
  if (!inserted.ok()) FUSIONHUB_RETURN_IF_ERROR(store_.Expunge(booking.booking_number));
  return inserted;
}

absl::StatusOr<ImportReport> MugshotGallery::Import(const std::string& csv_path,
                                                    const std::string& image_dir,
                                                    const BookingImportLimits& limits) {
  return ImportBookings(
      csv_path, image_dir, limits,
      [this](const Booking& booking, absl::string_view image) { return Enroll(booking, image); });
}

absl::Status MugshotGallery::Expunge(const std::string& booking_number) {
  MutexLock lock(write_mu_);
  absl::Status removed = gallery_.Remove(booking_number);
  // Stored but not in memory: a booking whose image the engine cannot use.
  if (!removed.ok() && !absl::IsNotFound(removed)) return removed;
  return store_.Expunge(booking_number);
}

absl::StatusOr<CompareResult> MugshotGallery::Compare(absl::string_view probe,
                                                      const std::optional<FaceBox>& box,
                                                      uint32_t max_candidates) const {
  if (max_candidates == 0) max_candidates = kDefaultCandidates;
  FUSIONHUB_RETURN_IF_ERROR(CheckCandidateCount(max_candidates));
  FUSIONHUB_ASSIGN_OR_RETURN(const SearchTemplate face, engine_.CreateSearchTemplate(probe, box));
  CompareResult result;
  result.engine = engine_.info();
  result.probe_quality = face.quality();
  result.gallery_size = gallery_.size();
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<ScoredFace> found,
                             gallery_.Search(face, max_candidates));
  for (const ScoredFace& scored : found) {
    absl::StatusOr<Candidate> candidate =
        MakeCandidate(scored, static_cast<uint32_t>(result.candidates.size() + 1));
    // Expunged while the search ran: gone is gone.
    if (absl::IsNotFound(candidate.status())) continue;
    FUSIONHUB_RETURN_IF_ERROR(candidate.status());
    result.candidates.push_back(*std::move(candidate));
  }
  return result;
}

absl::StatusOr<Candidate> MugshotGallery::MakeCandidate(const ScoredFace& face,
                                                        uint32_t rank) const {
  FUSIONHUB_ASSIGN_OR_RETURN(const Booking booking, store_.GetBooking(face.booking_id));
  FUSIONHUB_ASSIGN_OR_RETURN(std::string image, store_.GetImage(face.booking_id));
  Candidate candidate;
  candidate.rank = rank;
  candidate.booking_id = face.booking_id;
  candidate.subject_id = face.subject_id;
  candidate.score = face.score;
  candidate.age_at_booking = AgeAtBooking(booking);
  candidate.juvenile_at_booking = candidate.age_at_booking < options_.age_of_majority;
  candidate.fields = BookingFields(booking);
  candidate.fields["image"] = std::move(image);
  candidate.fields["engine"] = engine_.info().name;
  return candidate;
}

}  // namespace fusionhub::face_matcher
