// How a camera says that it was held sideways: the orientation tag of a JPEG's EXIF segment.
#ifndef FUSIONHUB_FACE_MATCHER_EXIF_ORIENTATION_H_
#define FUSIONHUB_FACE_MATCHER_EXIF_ORIENTATION_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "face_matcher/gray_image.h"

namespace fusionhub::face_matcher {

// 1..8 as EXIF defines them; 1 (upright) when there is no tag or it is not readable.
int ReadExifOrientation(absl::string_view jpeg);

// Turns and mirrors the image as `orientation` asks.
GrayImage ApplyOrientation(GrayImage image, int orientation);

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_EXIF_ORIENTATION_H_
