// Puts the node together and takes it apart.
#include "agency_node/node.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/note.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "identity/spiffe_id.h"
#include "policy/folder.h"
#include "query/policy_issuers.h"
#include "storage/rocksdb_store.h"

namespace fusionhub::agency_node {
namespace {

constexpr absl::Duration kHousekeeping = absl::Seconds(5);
constexpr absl::Duration kTlsCheck = absl::Seconds(10);
// Served query ids are kept this much longer than their INTENT lasts, for clocks that are set back.
constexpr absl::Duration kServedMargin = absl::Hours(1);
// Of entries that others share, where the node has no list of its own to say.
constexpr absl::Duration kSharedMaxAge = absl::Hours(24);
constexpr size_t kMaxQueuedOrders = 1024;

// The key must be the one that the Agency document names, or every answer would be refused as
// unsigned.
absl::Status CheckKey(const Config& config, const policy::Policy& policy,
                      const Config::SigningKey& configured, policy::NodeKey::Use use,
                      const crypto::Ed25519PublicKey& key) {
  const policy::Agency* agency = policy.FindAgency(config.agency);
  if (agency == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the policy in ", config.policy_dir, " has no Agency document '", config.agency, "'"));
  }
  const policy::NodeKey* named = agency->FindNodeKey(configured.id);
  if (named == nullptr || named->use != use || named->node != config.node ||
      named->key.raw() != key.raw()) {
    return absl::FailedPreconditionError(absl::StrCat(
        agency->file, " names no key '", configured.id, "' of node '", config.node,
        "' for this use whose public half is that of ", configured.file, " (", key.ToText(), ")"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<crypto::Ed25519PrivateKey>> LoadKey(
    const Config& config, const policy::Policy& policy, const Config::SigningKey& configured,
    policy::NodeKey::Use use) {
  FUSIONHUB_ASSIGN_OR_RETURN(crypto::Ed25519PrivateKey key,
                             crypto::Ed25519PrivateKey::FromPemFile(configured.file));
  FUSIONHUB_RETURN_IF_ERROR(CheckKey(config, policy, configured, use, key.public_key()));
  return std::make_unique<crypto::Ed25519PrivateKey>(std::move(key));
}

}  // namespace

absl::StatusOr<NodeInputs> LoadInputs(const Config& config) {
  NodeInputs inputs;
  FUSIONHUB_ASSIGN_OR_RETURN(inputs.policy, policy::LoadPolicyFolder(config.policy_dir));
  FUSIONHUB_ASSIGN_OR_RETURN(identity::IssuerDirectory issuers,
                             query::IssuersOf(inputs.policy->Agencies()));
  inputs.issuers = std::make_unique<identity::IssuerDirectory>(std::move(issuers));
  FUSIONHUB_ASSIGN_OR_RETURN(inputs.answer_key, LoadKey(config, *inputs.policy, config.answer_key,
                                                        policy::NodeKey::Use::kAnswers));
  FUSIONHUB_ASSIGN_OR_RETURN(
      inputs.checkpoint_key,
      LoadKey(config, *inputs.policy, config.checkpoint_key, policy::NodeKey::Use::kCheckpoints));
  return inputs;
}

Node::Node(const Config& config, NodeInputs inputs, const Clock& clock)
    : config_(config), inputs_(std::move(inputs)), clock_(clock), metrics_(registry_) {}

absl::StatusOr<std::unique_ptr<Node>> Node::Start(const Config& config, NodeInputs inputs,
                                                  const Clock& clock) {
  std::unique_ptr<Node> node(new Node(config, std::move(inputs), clock));
  FUSIONHUB_RETURN_IF_ERROR(node->OpenTls());
  FUSIONHUB_RETURN_IF_ERROR(node->OpenStore());
  FUSIONHUB_RETURN_IF_ERROR(node->OpenData());
  node->MakeLink();
  node->MakeDesk();
  FUSIONHUB_RETURN_IF_ERROR(node->ServeMetrics());
  node->link_->Start(*node->desk_, node->LinkEvents());
  // Last: from here on cameras post, and a hit needs the link.
  if (node->plates_ != nullptr) FUSIONHUB_RETURN_IF_ERROR(node->plates_->Listen());
  return node;
}

absl::Status Node::OpenTls() {
  FUSIONHUB_ASSIGN_OR_RETURN(
      tls_,
      rpc::TlsIdentity::Load({config_.tls.certificate, config_.tls.key, config_.tls.ca}, clock_));
  const std::string expected =
      identity::ToString({config_.region, config_.agency, identity::PeerRole::kNode, config_.node});
  if (tls_->certificate().spiffe_id != expected) {
    return absl::FailedPreconditionError(
        absl::StrCat(config_.tls.certificate, " is the certificate of ",
                     tls_->certificate().spiffe_id, "; this node is ", expected));
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

absl::Status Node::OpenStore() {
  FUSIONHUB_RETURN_IF_ERROR(MakeDirectories(config_.data_dir));
  FUSIONHUB_ASSIGN_OR_RETURN(FileLock lock, FileLock::Acquire(config_.data_dir + "/lock"));
  lock_ = std::move(lock);
  storage::RocksDbOptions options;
  options.path = config_.data_dir + "/store";
  options.families = FaceService::StoreFamilies();
  options.families.emplace_back(audit::CheckpointKeeper::kFamily);
  options.families.emplace_back(audit::ServedQueries::kFamily);
  FUSIONHUB_ASSIGN_OR_RETURN(store_, storage::OpenRocksDb(options));
  FUSIONHUB_ASSIGN_OR_RETURN(audit::VerifierKey log_key,
                             audit::VerifierKey::FromText(config_.log.verifier_key));
  const std::string self =
      identity::ToString({config_.region, config_.agency, identity::PeerRole::kNode, config_.node});
  FUSIONHUB_ASSIGN_OR_RETURN(
      checkpoints_, audit::CheckpointKeeper::Open({std::move(log_key), config_.log.origin, self,
                                                   *inputs_.checkpoint_key, std::nullopt},
                                                  *store_));
  FUSIONHUB_ASSIGN_OR_RETURN(audit::ServedQueries served, audit::ServedQueries::Open(*store_));
  served_ = std::move(served);
  return absl::OkStatus();
}

absl::Status Node::OpenHotlist() {
  sharing_ = std::make_unique<HotlistSharing>(HotlistSharing::Parts{
      config_.agency, *inputs_.policy, hotlists_, config_.answer_key.id, *inputs_.answer_key,
      config_.hotlist ? config_.hotlist->max_age : kSharedMaxAge});
  if (!config_.hotlist) return absl::OkStatus();
  FUSIONHUB_RETURN_IF_ERROR(LoadHotlist(
      {config_.hotlist->file, config_.agency, config_.hotlist->max_age}, clock_.Now(), hotlists_));
  services_.push_back(std::make_unique<HotlistService>(config_.agency, hotlists_));
  return absl::OkStatus();
}

absl::Status Node::OpenPlates() {
  if (!config_.plates) return absl::OkStatus();
  FUSIONHUB_ASSIGN_OR_RETURN(
      plates_, PlateFeed::Open(config_, {*store_, hotlists_, clock_, random_, metrics_},
                               [this](const alpr_ingest::Hit& hit) { OnHit(hit); }));
  services_.push_back(std::make_unique<PlateService>(plates_->reads()));
  auto alerts = std::make_unique<AlertReleaseService>(plates_->reads());
  alerts_ = alerts.get();
  services_.push_back(std::move(alerts));
  return absl::OkStatus();
}

absl::Status Node::OpenData() {
  FUSIONHUB_RETURN_IF_ERROR(OpenHotlist());
  if (config_.faces) {
    FUSIONHUB_ASSIGN_OR_RETURN(std::unique_ptr<FaceService> faces,
                               FaceService::Open(config_, *store_, random_));
    face_engine_ = faces->engine_name();
    services_.push_back(std::move(faces));
  }
  return OpenPlates();
}

void Node::OnHit(const alpr_ingest::Hit& hit) {
  // Opaque: no plate, place or time. Lost while the tunnel is down; ResendHits gives it again.
  v1::HitNotice notice;
  notice.set_hit_id(hit.hit_id);
  notice.set_hotlist_owner(hit.owner);
  notice.set_category(hit.category);
  link_->SendHitNotice(notice).IgnoreError();
}

void Node::SendShare(const std::string& recipient) {
  const std::optional<v1::HotlistShare> share = sharing_->ShareFor(recipient, clock_.Now());
  if (share) link_->SendShare(share->SerializeAsString()).IgnoreError();
}

void Node::TakeShare(const std::string& bytes) {
  v1::HotlistShare share;
  const absl::Status taken = share.ParseFromString(bytes)
                                 ? sharing_->Take(share, clock_.Now())
                                 : absl::InvalidArgumentError("bytes that are not a share");
  if (!taken.ok()) {
    // Not the message: it may name a peer's entry.
    return Log(LogLevel::kWarn, "share_refused", "another agency's share was not taken",
               {{"code", absl::StatusCodeToString(taken.code())}});
  }
  Log(LogLevel::kInfo, "share_taken", "another agency's hotlist is in use for matching",
      {{"agency", share.owner()}});
}

void Node::ResendHits() {
  if (plates_ == nullptr || !link_->connected()) return;
  for (const alpr_ingest::Hit& hit : plates_->PendingHits()) OnHit(hit);
}

void Node::MakeDesk() {
  guard_ = std::make_unique<OwnerGuard>(OwnerGuard::Parts{
      config_.region, config_.agency, inputs_.policy, *inputs_.issuers, *checkpoints_, *served_});
  batcher_ = std::make_unique<audit::AnswerBatcher>(audit::AnswerBatcher::Options{
      config_.agency, config_.node, config_.answer_key.id, *inputs_.answer_key});
  pool_ = std::make_unique<WorkerPool>("orders", static_cast<size_t>(config_.workers),
                                       kMaxQueuedOrders);
  std::vector<const DataService*> services;
  for (const auto& service : services_) services.push_back(service.get());
  desk_ = std::make_unique<OrderDesk>(OrderDesk::Parts{
      config_.agency, config_.node, inputs_.policy->digest(), *guard_, std::move(services),
      *batcher_, *pool_, clock_, random_, metrics_,
      [this](std::string bytes) { return link_->SendAnswer(std::move(bytes)); },
      [this](const std::string& hit_id) {
        return alerts_ == nullptr ? std::nullopt : alerts_->CategoryOf(hit_id, clock_.Now());
      }});
}

void Node::MakeLink() {
  HubLink::Options options;
  options.target = config_.broker.address;
  options.hub_spiffe_id = config_.broker.spiffe_id;
  options.test_mode = config_.test_mode;
  options.face_engine = face_engine_;
  for (const char* data : {"hotlist_entries", "mugshots", "plate_alerts", "plate_reads"}) {
    if (Offers(data)) options.data.emplace_back(data);
  }
  options.policy_digest = inputs_.policy->digest();
  options.policy_revision = inputs_.policy->revision();
  link_ = std::make_unique<HubLink>(
      options, HubLink::Parts{*tls_, *checkpoints_, clock_, random_, metrics_});
}

bool Node::Offers(absl::string_view data) const {
  if (data == "hotlist_entries") return config_.hotlist.has_value();
  if (data == "mugshots") return config_.faces.has_value();
  return config_.plates.has_value();
}

absl::Status Node::ServeMetrics() {
  FUSIONHUB_ASSIGN_OR_RETURN(metrics_endpoint_, MetricsEndpoint::Start(config_.metrics, registry_));
  timers_ = std::make_unique<TimerQueue>();
  Housekeep();
  return absl::OkStatus();
}

void Node::Housekeep() {
  metrics_.hotlist_entries().Set(static_cast<double>(hotlists_.Current()->entries()));
  metrics_.certificate_expiry().Set(
      absl::ToDoubleSeconds(tls_->certificate().not_after - absl::UnixEpoch()));
  if (plates_ != nullptr) plates_->Housekeep();
  ResendHits();
  const absl::StatusOr<size_t> pruned = served_->Prune(clock_.Now() - kServedMargin);
  if (!pruned.ok()) Fatal("store_failed", "the node's store failed");
  timers_->Schedule(kHousekeeping, [this] { Housekeep(); });
}

HubLink::Events Node::LinkEvents() {
  HubLink::Events events;
  events.on_connected = [this] { ResendHits(); };
  events.on_share = [this](const std::string& bytes) { TakeShare(bytes); };
  events.on_share_wanted = [this](const std::string& recipient) { SendShare(recipient); };
  events.on_hit_taken = [this](const std::string& hit_id) {
    if (plates_ != nullptr) plates_->HitTaken(hit_id);
  };
  return events;
}

void Node::Drain() {
  if (drained_) return;
  drained_ = true;
  timers_ = nullptr;
  if (plates_ != nullptr) plates_->StopListening();
  if (link_ != nullptr) link_->StopIntake();
  if (pool_ != nullptr) pool_->Shutdown();  // orders in hand end
  batcher_ = nullptr;                       // their answers are signed and queued
  if (link_ != nullptr) link_->Stop();
}

Node::~Node() { Drain(); }

}  // namespace fusionhub::agency_node
