// Where nodes' tunnels come in.
#ifndef FUSIONHUB_BROKER_NODE_GATEWAY_H_
#define FUSIONHUB_BROKER_NODE_GATEWAY_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "audit/log.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/timer.h"
#include "base/worker_pool.h"
#include "broker/metrics.h"
#include "broker/node_registry.h"
#include "broker/node_session.h"
#include "fusionhub/v1/node.grpc.pb.h"
#include "policy/policy.h"
#include "rpc/async_server.h"
#include "rpc/tunnel_session.h"

namespace fusionhub::broker {

// Thread-safe. Outlives the server that it is registered with.
class NodeGateway {
 public:
  struct Options {
    std::string region;
    bool test_mode = false;
    absl::Duration heartbeat = absl::Seconds(10);
    int max_nodes = 1024;
  };
  struct Parts {
    audit::Log& log;
    NodeRegistry& nodes;
    TimerQueue& timers;
    WorkerPool& pool;
    const Clock& clock;
    const policy::Policy& policy;
    BrokerMetrics& metrics;
  };
  // A node gave notice of a hit. Runs on the pool.
  using OnHit = std::function<void(std::shared_ptr<NodeLink> node, const v1::HitNotice& notice)>;
  // A node sent a share of its hotlist. Runs on the pool.
  using OnShare = std::function<void(std::shared_ptr<NodeLink> node, v1::HotlistShare share)>;

  NodeGateway(const Options& options, const Parts& parts) : options_(options), parts_(parts) {}

  // A node's tunnel is open. Runs on the pool.
  using OnNode = std::function<void(std::shared_ptr<NodeLink> node)>;

  void OnConnected(OnNode on_connected) { on_connected_ = std::move(on_connected); }
  void OnHitNotice(OnHit on_hit) { on_hit_ = std::move(on_hit); }
  void OnHotlistShare(OnShare on_share) { on_share_ = std::move(on_share); }

  void RegisterWith(rpc::AsyncServer& server);
  // Tells every node to come back later, e.g. because the hub stops.
  void CloseAll(absl::string_view reason, absl::Duration reconnect_after);

 private:
  using Tunnel = std::shared_ptr<rpc::TunnelSession>;

  absl::StatusOr<v1::HubWelcome> OnHello(const Tunnel& tunnel, const v1::NodeHello& hello);
  absl::StatusOr<NodeFacts> FactsOf(const rpc::Peer& peer, const v1::NodeHello& hello) const;
  void OnMessage(const Tunnel& tunnel, rpc::TunnelMessage message);
  void OnAnswer(const std::shared_ptr<NodeSession>& session, const std::string& bytes);
  void OnFrame(const Tunnel& tunnel, const v1::ConnectRequest& frame);
  void OnClosed(const Tunnel& tunnel);
  std::shared_ptr<NodeSession> SessionOf(const Tunnel& tunnel) FUSIONHUB_EXCLUDES(mu_);

  const Options options_;
  const Parts parts_;
  OnNode on_connected_;
  OnHit on_hit_;
  OnShare on_share_;
  v1::NodeTunnelService::AsyncService service_;
  Mutex mu_;
  std::map<const rpc::TunnelSession*, std::shared_ptr<NodeSession>> sessions_
      FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_NODE_GATEWAY_H_
