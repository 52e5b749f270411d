// The node's configuration: every mistake is reported with line and column.
#include "agency_node/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/status_matchers.h"

namespace fusionhub::agency_node {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kSmallest[] = R"(region: stl
agency: slmpd
node: slmpd-1
data_dir: data
policy_dir: ../policy
metrics: "127.0.0.1:0"
broker: {address: "hub.example:7443", spiffe_id: "spiffe://stl/agency/hub/hub/broker"}
tls: {certificate: node.pem, key: node.key, ca: /etc/ca.pem}
log: {origin: hub.example/log, verifier_key: "hub.example/log+1234"}
answer_key: {id: answers-1, file: answers.pem}
checkpoint_key: {id: checkpoints-1, file: checkpoints.pem}
)";

constexpr char kPlates[] = R"(plates:
  listen: "127.0.0.1:8080"
  token_file: token
  retention_days: 60
  stored_fields: [plate, state]
  cameras:
    - {id: agent/cam1, reader: north, latitude: 38.6270, longitude: -90.1994}
    - {id: cam2, reader: south}
)";

std::string Mistakes(const std::string& text) {
  const absl::StatusOr<Config> config = ParseConfig(text, "/etc/node/node.yaml");
  return config.ok() ? "none" : std::string(config.status().message());
}

std::string Replace(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ConfigTest, ReadsTheSmallestAndResolvesPathsAgainstTheFile) {
  const absl::StatusOr<Config> config = ParseConfig(kSmallest, "/etc/node/node.yaml");
  FUSIONHUB_ASSERT_OK(config);
  EXPECT_EQ(config->agency, "slmpd");
  EXPECT_FALSE(config->test_mode);
  EXPECT_EQ(config->data_dir, "/etc/node/data");
  EXPECT_EQ(config->policy_dir, "/etc/policy");
  EXPECT_EQ(config->tls.certificate, "/etc/node/node.pem");
  EXPECT_EQ(config->tls.ca, "/etc/ca.pem");
  EXPECT_EQ(config->port_file, "");
  EXPECT_EQ(config->broker.address, "hub.example:7443");
  EXPECT_EQ(config->answer_key.id, "answers-1");
  EXPECT_EQ(config->checkpoint_key.file, "/etc/node/checkpoints.pem");
  EXPECT_FALSE(config->hotlist || config->plates || config->faces);
}

TEST(ConfigTest, ReadsEverySection) {
  const absl::StatusOr<Config> config = ParseConfig(std::string(kSmallest) + kPlates + R"(hotlist:
  file: hotlist.csv
  max_age_hours: 12
  alert_categories: [stolen_vehicle]
faces: {bookings: b.csv, image_dir: images, image_sandbox: /usr/bin/decoder}
test_mode: true
workers: 8
)",
                                                    "/etc/node/node.yaml");
  FUSIONHUB_ASSERT_OK(config);
  EXPECT_TRUE(config->test_mode);
  EXPECT_EQ(config->workers, 8);
  EXPECT_EQ(config->hotlist->max_age, absl::Hours(12));
  EXPECT_THAT(config->hotlist->alert_categories, ElementsAre("stolen_vehicle"));
  EXPECT_EQ(config->plates->retention_days, 60);
  ASSERT_EQ(config->plates->cameras.size(), 2u);
  EXPECT_EQ(config->plates->cameras[0].latitude, 38.6270);
  EXPECT_FALSE(config->plates->cameras[1].latitude.has_value());
  EXPECT_EQ(config->faces->image_dir, "/etc/node/images");
}

TEST(ConfigTest, RefusesUnknownKeysAtTheirPlace) {
  EXPECT_THAT(Mistakes(std::string(kSmallest) + "colour: red\n"),
              AllOf(HasSubstr("/etc/node/node.yaml:12:1"), HasSubstr("colour")));
  EXPECT_THAT(Mistakes(Replace(kSmallest, "id: answers-1", "id: answers-1, colour: red")),
              AllOf(HasSubstr("node.yaml:10:"), HasSubstr("colour")));
  EXPECT_THAT(Mistakes(std::string(kSmallest) +
                       Replace(kPlates, "reader: south", "lens: x, reader: south")),
              AllOf(HasSubstr("node.yaml:19:"), HasSubstr("lens")));
}

TEST(ConfigTest, RefusesKeysGivenTwice) {
  EXPECT_THAT(Mistakes(std::string(kSmallest) + "agency: other\n"),
              AllOf(HasSubstr("node.yaml:12:1"), HasSubstr("agency")));
}

TEST(ConfigTest, ReportsEveryMissingKeyAtOnce) {
  EXPECT_THAT(Mistakes("region: stl\n"),
              AllOf(HasSubstr("agency"), HasSubstr("node"), HasSubstr("data_dir"),
                    HasSubstr("broker"), HasSubstr("tls"), HasSubstr("checkpoint_key")));
}

TEST(ConfigTest, RefusesRetentionThatNoOrderAllows) {
  for (const char* days : {"29", "91", "0", "-30", "thirty"}) {
    EXPECT_THAT(Mistakes(kSmallest + Replace(kPlates, "60", days)), HasSubstr("retention_days"))
        << days;
  }
}

TEST(ConfigTest, RefusesPlacesThatAreNoDegrees) {
  for (const char* latitude : {"91", "north", "-90.5", "nan"}) {
    EXPECT_THAT(Mistakes(kSmallest + Replace(kPlates, "38.6270", latitude)), HasSubstr("latitude"))
        << latitude;
  }
}

TEST(ConfigTest, RefusesWhatIsNoMapping) {
  EXPECT_NE(Mistakes(""), "none");
  EXPECT_NE(Mistakes("- a\n- b\n"), "none");
  EXPECT_NE(Mistakes("region: [stl\n"), "none");
  EXPECT_NE(Mistakes(Replace(kSmallest, "tls: {", "tls: 7 #{")), "none");
  EXPECT_FALSE(LoadConfig("/nonexistent/node.yaml").ok());
}

}  // namespace
}  // namespace fusionhub::agency_node
