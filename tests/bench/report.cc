// Formats results.
#include "tests/bench/report.h"

#include <sys/vfs.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace fusionhub::bench {
namespace {

constexpr long kTmpfsMagic = 0x01021994;

std::string CpuModel() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(line, absl::MaxSplits(": ", 1));
    if (absl::StartsWith(parts.first, "model name")) return parts.second;
  }
  return "unknown";
}

std::vector<std::pair<std::string, Cost>> Named(const Primitives& p) {
  return {{"assertion check", p.assertion}, {"policy decision", p.decision},
          {"seal one log entry", p.seal},   {"Ed25519 sign", p.sign},
          {"Ed25519 verify", p.verify},     {"unary RPC, mutual TLS", p.rpc}};
}

nlohmann::json ToJson(const SyncCosts& sync) {
  return {{"store_wall_ms", sync.store.wall_ms},
          {"store_cpu_ms", sync.store.cpu_ms},
          {"file_wall_ms", sync.file.wall_ms},
          {"file_cpu_ms", sync.file.cpu_ms},
          {"parallel_per_second", sync.parallel_per_second}};
}

nlohmann::json ToJson(const Sample& s) {
  return {{"questions", s.latency_ms.size()},
          {"per_second", s.Rate()},
          {"p50_ms", s.Percentile(0.5)},
          {"p99_ms", s.Percentile(0.99)},
          {"cpu_ms", s.CpuMs()},
          {"cores_used", s.cpu_s / s.wall_s},
          {"cores_of_others", s.others_s / s.wall_s}};
}

nlohmann::json ToJson(const Cell& cell) {
  const Ceiling& c = cell.ceiling;
  return {{"nodes", cell.setting.nodes},
          {"clients", cell.setting.clients},
          {"hub", ToJson(cell.hub)},
          {"bare", ToJson(cell.bare)},
          {"sync", ToJson(cell.setting.sync)},
          {"ceiling",
           {{"per_second", c.Rate()},
            {"bound", c.Bound()},
            {"by_cpu", c.by_cpu},
            {"by_latency", c.by_latency},
            {"by_disk", c.by_disk},
            {"cpu_ms", c.cpu_ms},
            {"latency_ms", c.latency_ms},
            {"syncs", c.syncs}}},
          {"share_of_ceiling", cell.hub.Rate() / c.Rate()}};
}

void AddSyncs(const Report& report, std::string& out) {
  absl::StrAppend(
      &out,
      "\n| Nodes | Clients | Store write, synced, ms | File replaced, synced, ms | Writes/s of as "
      "many stores as nodes |\n|---|---|---|---|---|\n");
  for (const Cell& cell : report.cells) {
    const SyncCosts& sync = cell.setting.sync;
    absl::StrAppendFormat(&out, "| %d | %d | %.2f | %.2f | %.0f |\n", cell.setting.nodes,
                          cell.setting.clients, sync.store.wall_ms, sync.file.wall_ms,
                          sync.parallel_per_second);
  }
}

}  // namespace

double LoadAverage() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : -1;
}

Machine ThisMachine(const std::string& revision, const std::string& folder) {
  Machine machine;
  machine.revision = revision;
  machine.cpu = CpuModel();
  machine.cores = static_cast<int>(std::thread::hardware_concurrency());
  struct statfs fs {};
  statfs(folder.c_str(), &fs);
  machine.file_system = fs.f_type == kTmpfsMagic ? "tmpfs: fsync costs nothing, figures mean little"
                                                 : absl::StrFormat("disk, type %#x", fs.f_type);
  machine.load_before = LoadAverage();
  return machine;
}

std::string ToText(const Report& report) {
  const Machine& m = report.machine;
  std::string out = absl::StrFormat(
      "revision %s; %d cores, %s; files on %s, synced; load %.1f before, %.1f after\n\n",
      m.revision, m.cores, m.cpu, m.file_system, m.load_before, m.load_after);
  absl::StrAppend(&out, "| Primitive | CPU ms | Wall ms |\n|---|---|---|\n");
  for (const auto& [name, cost] : Named(report.primitives)) {
    absl::StrAppendFormat(&out, "| %s | %.3f | %.3f |\n", name, cost.cpu_ms, cost.wall_ms);
  }
  absl::StrAppend(
      &out,
      "\n| Nodes | Clients | | Questions/s | p50 ms | p99 ms | CPU ms each | Cores used "
      "| by others |\n|---|---|---|---|---|---|---|---|---|\n");
  for (const Cell& cell : report.cells) {
    for (const auto& [name, sample] :
         {std::pair("hub", &cell.hub), std::pair("bare", &cell.bare)}) {
      absl::StrAppendFormat(&out, "| %d | %d | %s | %.0f | %.2f | %.2f | %.2f | %.2f | %.2f |\n",
                            cell.setting.nodes, cell.setting.clients, name, sample->Rate(),
                            sample->Percentile(0.5), sample->Percentile(0.99), sample->CpuMs(),
                            sample->cpu_s / sample->wall_s, sample->others_s / sample->wall_s);
    }
  }
  AddSyncs(report, out);
  absl::StrAppend(
      &out,
      "\n| Nodes | Clients | By CPU | By latency | By disk | Ceiling/s | Hub/s | Share | "
      "CPU ms: model, measured |\n|---|---|---|---|---|---|---|---|---|\n");
  for (const Cell& cell : report.cells) {
    const Ceiling& c = cell.ceiling;
    absl::StrAppendFormat(
        &out, "| %d | %d | %.0f | %.0f | %.0f | %.0f (%s) | %.0f | %.2f | %.2f, %.2f |\n",
        cell.setting.nodes, cell.setting.clients, c.by_cpu, c.by_latency, c.by_disk, c.Rate(),
        c.Bound(), cell.hub.Rate(), cell.hub.Rate() / c.Rate(), c.cpu_ms, cell.hub.CpuMs());
  }
  return out;
}

std::string ToJson(const Report& report) {
  const Machine& m = report.machine;
  nlohmann::json out = {{"revision", m.revision},
                        {"cpu", m.cpu},
                        {"cores", m.cores},
                        {"file_system", m.file_system},
                        {"load_before", m.load_before},
                        {"load_after", m.load_after}};
  for (const auto& [name, cost] : Named(report.primitives)) {
    out["primitives"][name] = {{"cpu_ms", cost.cpu_ms}, {"wall_ms", cost.wall_ms}};
  }
  for (const Cell& cell : report.cells) out["cells"].push_back(ToJson(cell));
  return out.dump(2) + "\n";
}

}  // namespace fusionhub::bench
