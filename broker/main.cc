// The hub's broker: reads its configuration, starts, and drains on SIGTERM.
#include <google/protobuf/stubs/logging.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "audit/note.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/process.h"
#include "broker/config.h"
#include "broker/server.h"
#include "policy/decide.h"
#include "rpc/grpc_log.h"
#include "rpc/tls13.h"

namespace fusionhub::broker {
namespace {

int Complain(const absl::Status& status, int code) {
  std::cerr << "broker: " << status.message() << "\n";
  return code;
}

// What nodes and clients need to verify this hub: public keys only.
int PrintKeys(const Config& config, const BrokerInputs& inputs) {
  const absl::StatusOr<audit::VerifierKey> key = audit::VerifierKey::Create(
      config.log.origin, audit::KeyType::kEd25519, inputs.log_key->public_key());
  if (!key.ok()) return Complain(key.status(), kExitBadConfig);
  const nlohmann::json keys = {{"log_verifier_key", key->ToText()},
                               {"statement_key", inputs.statement_key->public_key().ToText()}};
  std::cout << keys.dump() << "\n";
  return kExitOk;
}

int Serve(const Config& config, BrokerInputs inputs) {
  SystemClock clock;
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(config, std::move(inputs), clock, policy::Decide);
  if (!server.ok()) return Complain(server.status(), kExitStartFailed);
  const nlohmann::json ports = {{"grpc", (*server)->grpc_port()},
                                {"metrics", (*server)->metrics_port()}};
  if (const absl::Status written = WritePortFile(config.port_file, ports.dump()); !written.ok()) {
    return Complain(written, kExitStartFailed);
  }
  Log(LogLevel::kInfo, "serving", "the broker serves",
      {{"port", int64_t{(*server)->grpc_port()}}, {"test_mode", config.test_mode}});
  WaitForStop();
  Log(LogLevel::kInfo, "draining", "the broker stops");
  (*server)->Drain();
  return kExitOk;
}

int Main(int argc, char** argv) {
  CLI::App app(
      "fusionhub broker: the hub's server. Exit codes: 0 stopped in order, 1 cannot start, "
      "2 usage, 3 configuration or policy has mistakes.");
  std::string path;
  bool check = false;
  bool print_keys = false;
  app.add_option("--config", path, "The broker's YAML configuration (docs/broker.md)")->required();
  app.add_flag("--check-config", check, "Check configuration, policy and keys, then exit");
  app.add_flag("--print-keys", print_keys,
               "Print the public keys that nodes and clients pin, then exit");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  SetLogComponent("broker");
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
  absl::StatusOr<BrokerInputs> inputs = LoadInputs(*config);
  if (!inputs.ok()) return Complain(inputs.status(), kExitBadConfig);
  if (print_keys) return PrintKeys(*config, *inputs);
  if (check) {
    std::cout << "configuration, policy and keys are good\n";
    return kExitOk;
  }
  return Serve(*config, *std::move(inputs));
}

}  // namespace
}  // namespace fusionhub::broker

int main(int argc, char** argv) { return fusionhub::broker::Main(argc, argv); }
