// What an agency's node uses: bookings in, candidate arrays out. Ties engine, store and in-memory
// gallery together.
#ifndef FUSIONHUB_FACE_MATCHER_MUGSHOT_GALLERY_H_
#define FUSIONHUB_FACE_MATCHER_MUGSHOT_GALLERY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/mutex.h"
#include "crypto/digest.h"
#include "face_matcher/booking.h"
#include "face_matcher/booking_import.h"
#include "face_matcher/engine.h"
#include "face_matcher/gallery.h"
#include "face_matcher/gallery_store.h"

namespace fusionhub::face_matcher {

// Who resembles the probe. A lead, never an identification.
struct Candidate {
  uint32_t rank = 0;       // 1 is the best
  std::string booking_id;  // the booking number
  std::string subject_id;  // equal for bookings of one person
  int64_t score = 0;       // for audit only; not a field, never shown
  int age_at_booking = 0;  // for policy's juvenile rules
  bool juvenile_at_booking = false;
  // By the vocabulary's words: image (JPEG or PNG bytes), booking_number, name, date_of_birth, sex,
  // booked_at, charge, disposition, engine.
  std::map<std::string, std::string> fields;
};

struct CompareResult {
  std::vector<Candidate> candidates;  // best first; none is a normal answer
  FaceQuality probe_quality;
  EngineInfo engine;
  uint64_t gallery_size = 0;
};

struct MugshotGalleryOptions {
  int age_of_majority = 18;
};

// Thread-safe. Knows neither gRPC nor a clock.
class MugshotGallery {
 public:
  // `engine`, `store` must outlive it. Decrypts every template into memory. FAILED_PRECONDITION
  // when the store holds templates of another model: re-enrol from the stored images first
  // (ReEnroll).
  static absl::StatusOr<std::unique_ptr<MugshotGallery>> Open(const Engine& engine,
                                                              GalleryStore& store,
                                                              MugshotGalleryOptions options);

  // Describes the image and enrols it. ALREADY_EXISTS for a known booking number.
  absl::Status Enroll(const Booking& booking, absl::string_view image)
      FUSIONHUB_EXCLUDES(write_mu_);
  // As ImportBookings, into this gallery.
  absl::StatusOr<ImportReport> Import(const std::string& csv_path, const std::string& image_dir,
                                      const BookingImportLimits& limits = {});
  // Gone for every search that begins after this returns; its key is destroyed. NOT_FOUND when
  // unknown.
  absl::Status Expunge(const std::string& booking_number) FUSIONHUB_EXCLUDES(write_mu_);

  // Compares one probe; `max_candidates` in 2..50, 0 means 20. Nothing of the probe is kept
  // (SO-A1). Errors of the image carry a word of face_error.h.
  absl::StatusOr<CompareResult> Compare(absl::string_view probe, const std::optional<FaceBox>& box,
                                        uint32_t max_candidates) const;

  const EngineInfo& engine() const { return engine_.info(); }
  size_t size() const { return gallery_.size(); }
  size_t unusable() const { return unusable_; }
  // Digest of what can be found (Gallery::Root).
  crypto::Digest Root() const { return gallery_.Root(); }

 private:
  MugshotGallery(const Engine& engine, GalleryStore& store, MugshotGalleryOptions options);
  absl::Status Restore(const Booking& booking, const EnrollTemplate& face);
  absl::StatusOr<Candidate> MakeCandidate(const ScoredFace& face, uint32_t rank) const;

  const Engine& engine_;
  GalleryStore& store_;
  const MugshotGalleryOptions options_;
  Gallery gallery_;
  size_t unusable_ = 0;  // set by Open
  Mutex write_mu_;       // one change at a time, so that store and memory agree
};

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_MUGSHOT_GALLERY_H_
