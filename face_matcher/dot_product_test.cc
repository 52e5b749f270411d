// Every kernel gives the scalar kernel's integers.
#include "face_matcher/dot_product.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

namespace fusionhub::face_matcher {
namespace {

using Aligned = std::unique_ptr<int8_t[], decltype(&std::free)>;

Aligned Rows(size_t bytes) {
  return {static_cast<int8_t*>(std::aligned_alloc(kRowAlignment, bytes)), &std::free};
}

void ExpectAllKernelsAgree(const int8_t* probe, const int8_t* rows, size_t stride, size_t count) {
  std::vector<int32_t> expected(count);
  DotRows(DotKernel::kScalar, probe, rows, stride, count, expected.data());
  for (const DotKernel kernel : SupportedDotKernels()) {
    std::vector<int32_t> scores(count, -1);
    DotRows(kernel, probe, rows, stride, count, scores.data());
    EXPECT_EQ(scores, expected) << static_cast<int>(kernel) << " stride " << stride;
  }
}

TEST(DotProductTest, KernelsAgreeOnRandomRows) {
  std::mt19937_64 random(7);
  for (const size_t stride : {64u, 128u, 512u, 2944u}) {
    constexpr size_t kCount = 50;
    const Aligned probe = Rows(stride);
    const Aligned rows = Rows(stride * kCount);
    for (size_t i = 0; i < stride; ++i) probe[i] = static_cast<int8_t>(random() % 255 - 127);
    for (size_t i = 0; i < stride * kCount; ++i)
      rows[i] = static_cast<int8_t>(random() % 255 - 127);
    ExpectAllKernelsAgree(probe.get(), rows.get(), stride, kCount);
  }
}

TEST(DotProductTest, KernelsAgreeAtTheExtremes) {
  constexpr size_t kStride = 2944;
  const Aligned probe = Rows(kStride);
  const Aligned rows = Rows(kStride);
  for (const int a : {-127, 127}) {
    for (const int b : {-127, 0, 127}) {
      std::fill_n(probe.get(), kStride, static_cast<int8_t>(a));
      std::fill_n(rows.get(), kStride, static_cast<int8_t>(b));
      ExpectAllKernelsAgree(probe.get(), rows.get(), kStride, 1);
      int32_t score = 0;
      DotRows(SupportedDotKernels().back(), probe.get(), rows.get(), kStride, 1, &score);
      EXPECT_EQ(score, a * b * static_cast<int>(kStride));
    }
  }
}

}  // namespace
}  // namespace fusionhub::face_matcher
