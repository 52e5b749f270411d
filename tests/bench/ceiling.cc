// The model. docs/benchmarks.md says the same in words.
#include "tests/bench/ceiling.h"

#include <algorithm>

namespace fusionhub::bench {
namespace {

// INTENT; RELEASE of every owner, at best in one batch; CLOSE.
constexpr double kCommits = 3;
// agency_node::Config::workers: orders of one node that can share a write.
constexpr int kNodeWorkers = 4;

// CPU of one question, all parties together.
double CpuMs(const Primitives& p, const Setting& s) {
  const double n = s.nodes;
  const double shared = 1.0 / s.clients;
  const double served_shared = 1.0 / std::min(s.clients, kNodeWorkers);
  const double assertions = (1 + n) * p.assertion.cpu_ms;    // the hub and every node
  const double decisions = (n + 2 * n) * p.decision.cpu_ms;  // the node at two times
  const double seals = (n + 2) * p.seal.cpu_ms;              // INTENT, RELEASEs, CLOSE
  // The completeness statement; checkpoints; answers in batches and cosignatures.
  const double signs = (1 + kCommits * shared + 2 * n * shared) * p.sign.cpu_ms;
  // Every answer at the hub; checkpoints at the nodes and their cosignatures at the hub.
  const double verifies = (n + 2 * n * shared) * p.verify.cpu_ms;
  const double syncs = kCommits * shared * (s.sync.store.cpu_ms + s.sync.file.cpu_ms) +
                       n * (shared + served_shared) * s.sync.store.cpu_ms;
  return s.bare_cpu_ms + assertions + decisions + seals + signs + verifies + syncs;
}

// The longest chain of one question on an idle machine: nodes work at once as far as cores go.
double LatencyMs(const Primitives& p, const Setting& s) {
  const double n = s.nodes;
  const double turns = n / std::min(s.nodes, s.cores);
  const double nodes_sync = 1000.0 * n / s.sync.parallel_per_second;  // all nodes, once
  const double hub_before = p.assertion.cpu_ms + n * p.decision.cpu_ms + p.seal.cpu_ms;
  const double node =
      turns * (p.verify.cpu_ms + p.assertion.cpu_ms + 2 * p.decision.cpu_ms + p.sign.cpu_ms) +
      2 * nodes_sync;  // keep the checkpoint, mark as served
  const double hub_after =
      turns * (p.verify.cpu_ms + p.seal.cpu_ms) + p.sign.cpu_ms + p.seal.cpu_ms;
  const double commits = kCommits * (s.sync.store.wall_ms + s.sync.file.wall_ms + p.sign.cpu_ms);
  return s.bare_latency_ms + hub_before + node + hub_after + commits;
}

double Syncs(const Setting& s) {
  const double shared = 1.0 / s.clients;
  const double file_as_syncs = s.sync.file.wall_ms / s.sync.store.wall_ms;
  return kCommits * shared * (1 + file_as_syncs) +
         s.nodes * (shared + 1.0 / std::min(s.clients, kNodeWorkers));
}

}  // namespace

double Ceiling::Rate() const { return std::min({by_cpu, by_latency, by_disk}); }

const char* Ceiling::Bound() const {
  if (Rate() == by_cpu) return "cpu";
  return Rate() == by_latency ? "latency" : "disk";
}

Ceiling ComputeCeiling(const Primitives& primitives, const Setting& setting) {
  Ceiling c;
  c.cpu_ms = CpuMs(primitives, setting);
  c.latency_ms = LatencyMs(primitives, setting);
  c.syncs = Syncs(setting);
  c.by_cpu = 1000.0 * setting.cores / c.cpu_ms;
  c.by_latency = 1000.0 * setting.clients / c.latency_ms;
  c.by_disk = setting.sync.parallel_per_second / c.syncs;
  return c;
}

}  // namespace fusionhub::bench
