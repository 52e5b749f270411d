// Takes nodes' tunnels in and hands what comes through them to whom it concerns.
#include "broker/node_gateway.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "identity/spiffe_id.h"
#include "query/timestamp.h"

namespace fusionhub::broker {
namespace {

constexpr size_t kMaxHitId = 64;

}  // namespace

void NodeGateway::RegisterWith(rpc::AsyncServer& server) {
  rpc::TunnelSessionOptions tunnel;
  tunnel.timers = &parts_.timers;
  tunnel.heartbeat_interval = options_.heartbeat;
  rpc::TunnelSessionCallbacks callbacks;
  callbacks.on_hello = [this](const Tunnel& t, const v1::NodeHello& hello) {
    return OnHello(t, hello);
  };
  callbacks.on_message = [this](const Tunnel& t, rpc::TunnelMessage message) {
    OnMessage(t, std::move(message));
  };
  callbacks.on_frame = [this](const Tunnel& t, const v1::ConnectRequest& frame) {
    OnFrame(t, frame);
  };
  callbacks.on_closed = [this](const Tunnel& t) { OnClosed(t); };
  server.AddBidiStream(
      service_, &v1::NodeTunnelService::AsyncService::RequestConnect,
      rpc::LongStreamOptions("fusionhub.v1.NodeTunnelService/Connect", options_.max_nodes),
      rpc::BidiHandler<v1::ConnectRequest, v1::ConnectResponse>(
          [tunnel, callbacks](std::shared_ptr<rpc::NodeStream> stream) {
            rpc::TunnelSession::Attach(std::move(stream), tunnel, callbacks);
          }));
}

absl::StatusOr<NodeFacts> NodeGateway::FactsOf(const rpc::Peer& peer,
                                               const v1::NodeHello& hello) const {
  // The certificate alone says who the node is; the hello says what it can do.
  FUSIONHUB_ASSIGN_OR_RETURN(const identity::PeerIdentity identity,
                             identity::ParseSpiffeId(peer.spiffe_id));
  const policy::Agency* agency = parts_.policy.FindAgency(identity.agency);
  if (agency == nullptr ||
      std::find(agency->nodes.begin(), agency->nodes.end(), identity.name) == agency->nodes.end()) {
    return absl::PermissionDeniedError(
        "this node stands in no Agency document of the hub's policy; the region's administrator "
        "adds it");
  }
  if (hello.test_mode() != options_.test_mode) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the hub runs ", options_.test_mode ? "in" : "without",
        " test mode and the node does not match; set test_mode in the node's configuration alike"));
  }
  if (hello.log_size() > parts_.log.LatestCheckpoint().size) {
    // Either the hub lost entries, or the node follows another log. Both need people.
    Log(LogLevel::kError, "node_saw_longer_log",
        "a node keeps a checkpoint that is larger than the log",
        {{"agency", identity.agency}, {"node", identity.name}});
    return absl::FailedPreconditionError(
        "the node keeps a checkpoint larger than the hub's log: the log was rolled back or is "
        "another "
        "one; the region's administrator and auditor must be told");
  }
  NodeFacts facts;
  facts.agency = identity.agency;
  facts.node = identity.name;
  facts.spiffe_id = peer.spiffe_id;
  for (const std::string& data : hello.data()) {
    if (agency->ContributesData(data)) facts.data.push_back(data);
  }
  facts.face_engine = hello.face_engine();
  facts.test_mode = hello.test_mode();
  facts.policy_digest = hello.policy_digest();
  facts.policy_revision = hello.policy_revision();
  return facts;
}

absl::StatusOr<v1::HubWelcome> NodeGateway::OnHello(const Tunnel& tunnel,
                                                    const v1::NodeHello& hello) {
  FUSIONHUB_ASSIGN_OR_RETURN(NodeFacts facts, FactsOf(tunnel->peer(), hello));
  if (facts.policy_digest != parts_.policy.digest()) {
    Log(LogLevel::kWarn, "policy_differs", "a node decides on another policy than the hub",
        {{"agency", facts.agency}, {"node", facts.node}});
  }
  parts_.metrics.TunnelConnected(facts.agency, facts.node).Set(1);
  Log(LogLevel::kInfo, "node_connected", "a node's tunnel is open",
      {{"agency", facts.agency}, {"node", facts.node}});
  const auto session =
      std::make_shared<NodeSession>(std::move(facts), tunnel, parts_.log, hello.log_size());
  {
    MutexLock lock(mu_);
    sessions_[tunnel.get()] = session;
  }
  if (const std::shared_ptr<NodeLink> old = parts_.nodes.Attach(session)) {
    Log(LogLevel::kWarn, "node_superseded", "a second connection of a node replaced the first",
        {{"agency", session->facts().agency}, {"node", session->facts().node}});
    old->Close("superseded", absl::Seconds(30));
  }
  // Off this thread: proving reads the store, and the frame must follow the welcome.
  parts_.pool.SubmitContinuation([this, session] {
    session->SendNewestCheckpoint().IgnoreError();
    if (on_connected_) on_connected_(session);
  });
  v1::HubWelcome welcome;
  *welcome.mutable_now() = query::ToProto(parts_.clock.Now());
  welcome.set_test_mode(options_.test_mode);
  return welcome;
}

