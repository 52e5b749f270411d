// Finds the one face of an image and its eyes with Haar cascades, and cuts it out upright. Runs in
// the sandboxed child.
#ifndef FUSIONHUB_FACE_MATCHER_FACE_FINDER_H_
#define FUSIONHUB_FACE_MATCHER_FACE_FINDER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "face_matcher/face_template.h"
#include "face_matcher/gray_image.h"

namespace fusionhub::face_matcher {

// Side of an aligned face in pixels; the eyes lie at 5/16 and 11/16 of the width, 3/8 of the
// height.
inline constexpr uint32_t kAlignedSide = 128;

struct FoundFace {
  GrayImage aligned;    // kAlignedSide x kAlignedSide
  FaceQuality quality;  // face, eyes_located, smaller_faces and measures
};

// Thread-compatible. Catches OpenCV's exceptions.
class FaceFinder {
 public:
  // Reads the two cascade files; SANDBOX_FAILED when one is missing or broken.
  static absl::StatusOr<std::unique_ptr<FaceFinder>> Create(const std::string& cascade_dir);
  virtual ~FaceFinder() = default;

  // NO_FACE, SEVERAL_FACES, BOX_INVALID.
  virtual absl::StatusOr<FoundFace> Find(const GrayImage& image,
                                         const std::optional<FaceBox>& box) = 0;
};

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_FACE_FINDER_H_
