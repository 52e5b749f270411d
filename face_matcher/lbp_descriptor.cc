// Tan-Triggs illumination normalisation, then LBP(8,2) histograms over a 7 x 7 grid.
#include "face_matcher/lbp_descriptor.h"

#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace fusionhub::face_matcher {
namespace {

constexpr int kRadius = 2;
constexpr int kNeighbours = 8;

// Gamma, difference of Gaussians, contrast equalisation (Tan and Triggs 2010, their parameters).
cv::Mat NormaliseIllumination(const GrayImage& aligned) {
  const cv::Mat input(static_cast<int>(aligned.height), static_cast<int>(aligned.width), CV_8UC1,
                      const_cast<uint8_t*>(aligned.pixels.data()));
  cv::Mat image;
  input.convertTo(image, CV_32F, 1.0 / 255, 1.0 / 255);
  cv::pow(image, 0.2, image);
  cv::Mat narrow;
  cv::Mat wide;
  cv::GaussianBlur(image, narrow, {}, 1.0);
  cv::GaussianBlur(image, wide, {}, 2.0);
  image = narrow - wide;
  constexpr double kAlpha = 0.1;
  constexpr double kTau = 10.0;
  cv::Mat power;
  cv::pow(cv::abs(image), kAlpha, power);
  image /= std::pow(cv::mean(power)[0] + 1e-12, 1 / kAlpha);
  cv::pow(cv::min(cv::abs(image), kTau), kAlpha, power);
  image /= std::pow(cv::mean(power)[0] + 1e-12, 1 / kAlpha);
  return image;
}

// Bin of each 8-bit pattern: its own when it has at most two changes around the circle, else the
// last.
std::array<uint8_t, 256> UniformBins() {
  std::array<uint8_t, 256> bins{};
  uint8_t next = 0;
  for (int pattern = 0; pattern < 256; ++pattern) {
    const auto code = static_cast<uint8_t>(pattern);
    const int changes = std::popcount(static_cast<uint8_t>(code ^ std::rotl(code, 1)));
    bins[pattern] = changes <= 2 ? next++ : static_cast<uint8_t>(kLbpBins - 1);
  }
  return bins;
}

struct Offset {
  int x;  // of the pixel up left of the sampling point
  int y;
  std::array<float, 4> weights;  // bilinear: up left, up right, down left, down right
};

std::array<Offset, kNeighbours> SamplingPoints() {
  std::array<Offset, kNeighbours> points{};
  for (int i = 0; i < kNeighbours; ++i) {
    const double angle = 2 * std::numbers::pi * i / kNeighbours;
    const double x = kRadius * std::cos(angle);
    const double y = -kRadius * std::sin(angle);
    // Rounded first, so that a cosine of 1e-16 does not fall into the next pixel.
    const int fx = static_cast<int>(std::floor(std::round(x * 1e6) / 1e6));
    const int fy = static_cast<int>(std::floor(std::round(y * 1e6) / 1e6));
    const auto tx = static_cast<float>(x - fx);
    const auto ty = static_cast<float>(y - fy);
    points[i] = {fx, fy, {(1 - tx) * (1 - ty), tx * (1 - ty), (1 - tx) * ty, tx * ty}};
  }
  return points;
}

uint8_t PatternAt(const cv::Mat& image, int x, int y,
                  const std::array<Offset, kNeighbours>& points) {
  const float centre = image.at<float>(y, x);
  uint8_t pattern = 0;
  for (int i = 0; i < kNeighbours; ++i) {
    const Offset& point = points[i];
    const float* up = image.ptr<float>(y + point.y) + x + point.x;
    const float* down = image.ptr<float>(y + point.y + 1) + x + point.x;
    const float value = point.weights[0] * up[0] + point.weights[1] * up[1] +
                        point.weights[2] * down[0] + point.weights[3] * down[1];
    pattern |= static_cast<uint8_t>((value >= centre ? 1 : 0) << i);
  }
  return pattern;
}

}  // namespace

std::vector<int8_t> DescribeLbp(const GrayImage& aligned) {
  static const std::array<uint8_t, 256> bins = UniformBins();
  static const std::array<Offset, kNeighbours> points = SamplingPoints();
  const cv::Mat image = NormaliseIllumination(aligned);
  constexpr int kMargin = kRadius + 1;  // the interpolation reads one pixel further
  const int width = image.cols - 2 * kMargin;
  const int height = image.rows - 2 * kMargin;
  std::vector<float> histogram(kLbpDimensions, 0.0f);
  std::array<float, kLbpCells * kLbpCells> totals{};
  for (int y = 0; y < height; ++y) {
    const size_t cell_row = static_cast<size_t>(y) * kLbpCells / height;
    for (int x = 0; x < width; ++x) {
      const size_t cell = cell_row * kLbpCells + static_cast<size_t>(x) * kLbpCells / width;
      histogram[cell * kLbpBins + bins[PatternAt(image, x + kMargin, y + kMargin, points)]] += 1;
      totals[cell] += 1;
    }
  }
  std::vector<int8_t> values(kLbpDimensions);
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] =
        static_cast<int8_t>(std::lround(127 * std::sqrt(histogram[i] / totals[i / kLbpBins])));
  }
  return values;
}

}  // namespace fusionhub::face_matcher
