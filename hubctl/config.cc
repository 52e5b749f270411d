// Reads hubctl's YAML.
#include "hubctl/config.h"

#include "base/config_reader.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace fusionhub::hubctl {
namespace {

constexpr size_t kMaxConfigBytes = 256 * 1024;

void ReadConnection(ConfigReader& file, YamlMapReader& top, Config& config) {
  file.Section(top, "broker", true, [&](YamlMapReader& broker) {
    config.broker.address = broker.RequiredString("address");
    config.broker.spiffe_id = broker.RequiredString("spiffe_id");
  });
  file.Section(top, "tls", true, [&](YamlMapReader& tls) {
    config.tls.certificate = file.RequiredPath(tls, "certificate");
    config.tls.key = file.RequiredPath(tls, "key");
    config.tls.ca = file.RequiredPath(tls, "ca");
  });
  file.Section(top, "issuer", true, [&](YamlMapReader& issuer) {
    config.issuer_socket = file.RequiredPath(issuer, "socket");
  });
}

void ReadTop(ConfigReader& file, YamlMapReader& top, Config& config) {
  config.region = top.RequiredString("region");
  config.agency = top.RequiredString("agency");
  config.operator_id = top.RequiredString("operator");
  config.policy_dir = file.RequiredPath(top, "policy_dir");
  config.statement_key = top.RequiredString("statement_key");
  ReadConnection(file, top, config);
  file.Section(top, "log", true, [&](YamlMapReader& log) {
    config.log.origin = log.RequiredString("origin");
    config.log.verifier_key = log.RequiredString("verifier_key");
  });
}

}  // namespace

absl::StatusOr<Config> ParseConfig(absl::string_view text, const std::string& path) {
  Config config;
  ConfigReader file(text, path);
  FUSIONHUB_RETURN_IF_ERROR(
      file.Read("hubctl configuration", [&](YamlMapReader& top) { ReadTop(file, top, config); }));
  return config;
}

absl::StatusOr<Config> LoadConfig(const std::string& path) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxConfigBytes));
  return ParseConfig(text, path);
}

}  // namespace fusionhub::hubctl
