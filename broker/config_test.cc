// The broker's configuration: every mistake is reported with line and column.
#include "broker/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/status_matchers.h"

namespace fusionhub::broker {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kSmallest[] = R"(region: stl
data_dir: data
policy_dir: ../policy
listen: "127.0.0.1:0"
metrics: "127.0.0.1:0"
tls: {certificate: hub.pem, key: hub.key, ca: /etc/ca.pem}
log: {origin: hub.example/log, key: log.pem, signer_state: /var/signer, statement_key: st.pem}
)";

std::string Mistakes(const std::string& text) {
  const absl::StatusOr<Config> config = ParseConfig(text, "/etc/hub/broker.yaml");
  return config.ok() ? "none" : std::string(config.status().message());
}

TEST(ConfigTest, ReadsTheSmallestAndResolvesPathsAgainstTheFile) {
  const absl::StatusOr<Config> config = ParseConfig(kSmallest, "/etc/hub/broker.yaml");
  FUSIONHUB_ASSERT_OK(config);
  EXPECT_EQ(config->region, "stl");
  EXPECT_FALSE(config->test_mode);
  EXPECT_EQ(config->data_dir, "/etc/hub/data");
  EXPECT_EQ(config->policy_dir, "/etc/policy");
  EXPECT_EQ(config->tls.ca, "/etc/ca.pem");
  EXPECT_EQ(config->log.signer_state, "/var/signer");
  EXPECT_EQ(config->log.statement_key, "/etc/hub/st.pem");
  EXPECT_EQ(config->port_file, "");
  EXPECT_EQ(config->limits.queries_in_flight, 256);
  EXPECT_EQ(config->times.drain, absl::Seconds(10));
}

TEST(ConfigTest, ReadsEverySection) {
  const absl::StatusOr<Config> config = ParseConfig(std::string(kSmallest) + R"(test_mode: true
port_file: ports.json
limits: {queries_in_flight: 10, queries_per_client: 2, connections: 20, connections_per_source: 3}
times: {drain_seconds: 1, heartbeat_seconds: 2}
)",
                                                    "/etc/hub/broker.yaml");
  FUSIONHUB_ASSERT_OK(config);
  EXPECT_TRUE(config->test_mode);
  EXPECT_EQ(config->port_file, "/etc/hub/ports.json");
  EXPECT_EQ(config->limits.queries_in_flight, 10);
  EXPECT_EQ(config->limits.queries_per_client, 2);
  EXPECT_EQ(config->limits.connections, 20);
  EXPECT_EQ(config->limits.connections_per_source, 3);
  EXPECT_EQ(config->times.drain, absl::Seconds(1));
  EXPECT_EQ(config->times.heartbeat, absl::Seconds(2));
}

TEST(ConfigTest, RefusesUnknownKeysAtTheirPlace) {
  EXPECT_THAT(Mistakes(std::string(kSmallest) + "colour: red\n"),
              AllOf(HasSubstr("/etc/hub/broker.yaml:8:1"), HasSubstr("colour")));
  EXPECT_THAT(Mistakes(std::string(kSmallest) + "times:\n  drain: 3\n"),
              AllOf(HasSubstr("broker.yaml:9:3"), HasSubstr("drain")));
}

TEST(ConfigTest, RefusesKeysGivenTwice) {
  EXPECT_THAT(Mistakes(std::string(kSmallest) + "region: other\n"),
              AllOf(HasSubstr("broker.yaml:8:1"), HasSubstr("region")));
  EXPECT_THAT(Mistakes(std::string(kSmallest) + "times:\n  drain_seconds: 3\n  drain_seconds: 4\n"),
              AllOf(HasSubstr("broker.yaml:10:3"), HasSubstr("drain_seconds")));
}

TEST(ConfigTest, ReportsEveryMissingKeyAtOnce) {
  EXPECT_THAT(Mistakes("region: stl\n"),
              AllOf(HasSubstr("data_dir"), HasSubstr("policy_dir"), HasSubstr("listen"),
                    HasSubstr("tls"), HasSubstr("log")));
}

TEST(ConfigTest, RefusesNumbersOutOfRange) {
  for (const char* limits :
       {"queries_in_flight: 0", "queries_per_client: -1", "connections: 100001",
        "connections_per_source: many", "queries_in_flight: 1.5"}) {
    EXPECT_THAT(Mistakes(std::string(kSmallest) + "limits: {" + limits + "}\n"),
                HasSubstr("broker.yaml:8:"))
        << limits;
  }
  EXPECT_THAT(Mistakes(std::string(kSmallest) + "times: {drain_seconds: 121}\n"),
              HasSubstr("drain_seconds"));
  EXPECT_THAT(Mistakes(std::string(kSmallest) + "test_mode: maybe\n"), HasSubstr("test_mode"));
}

TEST(ConfigTest, RefusesWhatIsNoConfiguration) {
  EXPECT_NE(Mistakes(""), "none");
  EXPECT_NE(Mistakes("- a\n"), "none");
  EXPECT_NE(Mistakes("region: {stl\n"), "none");
  EXPECT_FALSE(LoadConfig("/nonexistent/broker.yaml").ok());
}

}  // namespace
}  // namespace fusionhub::broker
