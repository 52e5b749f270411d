// Puts the broker together and takes it apart.
#include "broker/server.h"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/note.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "broker/notices.h"
#include "broker/peer_gate.h"
#include "broker/recovery.h"
#include "identity/spiffe_id.h"
#include "policy/folder.h"
#include "query/policy_issuers.h"
#include "storage/rocksdb_store.h"

namespace fusionhub::broker {
namespace {

constexpr absl::Duration kHousekeeping = absl::Seconds(5);
constexpr absl::Duration kTlsCheck = absl::Seconds(10);
constexpr size_t kMaxQueuedWork = 4096;

std::vector<std::string> AgencyIds(const policy::Policy& policy) {
  std::vector<std::string> ids;
  for (const policy::Agency& agency : policy.Agencies()) ids.push_back(agency.id);
  return ids;
}

// The keys with which nodes cosign, from the Agency documents.
absl::StatusOr<std::vector<audit::VerifierKey>> CosignerKeys(const std::string& region,
                                                             const policy::Policy& policy) {
  std::vector<audit::VerifierKey> keys;
  for (const policy::Agency& agency : policy.Agencies()) {
    for (const policy::NodeKey& key : agency.node_keys) {
      if (key.use != policy::NodeKey::Use::kCheckpoints) continue;
      const std::string name =
          identity::ToString({region, agency.id, identity::PeerRole::kNode, key.node});
      FUSIONHUB_ASSIGN_OR_RETURN(
          audit::VerifierKey verifier,
          audit::VerifierKey::Create(name, audit::KeyType::kCosignature, key.key));
      keys.push_back(std::move(verifier));
    }
  }
  return keys;
}

}  // namespace

absl::StatusOr<BrokerInputs> LoadInputs(const Config& config) {
  BrokerInputs inputs;
  FUSIONHUB_ASSIGN_OR_RETURN(inputs.policy, policy::LoadPolicyFolder(config.policy_dir));
  FUSIONHUB_ASSIGN_OR_RETURN(identity::IssuerDirectory issuers,
                             query::IssuersOf(inputs.policy->Agencies()));
  inputs.issuers = std::make_unique<identity::IssuerDirectory>(std::move(issuers));
  FUSIONHUB_ASSIGN_OR_RETURN(crypto::Ed25519PrivateKey log_key,
                             crypto::Ed25519PrivateKey::FromPemFile(config.log.key));
  inputs.log_key = std::make_unique<crypto::Ed25519PrivateKey>(std::move(log_key));
  FUSIONHUB_ASSIGN_OR_RETURN(crypto::Ed25519PrivateKey statement_key,
                             crypto::Ed25519PrivateKey::FromPemFile(config.log.statement_key));
  inputs.statement_key = std::make_unique<crypto::Ed25519PrivateKey>(std::move(statement_key));
  return inputs;
}

Server::Server(const Config& config, BrokerInputs inputs, const Clock& clock)
    : config_(config),
      inputs_(std::move(inputs)),
      clock_(clock),
      metrics_(registry_, AgencyIds(*inputs_.policy)) {}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Config& config, BrokerInputs inputs,
                                                      const Clock& clock, DecideFn decide) {
  std::unique_ptr<Server> server(new Server(config, std::move(inputs), clock));
  FUSIONHUB_RETURN_IF_ERROR(server->OpenTls());
  FUSIONHUB_RETURN_IF_ERROR(server->OpenLog());
  server->MakeServices(std::move(decide));
  FUSIONHUB_RETURN_IF_ERROR(server->Listen());
  return server;
}

