// An agency's node: reads its configuration, dials the hub, and drains on SIGTERM.
#include <google/protobuf/stubs/logging.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "agency_node/config.h"
#include "agency_node/node.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/process.h"
#include "rpc/grpc_log.h"
#include "rpc/tls13.h"

namespace fusionhub::agency_node {
namespace {

int Complain(const absl::Status& status, int code) {
  std::cerr << "agency_node: " << status.message() << "\n";
  return code;
}

int Serve(const Config& config, NodeInputs inputs) {
  SystemClock clock;
  absl::StatusOr<std::unique_ptr<Node>> node = Node::Start(config, std::move(inputs), clock);
  if (!node.ok()) return Complain(node.status(), kExitStartFailed);
  const nlohmann::json ports = {{"metrics", (*node)->metrics_port()},
                                {"plates", (*node)->plates_port()}};
  if (const absl::Status written = WritePortFile(config.port_file, ports.dump()); !written.ok()) {
    return Complain(written, kExitStartFailed);
  }
  Log(LogLevel::kInfo, "serving", "the node serves", {{"test_mode", config.test_mode}});
  WaitForStop();
  Log(LogLevel::kInfo, "draining", "the node stops");
  (*node)->Drain();
  return kExitOk;
}

int Main(int argc, char** argv) {
  CLI::App app(
      "fusionhub agency node: an agency's own server. Exit codes: 0 stopped in order, 1 cannot "
      "start, 2 usage, 3 configuration or policy has mistakes.");
  std::string path;
  bool check = false;
  app.add_option("--config", path, "The node's YAML configuration (docs/agency_node.md)")
      ->required();
  app.add_flag("--check-config", check, "Check configuration, policy and keys, then exit");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  SetLogComponent("agency_node");
  if (const absl::Status ready = PrepareProcess(); !ready.ok()) {
    return Complain(ready, kExitStartFailed);
  }
  rpc::RouteGrpcLog();
  // libprotobuf would write what peers send that is not UTF-8 to stderr.
  google::protobuf::SetLogHandler(nullptr);
  if (const absl::Status tls = rpc::RequireTls13(); !tls.ok()) {
    return Complain(tls, kExitStartFailed);
  }
  const absl::StatusOr<Config> config = LoadConfig(path);
  if (!config.ok()) return Complain(config.status(), kExitBadConfig);
  absl::StatusOr<NodeInputs> inputs = LoadInputs(*config);
  if (!inputs.ok()) return Complain(inputs.status(), kExitBadConfig);
  if (check) {
    std::cout << "configuration, policy and keys are good\n";
    return kExitOk;
  }
  return Serve(*config, *std::move(inputs));
}

}  // namespace
}  // namespace fusionhub::agency_node

int main(int argc, char** argv) { return fusionhub::agency_node::Main(argc, argv); }
