// Passes shares of hotlists from their owners to the agencies they are for, each in the log before
// it leaves.
#ifndef FUSIONHUB_BROKER_HOTLIST_RELAY_H_
#define FUSIONHUB_BROKER_HOTLIST_RELAY_H_

#include <memory>
#include <string>

#include "audit/log.h"
#include "base/clock.h"
#include "base/worker_pool.h"
#include "broker/node_registry.h"
#include "fusionhub/v1/node.pb.h"
#include "policy/policy.h"

namespace fusionhub::broker {

// Thread-safe. Keeps nothing: a recipient that was away gets its shares when it connects, from
// their owners.
class HotlistRelay {
 public:
  struct Parts {
    audit::Log& log;
    const NodeRegistry& nodes;
    const policy::Policy& policy;
    const Clock& clock;
    WorkerPool& pool;
  };
  explicit HotlistRelay(const Parts& parts) : parts_(parts) {}

  // A node has connected: owners are asked for what its agency may hold, and it for what the others
  // may.
  void OnConnected(const std::shared_ptr<NodeLink>& node) const;
  // An owner's node sent a share. What is in it is for owner and recipient to judge: it is signed
  // by one and verified by the other.
  void OnShare(const std::shared_ptr<NodeLink>& node, v1::HotlistShare share) const;

 private:
  audit::EntryDraft Draft(const v1::HotlistShare& share) const;

  const Parts parts_;
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_HOTLIST_RELAY_H_