absl::Status Server::OpenTls() {
  const rpc::TlsFiles files = {config_.tls.certificate, config_.tls.key, config_.tls.ca};
  FUSIONHUB_ASSIGN_OR_RETURN(tls_, rpc::TlsIdentity::Load(files, clock_));
  FUSIONHUB_ASSIGN_OR_RETURN(const identity::PeerIdentity self,
                             identity::ParseSpiffeId(tls_->certificate().spiffe_id));
  if (self.region != config_.region || self.role != identity::PeerRole::kHub) {
    return absl::FailedPreconditionError(
        absl::StrCat(config_.tls.certificate, " is not a hub's certificate of region ",
                     config_.region, "; have the region's CA issue one with role hub"));
  }
  tls_->Watch(kTlsCheck, [this](const absl::Status& status) {
    metrics_.TlsReload(status.ok() ? "ok" : "failed");
    if (!status.ok()) {
      Log(LogLevel::kWarn, "tls_reload_failed",
          "new certificate files are not usable; the old ones stay in use");
    }
  });
  return absl::OkStatus();
}

absl::Status Server::OpenLog() {
  FUSIONHUB_RETURN_IF_ERROR(MakeDirectories(config_.data_dir));
  storage::RocksDbOptions store;
  store.path = config_.data_dir + "/store";
  store.families = audit::Log::StoreFamilies();
  store.families.emplace_back(HoldBook::kFamily);
  FUSIONHUB_ASSIGN_OR_RETURN(store_, storage::OpenRocksDb(store));

  FUSIONHUB_ASSIGN_OR_RETURN(std::vector<audit::VerifierKey> cosigners,
                             CosignerKeys(config_.region, *inputs_.policy));
  audit::LogOptions options{config_.data_dir + "/log",
                            config_.log.signer_state,
                            config_.data_dir + "/kek",
                            config_.log.origin,
                            *inputs_.log_key,
                            std::move(cosigners),
                            {}};
  FUSIONHUB_ASSIGN_OR_RETURN(log_, audit::Log::Open(std::move(options), *store_, random_));
  const absl::Time now = clock_.Now();
  FUSIONHUB_RETURN_IF_ERROR(LoadUsedAssertions(*log_, now, replays_));
  if (!log_->read_only_reason().empty()) {
    Log(LogLevel::kError, "log_read_only", log_->read_only_reason());
    return absl::OkStatus();
  }
  FUSIONHUB_ASSIGN_OR_RETURN(const int ended, EndInterruptedQuestions(*log_, now));
  if (ended > 0) {
    Log(LogLevel::kWarn, "questions_interrupted",
        "questions that were open when the broker stopped have been closed in the log",
        {{"count", int64_t{ended}}});
  }
  return absl::OkStatus();
}

void Server::MakeServices(DecideFn decide) {
  // A node that never connects shows as 0, not as nothing.
  for (const policy::Agency& agency : inputs_.policy->Agencies()) {
    for (const policy::NodeKey& key : agency.node_keys) {
      metrics_.TunnelConnected(agency.id, key.node).Set(0);
    }
  }
  timers_ = std::make_unique<TimerQueue>();
  const size_t threads = std::max<size_t>(4, 2 * std::thread::hardware_concurrency());
  pool_ = std::make_unique<WorkerPool>("broker", threads, kMaxQueuedWork);
  holds_ = std::make_unique<HoldBook>(*store_, random_);
  course_ = std::make_unique<CourseParts>(CourseParts{*log_, nodes_, *holds_, *pool_, *timers_,
                                                      clock_, *inputs_.statement_key, metrics_,
                                                      config_.test_mode ? TestModeNotice() : ""});
  unidentified_ = std::make_unique<UnidentifiedCalls>(*log_, clock_, metrics_);
  intake_ = std::make_unique<QuestionIntake>(
      QuestionIntake::Parts{config_.region, inputs_.policy, *inputs_.issuers, replays_, *log_,
                            *holds_, random_, clock_, std::move(decide)});
  gateway_ = std::make_unique<NodeGateway>(
      NodeGateway::Options{config_.region, config_.test_mode, config_.times.heartbeat},
      NodeGateway::Parts{*log_, nodes_, *timers_, *pool_, clock_, *inputs_.policy, metrics_});
  queries_ = std::make_unique<QueryService>(
      QueryService::Options{static_cast<int>(config_.limits.queries_in_flight),
                            static_cast<int>(config_.limits.queries_per_client)},
      *course_, *intake_, *unidentified_);
  approvals_ = std::make_unique<ApprovalService>(ApprovalService::Parts{
      *log_, *holds_, *intake_, *unidentified_, *inputs_.policy, *pool_, clock_});
  alerts_ = std::make_unique<AlertDesk>(AlertDesk::Parts{*course_, *intake_, *unidentified_});
  gateway_->OnHitNotice([this](const std::shared_ptr<NodeLink>& node, const v1::HitNotice& notice) {
    alerts_->OnHit(node, notice);
  });
  relay_ = std::make_unique<HotlistRelay>(
      HotlistRelay::Parts{*log_, nodes_, *inputs_.policy, clock_, *pool_});
  gateway_->OnConnected(
      [this](const std::shared_ptr<NodeLink>& node) { relay_->OnConnected(node); });
  gateway_->OnHotlistShare([this](const std::shared_ptr<NodeLink>& node, v1::HotlistShare share) {
    relay_->OnShare(node, std::move(share));
  });
  status_ = std::make_unique<StatusService>(
      StatusService::Parts{config_.region, config_.test_mode, *inputs_.policy, nodes_, *log_});
  audit_ = std::make_unique<AuditService>(*log_, *pool_);
}

