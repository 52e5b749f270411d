// Decoding of JPEG and PNG. Happens only in the sandboxed child (decode_sandbox.h), because image
// codecs are what an attacker aims at.
#ifndef FUSIONHUB_FACE_MATCHER_IMAGE_H_
#define FUSIONHUB_FACE_MATCHER_IMAGE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "face_matcher/gray_image.h"
#include "face_matcher/image_limits.h"

namespace fusionhub::face_matcher {

// Reads the dimensions from the header and refuses by them before any pixel is decoded; a truncated
// or damaged image is refused, never filled up with grey. SANDBOXED CHILD ONLY (and tests).
absl::StatusOr<GrayImage> DecodeGray(absl::string_view encoded, const ImageLimits& limits);

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_IMAGE_H_
