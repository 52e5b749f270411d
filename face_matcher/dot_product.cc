// Three kernels with one result. The SIMD ones multiply |probe| with the row's values under the
// probe's sign: a pair of products is at most 2 * 127 * 127 = 32,258, so the saturating
// multiply-add never saturates.
#include "face_matcher/dot_product.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace fusionhub::face_matcher {
namespace {

int32_t DotScalar(const int8_t* probe, const int8_t* row, size_t stride) {
  int32_t sum = 0;
  for (size_t i = 0; i < stride; ++i) sum += int32_t{probe[i]} * int32_t{row[i]};
  return sum;
}

#if defined(__x86_64__)
__attribute__((target("ssse3"))) int32_t DotSsse3(const int8_t* probe, const int8_t* row,
                                                  size_t stride) {
  const __m128i ones = _mm_set1_epi16(1);
  __m128i sum0 = _mm_setzero_si128();
  __m128i sum1 = _mm_setzero_si128();
  for (size_t i = 0; i < stride; i += 32) {
    const __m128i p0 = _mm_load_si128(reinterpret_cast<const __m128i*>(probe + i));
    const __m128i p1 = _mm_load_si128(reinterpret_cast<const __m128i*>(probe + i + 16));
    const __m128i r0 = _mm_load_si128(reinterpret_cast<const __m128i*>(row + i));
    const __m128i r1 = _mm_load_si128(reinterpret_cast<const __m128i*>(row + i + 16));
    const __m128i m0 = _mm_maddubs_epi16(_mm_abs_epi8(p0), _mm_sign_epi8(r0, p0));
    const __m128i m1 = _mm_maddubs_epi16(_mm_abs_epi8(p1), _mm_sign_epi8(r1, p1));
    sum0 = _mm_add_epi32(sum0, _mm_madd_epi16(m0, ones));
    sum1 = _mm_add_epi32(sum1, _mm_madd_epi16(m1, ones));
  }
  __m128i sum = _mm_add_epi32(sum0, sum1);
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(1, 0, 3, 2)));
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(2, 3, 0, 1)));
  return _mm_cvtsi128_si32(sum);
}

__attribute__((target("avx2"))) int32_t DotAvx2(const int8_t* probe, const int8_t* row,
                                                size_t stride) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i sum0 = _mm256_setzero_si256();
  __m256i sum1 = _mm256_setzero_si256();
  for (size_t i = 0; i < stride; i += 64) {
    const __m256i p0 = _mm256_load_si256(reinterpret_cast<const __m256i*>(probe + i));
    const __m256i p1 = _mm256_load_si256(reinterpret_cast<const __m256i*>(probe + i + 32));
    const __m256i r0 = _mm256_load_si256(reinterpret_cast<const __m256i*>(row + i));
    const __m256i r1 = _mm256_load_si256(reinterpret_cast<const __m256i*>(row + i + 32));
    const __m256i m0 = _mm256_maddubs_epi16(_mm256_abs_epi8(p0), _mm256_sign_epi8(r0, p0));
    const __m256i m1 = _mm256_maddubs_epi16(_mm256_abs_epi8(p1), _mm256_sign_epi8(r1, p1));
    sum0 = _mm256_add_epi32(sum0, _mm256_madd_epi16(m0, ones));
    sum1 = _mm256_add_epi32(sum1, _mm256_madd_epi16(m1, ones));
  }
  const __m256i wide = _mm256_add_epi32(sum0, sum1);
  __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(1, 0, 3, 2)));
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(2, 3, 0, 1)));
  return _mm_cvtsi128_si32(sum);
}
#endif

using DotFunction = int32_t (*)(const int8_t*, const int8_t*, size_t);

DotFunction FunctionOf(DotKernel kernel) {
#if defined(__x86_64__)
  if (kernel == DotKernel::kAvx2) return DotAvx2;
  if (kernel == DotKernel::kSsse3) return DotSsse3;
#endif
  return DotScalar;
}

}  // namespace

std::vector<DotKernel> SupportedDotKernels() {
  std::vector<DotKernel> kernels = {DotKernel::kScalar};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("ssse3")) kernels.push_back(DotKernel::kSsse3);
  if (__builtin_cpu_supports("avx2")) kernels.push_back(DotKernel::kAvx2);
#endif
  return kernels;
}

void DotRows(DotKernel kernel, const int8_t* probe, const int8_t* rows, size_t stride, size_t count,
             int32_t* scores) {
  const DotFunction dot = FunctionOf(kernel);
  for (size_t i = 0; i < count; ++i) scores[i] = dot(probe, rows + i * stride, stride);
}

}  // namespace fusionhub::face_matcher