std::shared_ptr<NodeSession> NodeGateway::SessionOf(const Tunnel& tunnel) {
  MutexLock lock(mu_);
  const auto it = sessions_.find(tunnel.get());
  return it == sessions_.end() ? nullptr : it->second;
}

void NodeGateway::OnMessage(const Tunnel& tunnel, rpc::TunnelMessage message) {
  const std::shared_ptr<NodeSession> session = SessionOf(tunnel);
  if (session == nullptr) return;
  switch (message.kind) {
    case v1::CHUNK_KIND_ANSWER:
      return OnAnswer(session, message.bytes);
    case v1::CHUNK_KIND_HOTLIST_SHARE: {
      v1::HotlistShare share;
      if (!share.ParseFromString(message.bytes) || !on_share_) {
        parts_.metrics.BadAnswer(session->facts().agency, "bad_share");
        return;
      }
      parts_.pool.SubmitContinuation([this, session, share = std::move(share)]() mutable {
        on_share_(session, std::move(share));
      });
      return;
    }
    default:
      parts_.metrics.BadAnswer(session->facts().agency, "unexpected_message");
  }
}

void NodeGateway::OnAnswer(const std::shared_ptr<NodeSession>& session, const std::string& bytes) {
  v1::SignedAnswer answer;
  if (!answer.ParseFromString(bytes)) {
    parts_.metrics.BadAnswer(session->facts().agency, "not_an_answer");
    return;
  }
  if (!session->Deliver(std::move(answer))) {
    parts_.metrics.BadAnswer(session->facts().agency, "late_or_unasked");
  }
}

void NodeGateway::OnFrame(const Tunnel& tunnel, const v1::ConnectRequest& frame) {
  const std::shared_ptr<NodeSession> session = SessionOf(tunnel);
  if (session == nullptr) return;
  if (frame.has_heartbeat()) {
    parts_.metrics.TunnelPendingBytes(session->facts().agency, session->facts().node)
        .Set(static_cast<double>(session->pending_bytes()));
    parts_.pool.SubmitContinuation([session] { session->SendNewestCheckpoint().IgnoreError(); });
  } else if (frame.has_cosignature()) {
    parts_.pool.SubmitContinuation([this, session, cosignature = frame.cosignature()] {
      if (session->Cosigned(cosignature).ok()) return;
      parts_.metrics.BadAnswer(session->facts().agency, "bad_cosignature");
    });
  } else if (frame.has_checkpoint_refused()) {
    Log(LogLevel::kError, "checkpoint_refused", "a node does not accept the log's checkpoint",
        {{"agency", session->facts().agency}, {"node", session->facts().node}});
    parts_.metrics.BadAnswer(session->facts().agency, "checkpoint_refused");
    // A new connection begins from what the node really keeps.
    session->Close("protocol", absl::Seconds(1));
  } else if (frame.has_hit_notice() && on_hit_ && frame.hit_notice().hit_id().size() <= kMaxHitId) {
    parts_.metrics.HitNotice(session->facts().agency);
    parts_.pool.SubmitContinuation(
        [this, session, notice = frame.hit_notice()] { on_hit_(session, notice); });
  }
}

void NodeGateway::OnClosed(const Tunnel& tunnel) {
  std::shared_ptr<NodeSession> session;
  {
    MutexLock lock(mu_);
    const auto it = sessions_.find(tunnel.get());
    if (it == sessions_.end()) return;
    session = std::move(it->second);
    sessions_.erase(it);
  }
  if (parts_.nodes.Detach(session.get())) {
    parts_.metrics.TunnelConnected(session->facts().agency, session->facts().node).Set(0);
  }
  Log(LogLevel::kInfo, "node_disconnected", "a node's tunnel has ended",
      {{"agency", session->facts().agency}, {"node", session->facts().node}});
  session->Closed();
}

void NodeGateway::CloseAll(absl::string_view reason, absl::Duration reconnect_after) {
  for (const std::shared_ptr<NodeLink>& link : parts_.nodes.All()) {
    link->Close(reason, reconnect_after);
  }
}

}  // namespace fusionhub::broker
