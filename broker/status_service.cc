// Serves StatusService.
#include "broker/status_service.h"

#include <map>
#include <memory>

namespace fusionhub::broker {

void StatusService::RegisterWith(rpc::AsyncServer& server) {
  rpc::MethodOptions method;
  method.name = "fusionhub.v1.StatusService/GetStatus";
  server.AddUnary(
      service_, &v1::StatusService::AsyncService::RequestGetStatus, method,
      rpc::UnaryHandler<v1::GetStatusRequest, v1::GetStatusResponse>(
          [this](const std::shared_ptr<rpc::Call>&, const v1::GetStatusRequest&,
                 const rpc::UnaryDone<v1::GetStatusResponse>& done) { done(GetStatus()); }));
}

v1::GetStatusResponse StatusService::GetStatus() const {
  v1::GetStatusResponse response;
  response.set_region(parts_.region);
  response.set_test_mode(parts_.test_mode);
  response.set_policy_revision(parts_.policy.revision());
  response.set_policy_digest(parts_.policy.digest());
  response.set_log_size(parts_.log.LatestCheckpoint().size);
  std::map<std::pair<std::string, std::string>, std::shared_ptr<NodeLink>> connected;
  for (const std::shared_ptr<NodeLink>& link : parts_.nodes.All()) {
    connected[{link->facts().agency, link->facts().node}] = link;
  }
  // Every node that the policy names, so that one which never connected is seen as well.
  for (const policy::Agency& agency : parts_.policy.Agencies()) {
    for (const std::string& name : agency.nodes) {
      v1::NodeStatus& node = *response.add_nodes();
      node.set_agency(agency.id);
      node.set_node(name);
      const auto it = connected.find({agency.id, name});
      node.set_connected(it != connected.end());
      if (it == connected.end()) continue;
      const NodeFacts& facts = it->second->facts();
      for (const std::string& data : facts.data) node.add_data(data);
      node.set_same_policy(facts.policy_digest == parts_.policy.digest());
      node.set_cosigned_size(it->second->cosigned_size());
    }
  }
  return response;
}

}  // namespace fusionhub::broker
