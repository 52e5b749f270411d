// The node as a whole: its parts in the order in which they depend on each other.
#ifndef FUSIONHUB_AGENCY_NODE_NODE_H_
#define FUSIONHUB_AGENCY_NODE_NODE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agency_node/config.h"
#include "agency_node/face_service.h"
#include "agency_node/hotlist_service.h"
#include "agency_node/hotlist_sharing.h"
#include "agency_node/hub_link.h"
#include "agency_node/metrics.h"
#include "agency_node/order_desk.h"
#include "agency_node/owner_guard.h"
#include "agency_node/plate_feed.h"
#include "agency_node/plate_service.h"
#include "alpr_ingest/hotlist_index.h"
#include "audit/answer_batcher.h"
#include "audit/checkpoint_keeper.h"
#include "audit/served_queries.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/timer.h"
#include "base/worker_pool.h"
#include "rpc/tls.h"
#include "storage/store.h"

namespace fusionhub::agency_node {

// What the node reads before it opens anything: documents and keys.
struct NodeInputs {
  std::shared_ptr<const policy::Policy> policy;
  std::unique_ptr<identity::IssuerDirectory> issuers;
  std::unique_ptr<crypto::Ed25519PrivateKey> answer_key;
  std::unique_ptr<crypto::Ed25519PrivateKey> checkpoint_key;
};
// Also what --check-config does. Errors say which file and what to do.
absl::StatusOr<NodeInputs> LoadInputs(const Config& config);

// Not thread-safe.
class Node {
 public:
  // Opens everything and dials the hub. A hub that cannot be reached is no error: the node keeps
  // trying, and serves its own agency meanwhile (I10).
  static absl::StatusOr<std::unique_ptr<Node>> Start(const Config& config, NodeInputs inputs,
                                                     const Clock& clock);
  ~Node();  // drains

  // The webhook's port; 0 without a plate feed.
  int plates_port() const { return plates_ == nullptr ? 0 : plates_->port(); }
  int metrics_port() const { return metrics_endpoint_->port(); }
  // Takes no more orders, finishes those in hand, sends their answers.
  void Drain();

 private:
  Node(const Config& config, NodeInputs inputs, const Clock& clock);
  absl::Status OpenTls();
  absl::Status OpenStore();
  absl::Status OpenData();
  absl::Status OpenHotlist();
  absl::Status OpenPlates();
  void MakeDesk();
  void MakeLink();
  bool Offers(absl::string_view data) const;
  HubLink::Events LinkEvents();
  void OnHit(const alpr_ingest::Hit& hit);
  void ResendHits();
  void SendShare(const std::string& recipient);
  void TakeShare(const std::string& bytes);
  absl::Status ServeMetrics();
  void Housekeep();

  const Config config_;
  const NodeInputs inputs_;
  const Clock& clock_;
  SystemRandom random_;
  Metrics registry_;
  NodeMetrics metrics_;
  std::unique_ptr<rpc::TlsIdentity> tls_;
  std::optional<FileLock> lock_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<audit::CheckpointKeeper> checkpoints_;
  std::optional<audit::ServedQueries> served_;
  alpr_ingest::HotlistBook hotlists_;
  std::unique_ptr<HotlistSharing> sharing_;
  std::unique_ptr<PlateFeed> plates_;
  const AlertReleaseService* alerts_ = nullptr;  // one of services_
  std::vector<std::unique_ptr<DataService>> services_;
  std::unique_ptr<OwnerGuard> guard_;
  std::unique_ptr<HubLink> link_;
  std::unique_ptr<audit::AnswerBatcher> batcher_;
  std::unique_ptr<WorkerPool> pool_;
  std::unique_ptr<OrderDesk> desk_;
  std::unique_ptr<TimerQueue> timers_;
  std::unique_ptr<MetricsEndpoint> metrics_endpoint_;
  std::string face_engine_;
  bool drained_ = false;
};

}  // namespace fusionhub::agency_node

#endif  // FUSIONHUB_AGENCY_NODE_NODE_H_
