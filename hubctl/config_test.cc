// Tests hubctl's configuration file.
#include "hubctl/config.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_replace.h"

namespace fusionhub::hubctl {
namespace {

constexpr char kGood[] = R"(region: stl
agency: st_charles_pd
operator: u-1
policy_dir: policy
statement_key: ed25519:AAAA
broker:
  address: 127.0.0.1:7443
  spiffe_id: spiffe://stl/agency/hub/hub/broker
tls:
  certificate: tls/client.pem
  key: tls/client.key
  ca: /etc/region-ca.pem
issuer:
  socket: issuer.sock
log:
  origin: stl.example/log
  verifier_key: stl.example/log+00000000+AA==
)";

TEST(ConfigTest, ReadsEveryKeyAndResolvesPathsAgainstItsFolder) {
  const auto config = ParseConfig(kGood, "/home/ann/hubctl.yaml");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->operator_id, "u-1");
  EXPECT_EQ(config->tls.certificate, "/home/ann/tls/client.pem");
  EXPECT_EQ(config->tls.ca, "/etc/region-ca.pem");
  EXPECT_EQ(config->issuer_socket, "/home/ann/issuer.sock");
  EXPECT_EQ(config->policy_dir, "/home/ann/policy");
  EXPECT_EQ(config->broker.spiffe_id, "spiffe://stl/agency/hub/hub/broker");
}

TEST(ConfigTest, AnUnknownKeyIsRefusedWithItsPlace) {
  const std::string text = absl::StrReplaceAll(kGood, {{"agency:", "agencie:"}});
  const auto config = ParseConfig(text, "/x/hubctl.yaml");
  ASSERT_FALSE(config.ok());
  EXPECT_NE(config.status().message().find("/x/hubctl.yaml:2:1"), std::string::npos)
      << config.status();
  EXPECT_NE(config.status().message().find("agency"), std::string::npos);
}

TEST(ConfigTest, ADuplicateKeyIsRefused) {
  const auto config = ParseConfig(std::string(kGood) + "region: other\n", "/x/hubctl.yaml");
  ASSERT_FALSE(config.ok());
  EXPECT_NE(config.status().message().find("/x/hubctl.yaml:18:1"), std::string::npos)
      << config.status();
}

TEST(ConfigTest, EveryMissingKeyIsReportedInOneRun) {
  const auto config = ParseConfig("region: stl\n", "/x/hubctl.yaml");
  ASSERT_FALSE(config.ok());
  for (const char* key : {"agency", "operator", "policy_dir", "broker", "tls", "issuer", "log"}) {
    EXPECT_NE(config.status().message().find(key), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace fusionhub::hubctl
