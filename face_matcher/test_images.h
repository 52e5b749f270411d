// Encoded images with chosen faults. Test only.
#ifndef FUSIONHUB_FACE_MATCHER_TEST_IMAGES_H_
#define FUSIONHUB_FACE_MATCHER_TEST_IMAGES_H_

#include <cstdint>
#include <string>

namespace fusionhub::face_matcher {

// A grey gradient.
std::string JpegOf(uint32_t width, uint32_t height);
std::string PngOf(uint32_t width, uint32_t height);

// The image with other dimensions written into its header.
std::string WithJpegSize(std::string jpeg, uint16_t width, uint16_t height);

// A valid PNG header of `width` x `height` with a matching checksum, and hardly any data.
std::string PngBomb(uint32_t width, uint32_t height);

// The JPEG with an EXIF segment of this orientation behind its start marker.
std::string WithExifOrientation(const std::string& jpeg, uint8_t orientation);

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_TEST_IMAGES_H_
