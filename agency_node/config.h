// The node's configuration: one YAML file, every mistake reported with line and column.
#ifndef FUSIONHUB_AGENCY_NODE_CONFIG_H_
#define FUSIONHUB_AGENCY_NODE_CONFIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace fusionhub::agency_node {

// Relative paths of the file are resolved against its folder. docs/agency_node.md explains each
// key.
struct Config {
  std::string region;
  std::string agency;
  std::string node;
  bool test_mode = false;
  std::string data_dir;
  std::string policy_dir;
  std::string metrics;    // loopback "address:port"
  std::string port_file;  // where the ports in use are written ("" for none)

  struct Broker {
    std::string address;    // "host:port"
    std::string spiffe_id;  // the hub's certificate must carry exactly this name
  } broker;

  struct Tls {
    std::string certificate;
    std::string key;
    std::string ca;
  } tls;

  struct Log {
    std::string origin;        // the log's origin line
    std::string verifier_key;  // signed-note verifier key of the hub's log
  } log;

  // Two keys for two purposes; both public halves stand in the Agency document (answers) or are
  // told to auditors (checkpoints).
  struct SigningKey {
    std::string id;
    std::string file;  // PEM, Ed25519
  };
  SigningKey answer_key;
  SigningKey checkpoint_key;

  struct Hotlist {
    std::string file;        // CSV (docs/hotlists.md)
    absl::Duration max_age;  // entries confirmed longer ago are stale and never alert
    std::vector<std::string> alert_categories;
  };
  std::optional<Hotlist> hotlist;

  // A reader of the agency's device register: reads of others are refused.
  struct Camera {
    std::string id;      // "<agent_uid>/<camera_id>", or "<camera_id>" for any agent
    std::string reader;  // the agency's name for it
    std::optional<double> latitude;
    std::optional<double> longitude;
  };
  struct Plates {
    std::string listen;      // webhook address, "127.0.0.1:8080"
    std::string token_file;  // bearer token that cameras send
    int64_t retention_days = 30;
    std::vector<std::string> stored_fields;  // what is kept of a read (ALPR-3)
    std::vector<Camera> cameras;             // the device register (ALPR-10)
  };
  std::optional<Plates> plates;

  struct Faces {
    std::string bookings;  // CSV
    std::string image_dir;
    std::string cascade_dir;    // Haar cascades of the baseline engine
    std::string image_sandbox;  // the decoder child's binary
  };
  std::optional<Faces> faces;

  int64_t workers = 4;  // work orders handled at once
};

// INVALID_ARGUMENT with every mistake rendered as "file:line:column: error[C...]".
absl::StatusOr<Config> ParseConfig(absl::string_view text, const std::string& path);
absl::StatusOr<Config> LoadConfig(const std::string& path);

}  // namespace fusionhub::agency_node

#endif  // FUSIONHUB_AGENCY_NODE_CONFIG_H_
