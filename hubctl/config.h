// hubctl's configuration: one YAML file, every mistake reported with line and column.
#ifndef FUSIONHUB_HUBCTL_CONFIG_H_
#define FUSIONHUB_HUBCTL_CONFIG_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fusionhub::hubctl {

// Relative paths of the file are resolved against its folder. docs/hubctl.md explains each key.
struct Config {
  std::string region;
  std::string agency;  // the agency whose client certificate this is
  std::string
      operator_id;  // key `operator`: the person at the keyboard unless --person names another

  struct Broker {
    std::string address;    // "host:port"
    std::string spiffe_id;  // the hub's certificate must carry exactly this name
  } broker;

  struct Tls {
    std::string certificate;
    std::string key;
    std::string ca;
  } tls;

  std::string issuer_socket;  // Unix socket of the agency's identity provider

  struct Log {
    std::string origin;        // first line of every checkpoint
    std::string verifier_key;  // signed-note verifier key of the hub's log
  } log;
  std::string statement_key;  // "ed25519:...": verifies completeness statements

  std::string policy_dir;  // the region's documents: owners' answer keys stand there
};

// INVALID_ARGUMENT with every mistake rendered as "file:line:column: error[C...]".
absl::StatusOr<Config> ParseConfig(absl::string_view text, const std::string& path);
absl::StatusOr<Config> LoadConfig(const std::string& path);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_CONFIG_H_
