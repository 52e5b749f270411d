// Samples and small helpers for this folder's tests.
#include "alpr_ingest/alpr_testing.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace fusionhub::alpr_ingest {

absl::Time SampleNow() { return absl::FromUnixSeconds(1767225602); }

std::string SampleGroup() {
  nlohmann::ordered_json group = nlohmann::ordered_json::parse(R"({
    "data_type": "alpr_group", "version": 3, "epoch_start": 1767225600000, "epoch_end": 1767225601200,
    "camera_id": 7, "agent_uid": "TESTAGENT1", "country": "us", "best_uuid": "TESTAGENT1-7-1767225600100",
    "best_plate_number": "TST0A01", "best_region": "us-tx", "best_confidence": 91.2,
    "best_region_confidence": 84.0, "is_preview": false, "gps_latitude": -1, "gps_longitude": -1,
    "travel_direction": 210.5,
    "candidates": [{"plate": "TST0A01", "confidence": 91.2, "matches_template": 1},
                   {"plate": "TSTOA01", "confidence": 77.5, "matches_template": 0}],
    "vehicle": {"color": [{"name": "silver", "confidence": 80.0}],
                "make_model": [{"name": "honda_civic", "confidence": 70.0}],
                "body_type": [{"name": "sedan-compact", "confidence": 60.0}]}
  })");
  group["vehicle_crop_jpeg"] = absl::Base64Escape("\xFF\xD8\xFF\xE0 vehicle");
  group["best_plate"] = {{"plate", "TST0A01"},
                         {"plate_crop_jpeg", absl::Base64Escape("\xFF\xD8\xFF\xE0 plate")}};
  return group.dump();
}

std::string SampleGroupWith(absl::string_view field, absl::string_view value) {
  nlohmann::ordered_json group = nlohmann::ordered_json::parse(SampleGroup());
  group.erase(std::string(field));
  if (!value.empty()) group[std::string(field)] = nlohmann::ordered_json::parse(value);
  return group.dump();
}

RekorOptions SampleRekorOptions() {
  RekorOptions options;
  options.cameras["TESTAGENT1/7"] = {"north-7", 38.627, -90.199, 0};
  return options;
}

PlateRead SampleRead(const std::string& plate, absl::Time time, int number) {
  PlateRead read;
  read.read_ref = absl::StrFormat("%032x", number);
  read.plate = plate;
  read.state = "MO";
  read.confidence = 93.5;
  read.reader = "north-7";
  read.captured_at = time;
  read.received_at = time + absl::Seconds(1);
  read.latitude = 38.627;
  read.longitude = -90.199;
  read.image = absl::StrCat("\xFF\xD8\xFF\xE0 image of ", plate);
  read.source_key = absl::StrCat("test/", number);
  return read;
}

HotlistEntry SampleEntry(const std::string& id, const std::string& plate, absl::Time confirmed) {
  return {id, plate, "MO", "stolen_vehicle", confirmed - absl::Hours(48), confirmed, "red pickup"};
}

Hotlist SampleList(const std::string& owner, uint64_t version, std::vector<HotlistEntry> entries) {
  Hotlist list;
  list.owner = owner;
  list.version = version;
  list.entries = std::move(entries);
  return list;
}

std::string FreshFolder(absl::string_view name) {
  const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
  const std::string folder = absl::StrCat(::testing::TempDir(), "/", info->test_suite_name(), ".",
                                          info->name(), ".", name);
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

ReadStoreOptions SampleStoreOptions(const std::string& folder) {
  ReadStoreOptions options;
  options.keys_folder = folder + "/keys";
  options.kek_folder = folder + "/kek";
  options.retention = {{"standard", absl::Hours(24 * 30)}, {"extended", absl::Hours(24 * 90)}};
  return options;
}

std::string AllBytes(const std::string& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  return all;
}

}  // namespace fusionhub::alpr_ingest
