// All eight orientations, and hostile EXIF segments.
#include "face_matcher/exif_orientation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fusionhub::face_matcher {
namespace {

GrayImage Image() { return {3, 2, {1, 2, 3, 4, 5, 6}}; }

TEST(ExifOrientationTest, AppliesEveryOrientation) {
  const std::vector<std::vector<uint8_t>> expected = {
      {1, 2, 3, 4, 5, 6}, {3, 2, 1, 6, 5, 4}, {6, 5, 4, 3, 2, 1}, {4, 5, 6, 1, 2, 3},
      {1, 4, 2, 5, 3, 6}, {4, 1, 5, 2, 6, 3}, {6, 3, 5, 2, 4, 1}, {3, 6, 2, 5, 1, 4}};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const GrayImage out = ApplyOrientation(Image(), orientation);
    EXPECT_EQ(out.pixels, expected[orientation - 1]) << orientation;
    EXPECT_EQ(out.width, orientation >= 5 ? 2u : 3u) << orientation;
  }
}

TEST(ExifOrientationTest, LeavesUnknownOrientationsAlone) {
  EXPECT_EQ(ApplyOrientation(Image(), 0).pixels, Image().pixels);
  EXPECT_EQ(ApplyOrientation(Image(), 9).pixels, Image().pixels);
}

std::string WithSegment(const std::string& body) {
  std::string jpeg = "\xFF\xD8\xFF\xE1";
  jpeg.push_back(static_cast<char>((body.size() + 2) >> 8));
  jpeg.push_back(static_cast<char>((body.size() + 2) & 0xFF));
  return jpeg + body;
}

const char kLittle[] = "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0\0\0\0\0";

TEST(ExifOrientationTest, ReadsLittleEndian) {
  EXPECT_EQ(ReadExifOrientation(WithSegment(std::string(kLittle, sizeof(kLittle) - 1))), 8);
}

TEST(ExifOrientationTest, EveryTruncationIsUprightOrRead) {
  const std::string whole = WithSegment(std::string(kLittle, sizeof(kLittle) - 1));
  for (size_t size = 0; size < whole.size(); ++size) {
    const int orientation = ReadExifOrientation(whole.substr(0, size));
    EXPECT_EQ(orientation, 1) << size;
  }
}

TEST(ExifOrientationTest, OffsetsBeyondTheSegmentAreUpright) {
  std::string body(kLittle, sizeof(kLittle) - 1);
  body[10] = '\xFF';
  body[13] = '\xFF';  // directory offset 0xFF0000FF
  EXPECT_EQ(ReadExifOrientation(WithSegment(body)), 1);
  body = std::string(kLittle, sizeof(kLittle) - 1);
  body[14] = '\xFF';
  body[15] = '\xFF';  // 65,535 entries
  body[16] = '\x13';  // none of them the orientation
  EXPECT_EQ(ReadExifOrientation(WithSegment(body)), 1);
}

}  // namespace
}  // namespace fusionhub::face_matcher
