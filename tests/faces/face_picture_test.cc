// Pictures depend on their two seeds and on nothing else.
#include "tests/faces/face_picture.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/status_matchers.h"

namespace fusionhub::faces {
namespace {

// A small picture, so that the test is quick.
Capture SmallCapture(uint64_t seed) {
  Capture capture = MakeCapture(seed);
  const double scale = 160.0 / capture.width;
  capture.width = 160;
  capture.height = 200;
  capture.head_width *= scale;
  capture.centre_x *= scale;
  capture.centre_y *= scale;
  return capture;
}

double MeanDifference(const Picture& a, const Picture& b) {
  double sum = 0;
  for (size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(a.rgb[i] - b.rgb[i]);
  return sum / static_cast<double>(a.rgb.size());
}

TEST(FacePictureTest, IsRepeatable) {
  const Identity who = MakeIdentity(1);
  EXPECT_EQ(PaintFace(who, SmallCapture(2)).rgb, PaintFace(who, SmallCapture(2)).rgb);
}

TEST(FacePictureTest, EachSeedChangesThePicture) {
  const Picture base = PaintFace(MakeIdentity(1), SmallCapture(2));
  EXPECT_GT(MeanDifference(base, PaintFace(MakeIdentity(3), SmallCapture(2))), 1);
  EXPECT_GT(MeanDifference(base, PaintFace(MakeIdentity(1), SmallCapture(4))), 5);
}

TEST(FacePictureTest, CapturesDifferInEveryNuisance) {
  const Capture a = MakeCapture(10);
  const Capture b = MakeCapture(11);
  EXPECT_NE(a.yaw, b.yaw);
  EXPECT_NE(a.roll, b.roll);
  EXPECT_NE(a.light_x, b.light_x);
  EXPECT_NE(a.smile, b.smile);
  EXPECT_NE(a.background.r, b.background.r);
  EXPECT_NE(a.background_seed, b.background_seed);
  EXPECT_NE(a.noise_seed, b.noise_seed);
  EXPECT_NE(a.noise, b.noise);
}

TEST(FacePictureTest, JpegHoldsNoMetadata) {
  const auto jpeg = EncodeJpeg(PaintFace(MakeIdentity(1), SmallCapture(2)), 80);
  FUSIONHUB_ASSERT_OK(jpeg);
  for (const char* marker : {"\xFF\xE1", "\xFF\xED", "\xFF\xFE", "Exif"}) {
    EXPECT_EQ(jpeg->substr(0, 200).find(marker), std::string::npos);
  }
}

TEST(FacePictureTest, SideBySideHoldsBoth) {
  const Picture left = PaintEmptyScene(SmallCapture(1));
  const Picture right = PaintEmptyScene(SmallCapture(2));
  const Picture both = SideBySide(left, right);
  EXPECT_EQ(both.width, 320);
  EXPECT_EQ(both.rgb[0], left.rgb[0]);
  EXPECT_EQ(both.rgb[160 * 3], right.rgb[0]);
}

}  // namespace
}  // namespace fusionhub::faces
