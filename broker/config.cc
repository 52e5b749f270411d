// Reads the broker's YAML.
#include "broker/config.h"

#include "base/config_reader.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace fusionhub::broker {
namespace {

constexpr size_t kMaxConfigBytes = 256 * 1024;

void ReadTls(const ConfigReader& file, YamlMapReader& tls, Config& config) {
  config.tls.certificate = file.RequiredPath(tls, "certificate");
  config.tls.key = file.RequiredPath(tls, "key");
  config.tls.ca = file.RequiredPath(tls, "ca");
}

void ReadLog(const ConfigReader& file, YamlMapReader& log, Config& config) {
  config.log.origin = log.RequiredString("origin");
  config.log.key = file.RequiredPath(log, "key");
  config.log.signer_state = file.RequiredPath(log, "signer_state");
  config.log.statement_key = file.RequiredPath(log, "statement_key");
}

void ReadLimits(YamlMapReader& limits, Config& config) {
  Config::Limits& out = config.limits;
  out.queries_in_flight = limits.OptionalInt("queries_in_flight", 1, 10000, out.queries_in_flight);
  out.queries_per_client =
      limits.OptionalInt("queries_per_client", 1, 10000, out.queries_per_client);
  out.connections = limits.OptionalInt("connections", 1, 100000, out.connections);
  out.connections_per_source =
      limits.OptionalInt("connections_per_source", 1, 100000, out.connections_per_source);
}

void ReadTimes(YamlMapReader& times, Config& config) {
  Config::Times& out = config.times;
  out.drain =
      absl::Seconds(times.OptionalInt("drain_seconds", 1, 120, absl::ToInt64Seconds(out.drain)));
  out.heartbeat = absl::Seconds(
      times.OptionalInt("heartbeat_seconds", 1, 300, absl::ToInt64Seconds(out.heartbeat)));
}

void ReadTop(ConfigReader& file, YamlMapReader& top, Config& config) {
  config.region = top.RequiredString("region");
  config.test_mode = top.OptionalBool("test_mode", false);
  config.data_dir = file.RequiredPath(top, "data_dir");
  config.policy_dir = file.RequiredPath(top, "policy_dir");
  config.listen = top.RequiredString("listen");
  config.metrics = top.RequiredString("metrics");
  config.port_file = file.Resolve(top.OptionalString("port_file"));
  file.Section(top, "tls", true, [&](YamlMapReader& tls) { ReadTls(file, tls, config); });
  file.Section(top, "log", true, [&](YamlMapReader& log) { ReadLog(file, log, config); });
  file.Section(top, "limits", false, [&](YamlMapReader& limits) { ReadLimits(limits, config); });
  file.Section(top, "times", false, [&](YamlMapReader& times) { ReadTimes(times, config); });
}

}  // namespace

absl::StatusOr<Config> ParseConfig(absl::string_view text, const std::string& path) {
  Config config;
  ConfigReader file(text, path);
  FUSIONHUB_RETURN_IF_ERROR(
      file.Read("broker configuration", [&](YamlMapReader& top) { ReadTop(file, top, config); }));
  return config;
}

absl::StatusOr<Config> LoadConfig(const std::string& path) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxConfigBytes));
  return ParseConfig(text, path);
}

}  // namespace fusionhub::broker
