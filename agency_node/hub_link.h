// The node's side of its tunnel to the hub: checkpoints to the keeper, orders to the desk, in the
// order in which they came.
#ifndef FUSIONHUB_AGENCY_NODE_HUB_LINK_H_
#define FUSIONHUB_AGENCY_NODE_HUB_LINK_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "agency_node/metrics.h"
#include "agency_node/order_desk.h"
#include "audit/checkpoint_keeper.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/worker_pool.h"
#include "rpc/tls.h"
#include "rpc/tunnel_client.h"

namespace fusionhub::agency_node {

// Thread-safe.
class HubLink {
 public:
  struct Options {
    std::string target;         // "host:port"
    std::string hub_spiffe_id;  // the hub's certificate must carry exactly this name
    bool test_mode = false;
    std::vector<std::string> data;  // what the node offers
    std::string face_engine;
    std::string policy_digest;
    uint64_t policy_revision = 0;
  };
  struct Parts {
    rpc::TlsIdentity& tls;
    audit::CheckpointKeeper& checkpoints;
    const Clock& clock;
    Random& random;
    NodeMetrics& metrics;
  };
  // What comes from the hub beside orders and checkpoints. All run on the link's own thread; each
  // may be unset.
  struct Events {
    std::function<void()> on_connected;               // the tunnel is open (again)
    std::function<void(std::string bytes)> on_share;  // a share of another agency's hotlist
    std::function<void(const std::string& recipient)> on_share_wanted;
    std::function<void(const std::string& hit_id)> on_hit_taken;
  };

  HubLink(Options options, const Parts& parts);
  ~HubLink();

  // Once. `desk` outlives the link's Stop.
  void Start(OrderDesk& desk, Events events);
  // Takes in no more orders and frames, and finishes those that have come. Answers can still be
  // sent.
  void StopIntake();
  // Ends the tunnel; no callback runs any more when it returns.
  void Stop();

  absl::Status SendAnswer(std::string bytes);
  absl::Status SendShare(std::string bytes);
  absl::Status SendHitNotice(const v1::HitNotice& notice);
  bool connected() const;

 private:
  v1::NodeHello Hello() const;
  absl::Status OnWelcome(const v1::HubWelcome& welcome);
  void OnMessage(rpc::TunnelMessage message);
  void OnFrame(const v1::ConnectResponse& frame);
  void TakeCheckpoint(const v1::CheckpointFrame& frame);
  void RefuseCheckpoint(uint64_t size, const std::string& reason);

  const Options options_;
  const Parts parts_;
  OrderDesk* desk_ = nullptr;
  Events events_;
  std::atomic<bool> taking_ = true;
  // One thread: an order is looked at only when every checkpoint that came before it is kept. The
  // tunnel's reader must not wait for the fsync of a checkpoint, so it hands over here.
  WorkerPool inbox_;
  std::unique_ptr<rpc::TunnelClient> tunnel_;
};

}  // namespace fusionhub::agency_node

#endif  // FUSIONHUB_AGENCY_NODE_HUB_LINK_H_
