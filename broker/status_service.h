// StatusService: who is connected, on which policy, and how large the log is.
#ifndef FUSIONHUB_BROKER_STATUS_SERVICE_H_
#define FUSIONHUB_BROKER_STATUS_SERVICE_H_

#include <string>

#include "audit/log.h"
#include "broker/node_registry.h"
#include "fusionhub/v1/admin.grpc.pb.h"
#include "policy/policy.h"
#include "rpc/async_server.h"

namespace fusionhub::broker {

// Thread-safe. Outlives the server that it is registered with.
class StatusService {
 public:
  struct Parts {
    std::string region;
    bool test_mode = false;
    const policy::Policy& policy;
    const NodeRegistry& nodes;
    const audit::Log& log;
  };
  explicit StatusService(const Parts& parts) : parts_(parts) {}
  void RegisterWith(rpc::AsyncServer& server);

 private:
  v1::GetStatusResponse GetStatus() const;

  const Parts parts_;
  v1::StatusService::AsyncService service_;
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_STATUS_SERVICE_H_
