// What the parts of a question cost on this machine, each alone. Benchmark only.
#ifndef FUSIONHUB_TESTS_BENCH_PRIMITIVES_H_
#define FUSIONHUB_TESTS_BENCH_PRIMITIVES_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "storage/store.h"
#include "tests/bench/bench_region.h"

namespace fusionhub::bench {

// Milliseconds of one operation: CPU of the thread that does it, and by the wall clock.
struct Cost {
  double cpu_ms = 0;
  double wall_ms = 0;
};

struct Primitives {
  Cost assertion;  // one signed question: parse, ES256 assertion, all its claims
  Cost decision;   // one owner, one time
  Cost seal;       // one log entry: commit, encrypt, wrap, encode
  Cost sign;       // Ed25519
  Cost verify;     // Ed25519
  Cost rpc;        // one unary call over mutual TLS, client and server (cpu: of both)
};

Primitives MeasurePrimitives(BenchRegion& region);

// What it costs to have something on disk. A disk's speed changes with what else the machine does,
// so this is measured between the rounds of the load, and means are taken.
struct SyncCosts {
  Cost store;  // RocksDB: one small batch, on disk when it returns
  Cost file;   // one small file replaced, on disk when it returns (the log's signer state)
  double parallel_per_second = 0;  // writes of as many stores at once as there are nodes
};

class SyncProbe {
 public:
  explicit SyncProbe(BenchRegion& region);
  void Round();  // 0.6 s
  SyncCosts Costs() const;

 private:
  std::string path_;
  std::vector<std::unique_ptr<storage::Store>> stores_;
  std::atomic<uint64_t> number_{0};
  int rounds_ = 0;
  SyncCosts sum_;
};

}  // namespace fusionhub::bench

#endif  // FUSIONHUB_TESTS_BENCH_PRIMITIVES_H_
