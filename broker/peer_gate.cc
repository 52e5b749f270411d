// Judges peers by the name in their certificate.
#include "broker/peer_gate.h"

#include <array>
#include <utility>
#include <vector>

#include "identity/spiffe_id.h"

namespace fusionhub::broker {
namespace {

using identity::PeerRole;

struct Rule {
  absl::string_view method;
  PeerRole role;
};

constexpr std::array<Rule, 10> kRules = {{
    {"fusionhub.v1.NodeTunnelService/Connect", PeerRole::kNode},
    {"fusionhub.v1.QueryService/Ask", PeerRole::kClient},
    {"fusionhub.v1.AlertService/Watch", PeerRole::kClient},
    {"fusionhub.v1.StatusService/GetStatus", PeerRole::kClient},
    {"fusionhub.v1.ApprovalService/ListHolds", PeerRole::kClient},
    {"fusionhub.v1.ApprovalService/GrantHold", PeerRole::kClient},
    {"fusionhub.v1.ApprovalService/DenyHold", PeerRole::kClient},
    {"fusionhub.v1.AuditService/GetCheckpoint", PeerRole::kClient},
    {"fusionhub.v1.AuditService/ListEntries", PeerRole::kClient},
    {"fusionhub.v1.AuditService/GetConsistencyProof", PeerRole::kClient},
}};

}  // namespace

rpc::PeerJudge JudgeMembersOf(std::string region) {
  return [region = std::move(region)](const std::vector<std::string>& uri_sans,
                                      absl::string_view) -> absl::Status {
    constexpr std::array<PeerRole, 2> kMembers = {PeerRole::kNode, PeerRole::kClient};
    return identity::JudgePeer(uri_sans, region, kMembers).status();
  };
}

absl::Status AuthorizeCall(const rpc::Call& call) {
  const absl::StatusOr<identity::PeerIdentity> peer =
      identity::ParseSpiffeId(call.peer().spiffe_id);
  if (!peer.ok()) return peer.status();
  for (const Rule& rule : kRules) {
    if (rule.method == call.method() && rule.role == peer->role) return absl::OkStatus();
  }
  return absl::PermissionDeniedError(
      "this certificate may not call this method: nodes open tunnels, clients ask questions");
}

}  // namespace fusionhub::broker
