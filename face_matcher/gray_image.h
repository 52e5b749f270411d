// A decoded image: brightness only.
#ifndef FUSIONHUB_FACE_MATCHER_GRAY_IMAGE_H_
#define FUSIONHUB_FACE_MATCHER_GRAY_IMAGE_H_

#include <cstdint>
#include <vector>

namespace fusionhub::face_matcher {

// 8-bit luminance, upright (EXIF orientation applied), rows without padding.
struct GrayImage {
  uint32_t width = 0;
  uint32_t height = 0;
  std::vector<uint8_t> pixels;  // width * height
};

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_GRAY_IMAGE_H_
