// Integer dot products of int8 rows: one answer, whatever the processor.
#ifndef FUSIONHUB_FACE_MATCHER_DOT_PRODUCT_H_
#define FUSIONHUB_FACE_MATCHER_DOT_PRODUCT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fusionhub::face_matcher {

// Rows are padded with zeros to a multiple of this and begin at such an address.
inline constexpr size_t kRowAlignment = 64;
// Keeps every sum inside 32 bits: 127 * 127 * 2^17 < 2^31.
inline constexpr size_t kMaxRowStride = size_t{1} << 17;

enum class DotKernel { kScalar, kSsse3, kAvx2 };

// The kernels that this processor can run, the fastest last.
std::vector<DotKernel> SupportedDotKernels();

// scores[i] = dot(probe, row i) for `count` rows at `rows`, `stride` bytes apart. Values are in
// -127..127 (the SIMD kernels need that -128 does not occur); `probe` has `stride` values, aligned
// like the rows. All kernels give the same integers.
void DotRows(DotKernel kernel, const int8_t* probe, const int8_t* rows, size_t stride, size_t count,
             int32_t* scores);

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_DOT_PRODUCT_H_
