// Reads the node's YAML.
#include "agency_node/config.h"

#include <cmath>

#include "absl/strings/numbers.h"
#include "base/config_reader.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace fusionhub::agency_node {
namespace {

constexpr size_t kMaxConfigBytes = 256 * 1024;

Config::SigningKey ReadKey(const ConfigReader& file, YamlMapReader& key) {
  Config::SigningKey out;
  out.id = key.RequiredString("id");
  out.file = file.RequiredPath(key, "file");
  return out;
}

Config::Hotlist ReadHotlist(const ConfigReader& file, YamlMapReader& reader) {
  Config::Hotlist out;
  out.file = file.RequiredPath(reader, "file");
  out.max_age = absl::Hours(reader.OptionalInt("max_age_hours", 1, 24 * 365, 24));
  out.alert_categories = reader.StringList("alert_categories", /*required=*/true);
  return out;
}

// A decimal number of degrees.
std::optional<double> ReadDegrees(YamlMapReader& reader, const char* key, double limit) {
  const std::string text = reader.OptionalString(key);
  if (text.empty()) return std::nullopt;
  double degrees = 0;
  if (absl::SimpleAtod(text, &degrees) && std::abs(degrees) <= limit) return degrees;
  reader.Report(reader.Optional(key), "0201",
                std::string("'") + key + "' is not a number of degrees", "write it like 38.6270");
  return std::nullopt;
}

Config::Camera ReadCamera(YamlMapReader& reader) {
  Config::Camera out;
  out.id = reader.RequiredString("id");
  out.reader = reader.RequiredString("reader");
  out.latitude = ReadDegrees(reader, "latitude", 90);
  out.longitude = ReadDegrees(reader, "longitude", 180);
  return out;
}

Config::Plates ReadPlates(ConfigReader& file, YamlMapReader& reader) {
  Config::Plates out;
  out.listen = reader.RequiredString("listen");
  out.token_file = file.RequiredPath(reader, "token_file");
  // The city's order keeps surveillance data 30 days, no less; the ALPR plan 90, no more (EO-3.11,
  // ALPR-4).
  out.retention_days = reader.OptionalInt("retention_days", 30, 90, out.retention_days);
  out.stored_fields = reader.StringList("stored_fields", /*required=*/true);
  file.Each(reader, "cameras", /*required=*/true,
            [&](YamlMapReader& camera) { out.cameras.push_back(ReadCamera(camera)); });
  return out;
}

Config::Faces ReadFaces(const ConfigReader& file, YamlMapReader& reader) {
  Config::Faces out;
  out.bookings = file.RequiredPath(reader, "bookings");
  out.image_dir = file.RequiredPath(reader, "image_dir");
  out.cascade_dir =
      file.Resolve(reader.OptionalString("cascade_dir", "/usr/share/opencv4/haarcascades"));
  out.image_sandbox = file.RequiredPath(reader, "image_sandbox");
  return out;
}

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
  file.Section(top, "log", true, [&](YamlMapReader& log) {
    config.log.origin = log.RequiredString("origin");
    config.log.verifier_key = log.RequiredString("verifier_key");
  });
  file.Section(top, "answer_key", true,
               [&](YamlMapReader& key) { config.answer_key = ReadKey(file, key); });
  file.Section(top, "checkpoint_key", true,
               [&](YamlMapReader& key) { config.checkpoint_key = ReadKey(file, key); });
}

void ReadTop(ConfigReader& file, YamlMapReader& top, Config& config) {
  config.region = top.RequiredString("region");
  config.agency = top.RequiredString("agency");
  config.node = top.RequiredString("node");
  config.test_mode = top.OptionalBool("test_mode", false);
  config.data_dir = file.RequiredPath(top, "data_dir");
  config.policy_dir = file.RequiredPath(top, "policy_dir");
  config.metrics = top.RequiredString("metrics");
  config.port_file = file.Resolve(top.OptionalString("port_file"));
  config.workers = top.OptionalInt("workers", 1, 256, config.workers);
  ReadConnection(file, top, config);
  file.Section(top, "hotlist", false,
               [&](YamlMapReader& reader) { config.hotlist = ReadHotlist(file, reader); });
  file.Section(top, "plates", false,
               [&](YamlMapReader& reader) { config.plates = ReadPlates(file, reader); });
  file.Section(top, "faces", false,
               [&](YamlMapReader& reader) { config.faces = ReadFaces(file, reader); });
}

}  // namespace

absl::StatusOr<Config> ParseConfig(absl::string_view text, const std::string& path) {
  Config config;
  ConfigReader file(text, path);
  FUSIONHUB_RETURN_IF_ERROR(
      file.Read("node configuration", [&](YamlMapReader& top) { ReadTop(file, top, config); }));
  return config;
}

absl::StatusOr<Config> LoadConfig(const std::string& path) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxConfigBytes));
  return ParseConfig(text, path);
}

}  // namespace fusionhub::agency_node
