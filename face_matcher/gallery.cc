// Exact scan over int8 segments, consolidation per subject, deletion by moving the last row.
#include "face_matcher/gallery.h"

#include <string.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "face_matcher/dot_product.h"
#include "face_matcher/face_error.h"

namespace fusionhub::face_matcher {
namespace {

constexpr size_t kSegmentRows = 4096;
constexpr size_t kScanBlock = 256;  // scores computed before they are sorted in

size_t Padded(size_t dimensions) {
  return (dimensions + kRowAlignment - 1) / kRowAlignment * kRowAlignment;
}

absl::Status Mismatch(absl::string_view what, absl::string_view model, absl::string_view wanted) {
  return MakeFaceError(
      FaceError::kModelMismatch,
      absl::StrFormat(
          "gallery: %s was made by model %s, the gallery holds model %s; templates of different "
          "models cannot be compared: enrol the gallery again with the new one",
          what, model, wanted));
}

// Length and bytes, so that no two lists of parts give the same text.
void AppendPart(std::string& out, absl::string_view part) {
  absl::StrAppend(&out, part.size(), ":", part);
}

}  // namespace

absl::Status CheckCandidateCount(size_t k) {
  if (k >= kMinCandidates && k <= kMaxCandidates) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("max_candidates: ", k, " is not in ",
                                                 kMinCandidates, "..", kMaxCandidates,
                                                 "; 0 means the default"));
}

Gallery::Gallery(std::string model_id, size_t dimensions)
    : model_id_(std::move(model_id)),
      dimensions_(dimensions),
      stride_(Padded(dimensions)),
      kernel_(SupportedDotKernels().back()) {}

Gallery::~Gallery() = default;

const int8_t* Gallery::RowAt(size_t index) const {
  return segments_[index / kSegmentRows].row(index % kSegmentRows);
}

int8_t* Gallery::RowAt(size_t index) {
  return segments_[index / kSegmentRows].row(index % kSegmentRows);
}

absl::Status Gallery::Insert(const std::string& booking_id, const std::string& subject_id,
                             const EnrollTemplate& face) {
  if (face.model_id_ != model_id_ || face.values_.size() != dimensions_) {
    return Mismatch("the template", face.model_id_, model_id_);
  }
  if (std::find(face.values_.begin(), face.values_.end(), int8_t{-128}) != face.values_.end()) {
    return absl::InvalidArgumentError(
        "gallery: a template holds -128, which no engine of ours makes");
  }
  WriterLock lock(mu_);
  if (index_.contains(booking_id)) {
    return absl::AlreadyExistsError("gallery: this booking number is already enrolled");
  }
  if (rows_.size() == segments_.size() * kSegmentRows) {
    FUSIONHUB_ASSIGN_OR_RETURN(GallerySegment segment,
                               GallerySegment::Create(stride_, kSegmentRows));
    segments_.push_back(std::move(segment));
  }
  const size_t row = rows_.size();
  std::copy(face.values_.begin(), face.values_.end(), RowAt(row));
  rows_.push_back({booking_id, subject_id});
  index_[booking_id] = row;
  return absl::OkStatus();
}

absl::Status Gallery::Remove(const std::string& booking_id) {
  WriterLock lock(mu_);
  const auto found = index_.find(booking_id);
  if (found == index_.end()) {
    return absl::NotFoundError("gallery: this booking number is not enrolled");
  }
  const size_t row = found->second;
  const size_t last = rows_.size() - 1;
  index_.erase(found);
  if (row != last) {
    std::copy_n(RowAt(last), stride_, RowAt(row));
    rows_[row] = std::move(rows_[last]);
    index_[rows_[row].booking_id] = row;
  }
  explicit_bzero(RowAt(last), stride_);
  rows_.pop_back();
  if (rows_.size() + kSegmentRows <= (segments_.size() - 1) * kSegmentRows) segments_.pop_back();
  return absl::OkStatus();
}

std::vector<ScoredFace> Gallery::Ranked(const int8_t* probe, size_t k) const {
  // A subject's later row must beat what is kept; `floor` is the score that the k-th subject has.
  const auto better = [](const ScoredFace& a, const ScoredFace& b) {
    return a.score != b.score ? a.score > b.score : a.booking_id < b.booking_id;
  };
  std::vector<ScoredFace> best;  // sorted, one per subject, at most k
  std::array<int32_t, kScanBlock> scores{};
  for (size_t begin = 0; begin < rows_.size(); begin += kScanBlock) {
    const size_t count = std::min(kScanBlock, rows_.size() - begin);
    DotRows(kernel_, probe, RowAt(begin), stride_, count, scores.data());
    for (size_t i = 0; i < count; ++i) {
      if (best.size() == k && scores[i] < best.back().score) continue;
      const Row& row = rows_[begin + i];
      ScoredFace face{row.booking_id, row.subject_id, scores[i]};
      const auto same = std::find_if(best.begin(), best.end(), [&face](const ScoredFace& kept) {
        return kept.subject_id == face.subject_id;
      });
      if (same != best.end()) {
        if (!better(face, *same)) continue;
        best.erase(same);
      }
      best.insert(std::upper_bound(best.begin(), best.end(), face, better), std::move(face));
      if (best.size() > k) best.pop_back();
    }
  }
  return best;
}

absl::StatusOr<std::vector<ScoredFace>> Gallery::Search(const SearchTemplate& probe,
                                                        size_t k) const {
  FUSIONHUB_RETURN_IF_ERROR(CheckCandidateCount(k));
  if (probe.model_id_ != model_id_ || probe.values_.size() != dimensions_) {
    return Mismatch("the probe's template", probe.model_id_, model_id_);
  }
  // Aligned and padded like a row; one row of its own, overwritten when it goes.
  FUSIONHUB_ASSIGN_OR_RETURN(GallerySegment aligned, GallerySegment::Create(stride_, 1));
  std::copy(probe.values_.begin(), probe.values_.end(), aligned.row(0));
  ReaderLock lock(mu_);
  return Ranked(aligned.row(0), k);
}

size_t Gallery::size() const {
  ReaderLock lock(mu_);
  return rows_.size();
}

crypto::Digest Gallery::Root() const {
  ReaderLock lock(mu_);
  std::vector<size_t> order(rows_.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [this](size_t a, size_t b) FUSIONHUB_NO_THREAD_SAFETY_ANALYSIS {
              return rows_[a].booking_id < rows_[b].booking_id;
            });
  std::string all;
  AppendPart(all, model_id_);
  for (const size_t i : order) {
    const auto* bytes = reinterpret_cast<const char*>(RowAt(i));
    std::string leaf;
    AppendPart(leaf, rows_[i].booking_id);
    AppendPart(leaf, rows_[i].subject_id);
    const crypto::Digest digest = crypto::Sha256({leaf, absl::string_view(bytes, dimensions_)});
    absl::StrAppend(&all, crypto::View(digest));
  }
  return crypto::Sha256(all);
}

}  // namespace fusionhub::face_matcher
