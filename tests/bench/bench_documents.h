// The policy documents of the benchmark's made-up region. Benchmark only.
#ifndef FUSIONHUB_TESTS_BENCH_BENCH_DOCUMENTS_H_
#define FUSIONHUB_TESTS_BENCH_BENCH_DOCUMENTS_H_

#include <string>

#include "absl/time/time.h"
#include "policy/test_region.h"

namespace fusionhub::bench {

inline constexpr char kRegion[] = "bench";
inline constexpr char kAsker[] = "asker_pd";
inline constexpr char kNode[] = "node-1";
inline constexpr char kPurpose[] = "B-vehicle";

// "owner_00", "owner_01", ...
std::string OwnerName(int index);

// Vocabulary, authority, one agency per owner with one agreement and its audit rules, and the
// asking agency, whose identity provider has `jwks`. All agreements are signed at `signed_at`.
policy::TestRegion BenchDocuments(int owners, const std::string& jwks, absl::Time signed_at);

}  // namespace fusionhub::bench

#endif  // FUSIONHUB_TESTS_BENCH_BENCH_DOCUMENTS_H_
