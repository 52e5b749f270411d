// How long a decision takes, and compiling a region.
#include <benchmark/benchmark.h>

#include "policy/decide.h"
#include "policy/stl_requests.h"

namespace fusionhub::policy {
namespace {

void BM_Permit(benchmark::State& state) {
  const auto policy = StlRegion().Compile();
  const Request request = FaceRequest();
  const absl::Time now = Now();
  for (auto _ : state) {
    benchmark::DoNotOptimize(Decide(*policy, request, now, Side::kOwner));
  }
}
BENCHMARK(BM_Permit);

void BM_Refuse(benchmark::State& state) {
  const auto policy = StlRegion().Compile();
  const Request request = By("stl_emergency", FaceRequest());
  const absl::Time now = Now();
  for (auto _ : state) {
    benchmark::DoNotOptimize(Decide(*policy, request, now, Side::kOwner));
  }
}
BENCHMARK(BM_Refuse);

void BM_PlateIndex(benchmark::State& state) {
  const auto policy = StlRegion().Compile();
  const Request request = IndexRequest();
  const absl::Time now = Now();
  for (auto _ : state) {
    benchmark::DoNotOptimize(Decide(*policy, request, now, Side::kOwner));
  }
}
BENCHMARK(BM_PlateIndex);

void BM_Compile(benchmark::State& state) {
  const TestRegion region = StlRegion();
  for (auto _ : state) benchmark::DoNotOptimize(Policy::Compile(region.Files()));
}
BENCHMARK(BM_Compile);

}  // namespace
}  // namespace fusionhub::policy