absl::Status Server::Listen() {
  rpc::AsyncServerOptions options;
  options.acceptor.address = config_.listen;
  options.acceptor.max_total = static_cast<size_t>(config_.limits.connections);
  options.acceptor.max_per_source = static_cast<size_t>(config_.limits.connections_per_source);
  FUSIONHUB_ASSIGN_OR_RETURN(options.credentials,
                             tls_->ServerCredentials(JudgeMembersOf(config_.region)));
  options.authorize = AuthorizeCall;
  options.on_finished = [this](absl::string_view method, absl::StatusCode code,
                               absl::Duration took) {
    metrics_.RpcFinished(method, absl::StatusCodeToString(code), took);
  };
  options.on_refused_connection = [this](rpc::AcceptRefusal refusal) {
    metrics_.Admission(rpc::AcceptRefusalName(refusal));
  };
  server_ = std::make_unique<rpc::AsyncServer>(std::move(options));
  gateway_->RegisterWith(*server_);
  queries_->RegisterWith(*server_);
  approvals_->RegisterWith(*server_);
  alerts_->RegisterWith(*server_);
  status_->RegisterWith(*server_);
  audit_->RegisterWith(*server_);
  FUSIONHUB_RETURN_IF_ERROR(server_->Start());
  FUSIONHUB_ASSIGN_OR_RETURN(metrics_endpoint_, MetricsEndpoint::Start(config_.metrics, registry_));
  Housekeep();
  server_->SetServing(log_->read_only_reason().empty());
  return absl::OkStatus();
}

void Server::Housekeep() {
  metrics_.log_size().Set(static_cast<double>(log_->LatestCheckpoint().size));
  metrics_.log_queue().Set(static_cast<double>(log_->queued()));
  metrics_.certificate_expiry().Set(
      absl::ToDoubleSeconds(tls_->certificate().not_after - absl::UnixEpoch()));
  // The log can block for a moment; the timer's thread must not.
  pool_->SubmitContinuation([this] {
    unidentified_->Flush();
    alerts_->EndLapsed();
    if (!holds_->Prune(clock_.Now()).ok()) Fatal("store_failed", "the hub's store failed");
  });
  timers_->Schedule(kHousekeeping, [this] { Housekeep(); });
}

void Server::Drain() {
  if (drained_) return;
  drained_ = true;
  server_->SetServing(false);
  gateway_->CloseAll("draining", absl::Seconds(1));
  server_->Shutdown(config_.times.drain);
  // A course that is not closed by now is closed in the log at the next start (broker/recovery.h).
  pool_->Shutdown();
  timers_->Shutdown();  // before the log goes: housekeeping and deadlines use it
  log_ = nullptr;
}

Server::~Server() {
  if (server_ != nullptr) Drain();
}

}  // namespace fusionhub::broker
