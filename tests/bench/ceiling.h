// The most questions a second that the primitives allow. Benchmark only.
#ifndef FUSIONHUB_TESTS_BENCH_CEILING_H_
#define FUSIONHUB_TESTS_BENCH_CEILING_H_

#include "tests/bench/primitives.h"

namespace fusionhub::bench {

struct Setting {
  int nodes = 0;
  int clients = 0;
  int cores = 0;
  double bare_cpu_ms = 0;      // of one bare fan-out with this many nodes and clients
  double bare_latency_ms = 0;  // median of one bare fan-out with this many nodes and one client
  SyncCosts sync;              // measured between the rounds of this cell
};

// Three bounds in questions a second; the ceiling is the least of them. Work that questions can
// share (a commit, a checkpoint, a batch's signature) is counted as if all that are open shared it,
// so no bound is too low for want of batching.
struct Ceiling {
  double cpu_ms = 0;      // CPU that one question needs
  double latency_ms = 0;  // time that one question needs on an idle machine
  double syncs = 0;       // synced writes that one question needs
  double by_cpu = 0;
  double by_latency = 0;
  double by_disk = 0;
  double Rate() const;
  const char* Bound() const;  // "cpu", "latency" or "disk"
};

Ceiling ComputeCeiling(const Primitives& primitives, const Setting& setting);

}  // namespace fusionhub::bench

#endif  // FUSIONHUB_TESTS_BENCH_CEILING_H_
