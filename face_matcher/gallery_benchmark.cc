// The exact scan against what the memory can deliver: items are faces, bytes are template bytes
// read.
#include <benchmark/benchmark.h>
#include <immintrin.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "face_matcher/dot_product.h"
#include "face_matcher/fake_engine.h"
#include "face_matcher/gallery.h"
#include "face_matcher/gallery_segment.h"

namespace fusionhub::face_matcher {
namespace {

constexpr size_t kDimensions = 2891;  // of LBP-BASELINE
constexpr size_t kStride = 2944;

void BM_GallerySearch(benchmark::State& state) {
  const auto faces = static_cast<size_t>(state.range(0));
  const FakeEngine engine("m", kDimensions);
  Gallery gallery("m", kDimensions);
  std::mt19937_64 random(1);
  for (size_t i = 0; i < faces; ++i) {
    const std::string id = absl::StrCat(i);
    const std::string image = FakeEngine::RandomImage(random, kDimensions);
    if (!gallery.Insert(id, id, *engine.CreateEnrollTemplate(image, std::nullopt)).ok())
      std::abort();
  }
  const SearchTemplate probe =
      *engine.CreateSearchTemplate(FakeEngine::RandomImage(random, kDimensions), std::nullopt);
  for (auto _ : state) benchmark::DoNotOptimize(gallery.Search(probe, 20));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(faces));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(faces * kStride));
}
BENCHMARK(BM_GallerySearch)->Arg(1000)->Arg(10000)->Arg(100000)->Unit(benchmark::kMillisecond);

// Adds up `bytes` bytes with the widest loads that every AVX2 machine has.
__attribute__((target("avx2"))) int64_t SumAvx2(const int8_t* memory, size_t bytes) {
  __m256i sums[4] = {};
  for (size_t i = 0; i + 128 <= bytes; i += 128) {
    for (size_t lane = 0; lane < 4; ++lane) {
      const auto* from = reinterpret_cast<const __m256i*>(memory + i + lane * 32);
      sums[lane] = _mm256_add_epi64(sums[lane], _mm256_load_si256(from));
    }
  }
  const __m256i sum =
      _mm256_add_epi64(_mm256_add_epi64(sums[0], sums[1]), _mm256_add_epi64(sums[2], sums[3]));
  return _mm256_extract_epi64(sum, 0) + _mm256_extract_epi64(sum, 1);
}

// The limit: one thread reads as many bytes and does next to nothing with them.
void BM_ReadMemory(benchmark::State& state) {
  if (!__builtin_cpu_supports("avx2")) {
    state.SkipWithError("not supported by this processor");
    return;
  }
  const auto rows = static_cast<size_t>(state.range(0));
  const auto memory = GallerySegment::Create(kStride, rows);
  if (!memory.ok()) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(SumAvx2(memory->row(0), kStride * rows));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kStride * rows));
}
BENCHMARK(BM_ReadMemory)->Arg(1000)->Arg(10000)->Arg(100000)->Unit(benchmark::kMillisecond);

void BM_DotKernel(benchmark::State& state) {
  const std::vector<DotKernel> kernels = SupportedDotKernels();
  const auto index = static_cast<size_t>(state.range(0));
  if (index >= kernels.size()) {
    state.SkipWithError("not supported by this processor");
    return;
  }
  constexpr size_t kRows = 256;
  const std::unique_ptr<int8_t, decltype(&std::free)> rows(
      static_cast<int8_t*>(std::aligned_alloc(kRowAlignment, kStride * (kRows + 1))), &std::free);
  std::memset(rows.get(), 3, kStride * (kRows + 1));
  std::vector<int32_t> scores(kRows);
  for (auto _ : state) {
    DotRows(kernels[index], rows.get(), rows.get() + kStride, kStride, kRows, scores.data());
    benchmark::DoNotOptimize(scores.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kStride * kRows));
}
BENCHMARK(BM_DotKernel)->DenseRange(0, 2);

}  // namespace
}  // namespace fusionhub::face_matcher
