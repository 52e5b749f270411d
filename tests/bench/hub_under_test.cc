// Starts a broker and its nodes.
#include "tests/bench/hub_under_test.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/note.h"
#include "policy/decide.h"
#include "query/policy_issuers.h"

namespace fusionhub::bench {
namespace {

constexpr char kOrigin[] = "log.bench.example/hub";

std::unique_ptr<identity::IssuerDirectory> Issuers(const BenchRegion& region) {
  return std::make_unique<identity::IssuerDirectory>(
      Must(query::IssuersOf(region.policy()->Agencies()), "issuer keys"));
}

std::unique_ptr<crypto::Ed25519PrivateKey> KeyOf(BenchRegion& region, const std::string& agency,
                                                 const std::string& id) {
  return std::make_unique<crypto::Ed25519PrivateKey>(region.Key(agency, id));
}

}  // namespace

HubUnderTest::HubUnderTest(BenchRegion& region) : region_(region) {
  StartBroker();
  for (int i = 0; i < region_.owners(); ++i) StartNode(i);
}

void HubUnderTest::StartBroker() {
  broker::Config config;
  config.region = kRegion;
  config.data_dir = region_.folder() + "/broker";
  config.listen = "127.0.0.1:0";
  config.metrics = "127.0.0.1:0";
  const rpc::TlsFiles& tls = region_.hub_tls();
  config.tls = {tls.certificate_chain, tls.private_key, tls.ca_bundle};
  config.log.origin = kOrigin;
  config.log.signer_state = region_.folder() + "/broker/signer/state";
  // What is measured is the hub's work, not its admission limits.
  config.limits = {4096, 4096, 1024, 1024};
  config.times.drain = absl::Seconds(2);
  broker::BrokerInputs inputs;
  inputs.policy = region_.policy();
  inputs.issuers = Issuers(region_);
  inputs.log_key = KeyOf(region_, "hub", "log");
  inputs.statement_key = KeyOf(region_, "hub", "statement");
  server_ = Must(broker::Server::Start(config, std::move(inputs), region_.clock(), policy::Decide),
                 "broker");
}

void HubUnderTest::StartNode(int owner) {
  agency_node::Config config;
  config.region = kRegion;
  config.agency = OwnerName(owner);
  config.node = kNode;
  config.data_dir = absl::StrCat(region_.folder(), "/", config.agency);
  config.metrics = "127.0.0.1:0";
  config.broker = {absl::StrCat("127.0.0.1:", port()), kHubId};
  const rpc::TlsFiles& tls = region_.node_tls(owner);
  config.tls = {tls.certificate_chain, tls.private_key, tls.ca_bundle};
  const auto log_key = audit::VerifierKey::Create(kOrigin, audit::KeyType::kEd25519,
                                                  region_.Key("hub", "log").public_key());
  config.log = {kOrigin, Must(log_key, "log key").ToText()};
  config.answer_key.id = "answers";
  config.checkpoint_key.id = "checkpoints";
  config.hotlist = {region_.hotlist(), absl::Hours(24), {"stolen_vehicle"}};
  agency_node::NodeInputs inputs;
  inputs.policy = region_.policy();
  inputs.issuers = Issuers(region_);
  inputs.answer_key = KeyOf(region_, config.agency, "answers");
  inputs.checkpoint_key = KeyOf(region_, config.agency, "checkpoints");
  nodes_.push_back(
      Must(agency_node::Node::Start(config, std::move(inputs), region_.clock()), config.agency));
}

}  // namespace fusionhub::bench
