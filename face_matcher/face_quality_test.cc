// Quality measures: all codes in order, those that can be measured with values that make sense.
#include "face_matcher/face_quality.h"

#include <gtest/gtest.h>

#include <optional>

namespace fusionhub::face_matcher {
namespace {

GrayImage Flat(uint8_t value) { return {128, 128, std::vector<uint8_t>(128 * 128, value)}; }

FaceGeometry Geometry() { return {{100, 50, 200, 200}, 400, 500, true, 80, 8}; }

std::optional<double> Value(const std::vector<QualityMeasure>& measures, uint16_t code) {
  for (const QualityMeasure& measure : measures) {
    if (measure.code == code) return measure.value;
  }
  ADD_FAILURE() << "no measure " << code;
  return std::nullopt;
}

TEST(FaceQualityTest, ListsEveryCodeAndDropsNoneSilently) {
  const auto measures = MeasureQuality(Flat(100), Geometry());
  ASSERT_EQ(measures.size(), 28u);
  for (size_t i = 0; i < measures.size(); ++i) EXPECT_EQ(measures[i].code, 0x41 + i);
  EXPECT_EQ(measures[0].name, "UnifiedQualityScore");
  EXPECT_EQ(measures[27].name, "NoHeadCoverings");
  EXPECT_FALSE(Value(measures, 0x41).has_value());
  EXPECT_FALSE(Value(measures, 0x58).has_value());
}

TEST(FaceQualityTest, MeasuresLight) {
  const auto flat = MeasureQuality(Flat(100), Geometry());
  EXPECT_DOUBLE_EQ(*Value(flat, 0x44), 100);
  EXPECT_NEAR(*Value(flat, 0x45), 0, 1e-6);
  EXPECT_DOUBLE_EQ(*Value(flat, 0x43), 1);
  EXPECT_DOUBLE_EQ(*Value(flat, 0x46), 1);
  EXPECT_DOUBLE_EQ(*Value(flat, 0x49), 0);
  EXPECT_DOUBLE_EQ(*Value(MeasureQuality(Flat(5), Geometry()), 0x46), 0);
  EXPECT_DOUBLE_EQ(*Value(MeasureQuality(Flat(255), Geometry()), 0x47), 0);
  EXPECT_DOUBLE_EQ(*Value(MeasureQuality(Flat(0), Geometry()), 0x43), 0);
}

TEST(FaceQualityTest, OneSidedLightIsNotUniform) {
  GrayImage image = Flat(200);
  for (uint32_t y = 0; y < 128; ++y) {
    for (uint32_t x = 0; x < 64; ++x) image.pixels[y * 128 + x] = 50;
  }
  EXPECT_NEAR(*Value(MeasureQuality(image, Geometry()), 0x43), 0.4, 1e-9);
}

TEST(FaceQualityTest, MeasuresGeometry) {
  const auto measures = MeasureQuality(Flat(100), Geometry());
  EXPECT_NEAR(*Value(measures, 0x52), 80.4, 0.01);
  EXPECT_DOUBLE_EQ(*Value(measures, 0x53), 0.4);
  EXPECT_DOUBLE_EQ(*Value(measures, 0x54), 0.5);
  EXPECT_DOUBLE_EQ(*Value(measures, 0x55), 0.5);
  EXPECT_NEAR(*Value(measures, 0x5A), 5.71, 0.01);
}

TEST(FaceQualityTest, WithoutLocatedEyesDistanceAndRollAreUnknown) {
  FaceGeometry geometry = Geometry();
  geometry.eyes_located = false;
  const auto measures = MeasureQuality(Flat(100), geometry);
  EXPECT_FALSE(Value(measures, 0x52).has_value());
  EXPECT_FALSE(Value(measures, 0x5A).has_value());
}

}  // namespace
}  // namespace fusionhub::face_matcher
