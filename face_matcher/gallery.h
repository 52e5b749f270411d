// The gallery in memory: int8 rows, exact scan, nothing approximate. An unfound candidate would be
// an error that nobody can audit.
#ifndef FUSIONHUB_FACE_MATCHER_GALLERY_H_
#define FUSIONHUB_FACE_MATCHER_GALLERY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/digest.h"
#include "face_matcher/dot_product.h"
#include "face_matcher/face_template.h"
#include "face_matcher/fair_shared_mutex.h"
#include "face_matcher/gallery_segment.h"

namespace fusionhub::face_matcher {

inline constexpr size_t kMinCandidates = 2;
inline constexpr size_t kMaxCandidates = 50;

// INVALID_ARGUMENT unless kMinCandidates <= k <= kMaxCandidates.
absl::Status CheckCandidateCount(size_t k);

// One row's place in a search. The score is an integer without meaning outside one search with one
// model; it is for ordering and audit, never shown as a likelihood.
struct ScoredFace {
  std::string booking_id;
  std::string subject_id;
  int64_t score = 0;
};

// Thread-safe. Searches run at the same time as each other; an insertion or removal waits for the
// searches that have begun, and every search that begins later sees it.
class Gallery {
 public:
  // For templates of one model with `dimensions` values each.
  Gallery(std::string model_id, size_t dimensions);
  ~Gallery();  // overwrites every row with zeros
  Gallery(const Gallery&) = delete;
  Gallery& operator=(const Gallery&) = delete;

  // ALREADY_EXISTS for a known booking id, MODEL_MISMATCH for another model or dimension. Rows of
  // one `subject_id` are consolidated in answers.
  absl::Status Insert(const std::string& booking_id, const std::string& subject_id,
                      const EnrollTemplate& face);
  // Overwrites the row with zeros. NOT_FOUND if there is none.
  absl::Status Remove(const std::string& booking_id);

  // The `k` best subjects (kMinCandidates..kMaxCandidates), each by its best row, best first; equal
  // scores are ordered by booking id. Fewer when the gallery has fewer. Changes nothing.
  absl::StatusOr<std::vector<ScoredFace>> Search(const SearchTemplate& probe, size_t k) const;

  size_t size() const;
  const std::string& model_id() const { return model_id_; }

  // Digest over every (booking id, subject id, row) in id order: equal exactly when the galleries
  // hold the same, whatever the order of insertion. Reads every row.
  crypto::Digest Root() const;

 private:
  struct Row {
    std::string booking_id;
    std::string subject_id;
  };
  const int8_t* RowAt(size_t index) const FUSIONHUB_REQUIRES_SHARED(mu_);
  int8_t* RowAt(size_t index) FUSIONHUB_REQUIRES(mu_);
  std::vector<ScoredFace> Ranked(const int8_t* probe, size_t k) const
      FUSIONHUB_REQUIRES_SHARED(mu_);

  const std::string model_id_;
  const size_t dimensions_;
  const size_t stride_;  // dimensions_, padded
  const DotKernel kernel_;
  mutable FairSharedMutex mu_;
  std::vector<GallerySegment> segments_ FUSIONHUB_GUARDED_BY(mu_);
  std::vector<Row> rows_ FUSIONHUB_GUARDED_BY(mu_);  // by row index
  absl::flat_hash_map<std::string, size_t> index_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_GALLERY_H_
