// One question through 1, 4 and 16 nodes: the hub beside a bare fan-out, and the ceiling that the
// primitives of the same run allow (docs/benchmarks.md).
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rpc/grpc_log.h"
#include "rpc/tls13.h"
#include "tests/bench/bare_fan_out.h"
#include "tests/bench/hub_under_test.h"
#include "tests/bench/report.h"

namespace fusionhub::bench {
namespace {

struct Flags {
  std::string folder;
  std::string json;
  std::string revision = "unknown";
  std::vector<int> nodes = {1, 4, 16};
  std::vector<int> clients = {1, 16};
  int rounds = 3;
  double seconds = 2;
  bool hub_only = false;  // for a profiler
};

// Signed before the clock starts. The hub takes a question once; for the bare fan-out, which does
// not look, a few are enough.
std::vector<v1::SignedQuery> QuestionsFor(BenchRegion& region, bool unique, double count) {
  constexpr size_t kFew = 100;
  const auto wanted = static_cast<size_t>(std::ceil(count)) + kFew;
  std::vector<v1::SignedQuery> questions =
      region.Questions(static_cast<int>(unique ? wanted : kFew));
  while (questions.size() < wanted) questions.push_back(questions[questions.size() - kFew]);
  return questions;
}

// One of the two that are compared.
class Side {
 public:
  Side(BenchRegion& region, int port, int clients, bool unique)
      : region_(region), load_(region, port, clients), unique_(unique) {
    load_.AskOnce();
    // The warm-up. The hub does not reach this rate.
    rate_ =
        load_.Run(absl::Seconds(1), QuestionsFor(region_, unique_, unique ? 3000 : 30000)).Rate();
  }
  void Round(double seconds) {
    sample_.Add(
        load_.Run(absl::Seconds(seconds), QuestionsFor(region_, unique_, 2 * rate_ * seconds)));
    rate_ = std::max(rate_, sample_.Rate());
  }
  const Sample& sample() const { return sample_; }

 private:
  BenchRegion& region_;
  Load load_;
  const bool unique_;
  double rate_ = 0;
  Sample sample_;
};

// Rounds of both sides take turns, so that what else the machine does meets both.
Cell MeasureCell(BenchRegion& region, int hub_port, int bare_port, int clients,
                 const Flags& flags) {
  Side hub(region, hub_port, clients, /*unique=*/true);
  if (flags.hub_only) {
    hub.Round(flags.seconds);
    return {};
  }
  Side bare(region, bare_port, clients, /*unique=*/false);
  SyncProbe probe(region);
  for (int i = 0; i < flags.rounds; ++i) {
    hub.Round(flags.seconds);
    bare.Round(flags.seconds);
    probe.Round();
  }
  Cell cell;
  cell.setting.nodes = region.owners();
  cell.setting.clients = clients;
  cell.setting.sync = probe.Costs();
  cell.hub = hub.sample();
  cell.bare = bare.sample();
  return cell;
}

void MeasureNodes(int nodes, const Flags& flags, Report& report) {
  BenchRegion region(absl::StrCat(flags.folder, "/nodes_", nodes), nodes);
  HubUnderTest hub(region);
  const Transcript model = Load(region, hub.port(), 1).AwaitAllOwners();
  BareFanOut bare(region, model);
  for (const int clients : flags.clients) {
    std::cerr << "measuring " << nodes << " nodes, " << clients << " clients\n";
    report.cells.push_back(MeasureCell(region, hub.port(), bare.port(), clients, flags));
  }
}

// Needs the bare fan-out's figures: with as many clients for CPU, with one for latency.
void AddCeilings(Report& report) {
  std::map<int, double> latency;
  for (const Cell& cell : report.cells) {
    if (cell.setting.clients == 1) latency[cell.setting.nodes] = cell.bare.Percentile(0.5);
  }
  for (Cell& cell : report.cells) {
    cell.setting.cores = report.machine.cores;
    cell.setting.bare_cpu_ms = cell.bare.CpuMs();
    cell.setting.bare_latency_ms = latency[cell.setting.nodes];
    cell.ceiling = ComputeCeiling(report.primitives, cell.setting);
  }
}

int Main(int argc, char** argv) {
  CLI::App app("fusionhub fan-out benchmark (docs/benchmarks.md)");
  Flags flags;
  app.add_option("--folder", flags.folder, "An empty folder on the disk to measure")->required();
  app.add_option("--json", flags.json, "Also write the results here");
  app.add_option("--revision", flags.revision, "Git revision, for the report");
  app.add_option("--nodes", flags.nodes, "Numbers of nodes")->delimiter(',');
  app.add_option("--clients", flags.clients, "Numbers of clients; must hold 1")->delimiter(',');
  app.add_option("--rounds", flags.rounds, "Rounds of each side in each cell");
  app.add_option("--seconds", flags.seconds, "Length of a round, at most 10");
  app.add_flag("--hub-only", flags.hub_only, "Only load the hub, for a profiler; no report");
  CLI11_PARSE(app, argc, argv);
  flags.seconds = std::min(flags.seconds, 10.0);
  rpc::RouteGrpcLog();
  CheckOk(rpc::RequireTls13(), "TLS 1.3");
  std::filesystem::create_directories(flags.folder);
  Report report;
  report.machine = ThisMachine(flags.revision, flags.folder);
  if (!flags.hub_only) {
    BenchRegion region(flags.folder + "/primitives", flags.nodes.back());
    report.primitives = MeasurePrimitives(region);
  }
  for (const int nodes : flags.nodes) MeasureNodes(nodes, flags, report);
  if (flags.hub_only) return 0;
  AddCeilings(report);
  report.machine.load_after = LoadAverage();
  std::cout << ToText(report) << std::flush;
  if (!flags.json.empty()) std::ofstream(flags.json) << ToJson(report);
  return 0;
}

}  // namespace
}  // namespace fusionhub::bench

int main(int argc, char** argv) { return fusionhub::bench::Main(argc, argv); }
