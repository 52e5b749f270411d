// Every way in which an image can be wrong, each with its word; and what is accepted.
#include "face_matcher/image.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/status_matchers.h"
#include "face_matcher/face_error.h"
#include "face_matcher/test_images.h"

namespace fusionhub::face_matcher {
namespace {

using ::testing::HasSubstr;

std::string ReasonOf(absl::string_view image) {
  return FaceErrorReason(DecodeGray(image, ImageLimits()).status());
}

TEST(ImageTest, DecodesJpegAndPngToTheSamePixels) {
  const auto jpeg = DecodeGray(JpegOf(120, 80), ImageLimits());
  const auto png = DecodeGray(PngOf(120, 80), ImageLimits());
  FUSIONHUB_ASSERT_OK(jpeg);
  FUSIONHUB_ASSERT_OK(png);
  EXPECT_EQ(png->width, 120u);
  EXPECT_EQ(png->height, 80u);
  ASSERT_EQ(jpeg->pixels.size(), png->pixels.size());
  for (size_t i = 0; i < png->pixels.size(); ++i) {
    ASSERT_NEAR(jpeg->pixels[i], png->pixels[i], 8) << i;
  }
}

TEST(ImageTest, RefusesEmptyBytes) { EXPECT_EQ(ReasonOf(""), "IMAGE_EMPTY"); }

TEST(ImageTest, RefusesMoreEncodedBytesThanTheLimit) {
  const std::string image = JpegOf(64, 64) + std::string(2 * 1024 * 1024, 'x');
  EXPECT_EQ(ReasonOf(image), "IMAGE_TOO_LARGE");
  EXPECT_THAT(DecodeGray(image, ImageLimits()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("crop it to the face")));
}

TEST(ImageTest, RefusesOtherFormatsByTheirFirstBytes) {
  for (const char* bytes :
       {"GIF89a.......", "II*\0....", "<svg/>", "%PDF-1.7", "RIFF....WEBPVP8 "}) {
    EXPECT_EQ(ReasonOf(bytes), "IMAGE_NOT_JPEG_OR_PNG") << bytes;
  }
}

TEST(ImageTest, RefusesTruncatedImagesInsteadOfFillingThemUp) {
  for (const std::string& whole : {JpegOf(200, 200), PngOf(200, 200)}) {
    for (const size_t keep : {whole.size() / 4, whole.size() / 2, whole.size() - 20}) {
      EXPECT_EQ(ReasonOf(whole.substr(0, keep)), "IMAGE_BROKEN") << keep;
    }
  }
}

TEST(ImageTest, RefusesDamagedBytesBehindAGoodHeader) {
  std::string png = PngOf(200, 200);
  png[png.size() / 2] ^= 0x40;
  EXPECT_EQ(ReasonOf(png), "IMAGE_BROKEN");
  EXPECT_EQ(ReasonOf(std::string("\xFF\xD8\xFF") + std::string(500, '\x11')), "IMAGE_BROKEN");
}

TEST(ImageTest, RefusesDecompressionBombsByTheHeader) {
  EXPECT_EQ(ReasonOf(WithJpegSize(JpegOf(64, 64), 65000, 65000)), "IMAGE_TOO_MANY_PIXELS");
  EXPECT_EQ(ReasonOf(PngBomb(100000, 100000)), "IMAGE_TOO_MANY_PIXELS");
  EXPECT_EQ(ReasonOf(PngBomb(0x7FFFFFFF, 0x7FFFFFFF)), "IMAGE_TOO_MANY_PIXELS");
}

TEST(ImageTest, RefusesAHeaderThatPromisesMorePixelsThanTheDataHolds) {
  EXPECT_EQ(ReasonOf(PngBomb(4000, 4000)), "IMAGE_BROKEN");
  EXPECT_EQ(ReasonOf(WithJpegSize(JpegOf(64, 64), 4000, 4000)), "IMAGE_BROKEN");
}

TEST(ImageTest, RefusesImagesThatAreTooSmall) {
  EXPECT_EQ(ReasonOf(JpegOf(63, 200)), "IMAGE_TOO_SMALL");
  EXPECT_EQ(ReasonOf(PngOf(200, 63)), "IMAGE_TOO_SMALL");
  EXPECT_EQ(ReasonOf(PngOf(64, 64)), "");
}

TEST(ImageTest, EveryMutationIsDecodedOrRefusedWithAWord) {
  std::mt19937_64 random(17);
  for (const std::string& whole :
       {WithExifOrientation(JpegOf(80, 70), 5), PngOf(80, 70), JpegOf(64, 64)}) {
    for (int trial = 0; trial < 700; ++trial) {
      std::string image = whole;
      for (uint64_t change = random() % 6 + 1; change > 0; --change) {
        image[random() % image.size()] = static_cast<char>(random());
      }
      const auto decoded = DecodeGray(image, ImageLimits());
      if (!decoded.ok()) {
        EXPECT_FALSE(FaceErrorReason(decoded.status()).empty()) << decoded.status();
      }
    }
  }
}

TEST(ImageTest, TurnsByExifOrientationOnce) {
  const auto upright = DecodeGray(JpegOf(120, 80), ImageLimits());
  const auto turned = DecodeGray(WithExifOrientation(JpegOf(120, 80), 6), ImageLimits());
  FUSIONHUB_ASSERT_OK(upright);
  FUSIONHUB_ASSERT_OK(turned);
  EXPECT_EQ(turned->width, 80u);
  EXPECT_EQ(turned->height, 120u);
  // Orientation 6: the stored top left is the upright top right.
  EXPECT_EQ(turned->pixels[79], upright->pixels[0]);
}

}  // namespace
}  // namespace fusionhub::face_matcher
