// What is accepted as an image, by checks that are safe anywhere: size and first bytes, no codec.
#ifndef FUSIONHUB_FACE_MATCHER_IMAGE_LIMITS_H_
#define FUSIONHUB_FACE_MATCHER_IMAGE_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fusionhub::face_matcher {

// Bounds of what is looked at. The wire contract (FaceComparison.image) states the same numbers.
struct ImageLimits {
  size_t max_encoded_bytes = size_t{2} << 20;
  uint64_t max_pixels = 20'000'000;
  uint32_t min_side = 64;
};

enum class ImageFormat { kJpeg, kPng };

// The format by magic bytes. Errors: IMAGE_EMPTY, IMAGE_TOO_LARGE, IMAGE_NOT_JPEG_OR_PNG.
absl::StatusOr<ImageFormat> SniffImage(absl::string_view encoded, const ImageLimits& limits);

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_IMAGE_LIMITS_H_
