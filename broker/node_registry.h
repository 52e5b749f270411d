// Which nodes are connected.
#ifndef FUSIONHUB_BROKER_NODE_REGISTRY_H_
#define FUSIONHUB_BROKER_NODE_REGISTRY_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "broker/node_link.h"

namespace fusionhub::broker {

// Thread-safe. One link per node name; a new one supersedes the old.
class NodeRegistry {
 public:
  // Puts `link` in the place of the node's former link, which it returns (null if none): the caller
  // closes it, outside any lock.
  std::shared_ptr<NodeLink> Attach(std::shared_ptr<NodeLink> link) FUSIONHUB_EXCLUDES(mu_);
  // Takes `link` out if it is still the node's link. False when it was superseded.
  bool Detach(const NodeLink* link) FUSIONHUB_EXCLUDES(mu_);

  // A connected node of `agency` that offers `data`; null if there is none. The first by name:
  // several nodes of one agency as shards are not built yet.
  std::shared_ptr<NodeLink> Find(const std::string& agency, const std::string& data) const
      FUSIONHUB_EXCLUDES(mu_);
  std::vector<std::shared_ptr<NodeLink>> All() const FUSIONHUB_EXCLUDES(mu_);

 private:
  using Key = std::pair<std::string, std::string>;  // agency, node
  mutable Mutex mu_;
  std::map<Key, std::shared_ptr<NodeLink>> links_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_NODE_REGISTRY_H_
