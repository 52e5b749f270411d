// The texture description: shape, invariance to brightness, difference between textures.
#include "face_matcher/lbp_descriptor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace fusionhub::face_matcher {
namespace {

GrayImage Texture(uint64_t seed) {
  std::mt19937_64 random(seed);
  GrayImage image{128, 128, {}};
  image.pixels.resize(128 * 128);
  for (int y = 0; y < 128; ++y) {
    for (int x = 0; x < 128; ++x) {
      const double wave =
          std::sin(x * (0.2 + 0.01 * static_cast<double>(seed))) * std::cos(y * 0.3);
      image.pixels[y * 128 + x] =
          static_cast<uint8_t>(100 + 40 * wave + static_cast<double>(random() % 20));
    }
  }
  return image;
}

int64_t Dot(const std::vector<int8_t>& a, const std::vector<int8_t>& b) {
  int64_t sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

TEST(LbpDescriptorTest, HasItsDimensionsAndNoNegativeValue) {
  const std::vector<int8_t> values = DescribeLbp(Texture(1));
  EXPECT_EQ(values.size(), 2891u);
  EXPECT_GE(*std::min_element(values.begin(), values.end()), 0);
}

TEST(LbpDescriptorTest, EveryCellHasTheSameLength) {
  const std::vector<int8_t> values = DescribeLbp(Texture(1));
  for (size_t cell = 0; cell < kLbpCells * kLbpCells; ++cell) {
    double square = 0;
    for (size_t bin = 0; bin < kLbpBins; ++bin) {
      square += std::pow(values[cell * kLbpBins + bin], 2);
    }
    EXPECT_NEAR(std::sqrt(square), 127, 5) << cell;
  }
}

TEST(LbpDescriptorTest, IsDeterministic) {
  EXPECT_EQ(DescribeLbp(Texture(2)), DescribeLbp(Texture(2)));
}

TEST(LbpDescriptorTest, BrightnessMattersLessThanTexture) {
  const GrayImage image = Texture(3);
  GrayImage brighter = image;
  for (uint8_t& pixel : brighter.pixels) pixel = static_cast<uint8_t>(pixel * 1.3 + 10);
  const std::vector<int8_t> described = DescribeLbp(image);
  EXPECT_GT(Dot(described, DescribeLbp(brighter)), Dot(described, DescribeLbp(Texture(40))));
}

TEST(LbpDescriptorTest, AFlatImageIsDescribedWithoutFailing) {
  EXPECT_EQ(DescribeLbp({128, 128, std::vector<uint8_t>(128 * 128, 0)}).size(), kLbpDimensions);
  EXPECT_EQ(DescribeLbp({128, 128, std::vector<uint8_t>(128 * 128, 255)}).size(), kLbpDimensions);
}

}  // namespace
}  // namespace fusionhub::face_matcher
