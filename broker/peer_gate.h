// Which certificate may call which method: the one table, deny by default.
#ifndef FUSIONHUB_BROKER_PEER_GATE_H_
#define FUSIONHUB_BROKER_PEER_GATE_H_

#include <string>

#include "absl/status/status.h"
#include "rpc/call.h"
#include "rpc/tls.h"

namespace fusionhub::broker {

// For the handshake: members of the region, nodes and clients only.
rpc::PeerJudge JudgeMembersOf(std::string region);

// For each call: nodes open tunnels, clients call everything else.
absl::Status AuthorizeCall(const rpc::Call& call);

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_PEER_GATE_H_
