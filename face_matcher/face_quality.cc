// Plain statistics of the aligned face and of where it lies in the image.
#include "face_matcher/face_quality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <numbers>

#include "absl/strings/string_view.h"

namespace fusionhub::face_matcher {
namespace {

// Names as OFIQ writes them, from 0x41 on.
constexpr std::array<absl::string_view, 28> kNames = {"UnifiedQualityScore",
                                                      "BackgroundUniformity",
                                                      "IlluminationUniformity",
                                                      "LuminanceMean",
                                                      "LuminanceVariance",
                                                      "UnderExposurePrevention",
                                                      "OverExposurePrevention",
                                                      "DynamicRange",
                                                      "Sharpness",
                                                      "CompressionArtifacts",
                                                      "NaturalColour",
                                                      "SingleFacePresent",
                                                      "EyesOpen",
                                                      "MouthClosed",
                                                      "EyesVisible",
                                                      "MouthOcclusionPrevention",
                                                      "FaceOcclusionPrevention",
                                                      "InterEyeDistance",
                                                      "HeadSize",
                                                      "LeftwardCropOfTheFaceImage",
                                                      "RightwardCropOfTheFaceImage",
                                                      "MarginAboveOfTheFaceImage",
                                                      "MarginBelowOfTheFaceImage",
                                                      "HeadPoseYaw",
                                                      "HeadPosePitch",
                                                      "HeadPoseRoll",
                                                      "ExpressionNeutrality",
                                                      "NoHeadCoverings"};
constexpr uint16_t kFirstCode = 0x41;

using Histogram = std::array<double, 256>;

Histogram Shares(const GrayImage& image) {
  Histogram shares{};
  for (const uint8_t pixel : image.pixels) shares[pixel] += 1.0;
  for (double& share : shares) share /= static_cast<double>(image.pixels.size());
  return shares;
}

double Between(const Histogram& shares, int from, int to) {
  double sum = 0;
  for (int i = from; i <= to; ++i) sum += shares[i];
  return sum;
}

double Mean(const Histogram& shares) {
  double mean = 0;
  for (int i = 0; i < 256; ++i) mean += i * shares[i];
  return mean;
}

double Variance(const Histogram& shares, double mean) {
  double variance = 0;
  for (int i = 0; i < 256; ++i) variance += (i - mean) * (i - mean) * shares[i];
  return variance;
}

double EntropyBits(const Histogram& shares) {
  double bits = 0;
  for (const double share : shares) bits -= share > 0 ? share * std::log2(share) : 0;
  return bits;
}

// Variance of the Laplacian: small for a blurred face.
double Sharpness(const GrayImage& image) {
  const auto at = [&image](uint32_t x, uint32_t y) {
    return static_cast<double>(image.pixels[static_cast<size_t>(y) * image.width + x]);
  };
  double sum = 0;
  double squares = 0;
  size_t count = 0;
  for (uint32_t y = 1; y + 1 < image.height; ++y) {
    for (uint32_t x = 1; x + 1 < image.width; ++x) {
      const double value = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4 * at(x, y);
      sum += value;
      squares += value * value;
      ++count;
    }
  }
  const double mean = sum / static_cast<double>(count);
  return squares / static_cast<double>(count) - mean * mean;
}

// 1 when both halves of the face are equally bright.
double IlluminationUniformity(const GrayImage& image) {
  double left = 0;
  double right = 0;
  for (uint32_t y = 0; y < image.height; ++y) {
    const uint8_t* row = image.pixels.data() + static_cast<size_t>(y) * image.width;
    for (uint32_t x = 0; x < image.width; ++x) (x < image.width / 2 ? left : right) += row[x];
  }
  return left + right == 0 ? 0 : 1 - std::abs(left - right) / (left + right);
}

void MeasureGeometry(const FaceGeometry& geometry, std::map<uint16_t, double>& values) {
  const FaceBox& face = geometry.face;
  const double width = face.width;
  const double height = face.height;
  values[0x52] = std::hypot(geometry.eye_dx, geometry.eye_dy);
  values[0x53] = height / geometry.image_height;
  values[0x54] = face.x / width;
  values[0x55] = (geometry.image_width - face.x - width) / width;
  values[0x56] = face.y / height;
  values[0x57] = (geometry.image_height - face.y - height) / height;
  if (geometry.eyes_located) {
    values[0x5A] = std::atan2(geometry.eye_dy, geometry.eye_dx) * 180 / std::numbers::pi;
  } else {
    values.erase(0x52);
  }
}

}  // namespace

std::vector<QualityMeasure> MeasureQuality(const GrayImage& aligned, const FaceGeometry& geometry) {
  const Histogram shares = Shares(aligned);
  std::map<uint16_t, double> values;
  values[0x43] = IlluminationUniformity(aligned);
  values[0x44] = Mean(shares);
  values[0x45] = Variance(shares, values[0x44]);
  values[0x46] = 1 - Between(shares, 0, 25);
  values[0x47] = 1 - Between(shares, 247, 255);
  values[0x48] = EntropyBits(shares);
  values[0x49] = Sharpness(aligned);
  values[0x4C] = 1;  // several faces are refused before anything is measured
  MeasureGeometry(geometry, values);
  std::vector<QualityMeasure> measures;
  for (size_t i = 0; i < kNames.size(); ++i) {
    QualityMeasure measure;
    measure.code = static_cast<uint16_t>(kFirstCode + i);
    measure.name = std::string(kNames[i]);
    const auto found = values.find(measure.code);
    if (found != values.end()) measure.value = found->second;
    measures.push_back(std::move(measure));
  }
  return measures;
}

}  // namespace fusionhub::face_matcher
