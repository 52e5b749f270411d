// The broker's configuration: one YAML file, every mistake reported with line and column.
#ifndef FUSIONHUB_BROKER_CONFIG_H_
#define FUSIONHUB_BROKER_CONFIG_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace fusionhub::broker {

// Relative paths of the file are resolved against its folder. docs/broker.md explains each key.
struct Config {
  std::string region;
  bool test_mode = false;
  std::string data_dir;
  std::string policy_dir;
  std::string listen;     // "address:port"; port 0 picks one
  std::string metrics;    // loopback "address:port"
  std::string port_file;  // where the ports in use are written ("" for none)

  struct Tls {
    std::string certificate;
    std::string key;
    std::string ca;
  } tls;

  struct Log {
    std::string origin;         // first line of every checkpoint
    std::string key;            // PEM, Ed25519
    std::string signer_state;   // file; keep it on another disk than data_dir
    std::string statement_key;  // PEM, Ed25519: signs completeness statements
  } log;

  struct Limits {
    int64_t queries_in_flight = 256;
    int64_t queries_per_client = 32;
    int64_t connections = 1024;
    int64_t connections_per_source = 64;
  } limits;

  struct Times {
    absl::Duration drain = absl::Seconds(10);
    absl::Duration heartbeat = absl::Seconds(10);
  } times;
};

// INVALID_ARGUMENT with every mistake rendered as "file:line:column: error[C...]".
absl::StatusOr<Config> ParseConfig(absl::string_view text, const std::string& path);
absl::StatusOr<Config> LoadConfig(const std::string& path);

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_CONFIG_H_
