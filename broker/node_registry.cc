// Keeps the connected nodes by agency and name.
#include "broker/node_registry.h"

#include <algorithm>

namespace fusionhub::broker {

bool NodeFacts::Offers(absl::string_view kind) const {
  return std::find(data.begin(), data.end(), kind) != data.end();
}

std::shared_ptr<NodeLink> NodeRegistry::Attach(std::shared_ptr<NodeLink> link) {
  const Key key(link->facts().agency, link->facts().node);
  MutexLock lock(mu_);
  std::shared_ptr<NodeLink>& place = links_[key];
  std::swap(place, link);
  return link;
}

bool NodeRegistry::Detach(const NodeLink* link) {
  const Key key(link->facts().agency, link->facts().node);
  MutexLock lock(mu_);
  const auto it = links_.find(key);
  if (it == links_.end() || it->second.get() != link) return false;
  links_.erase(it);
  return true;
}

std::shared_ptr<NodeLink> NodeRegistry::Find(const std::string& agency,
                                             const std::string& data) const {
  MutexLock lock(mu_);
  for (auto it = links_.lower_bound({agency, ""}); it != links_.end() && it->first.first == agency;
       ++it) {
    if (it->second->facts().Offers(data)) return it->second;
  }
  return nullptr;
}

std::vector<std::shared_ptr<NodeLink>> NodeRegistry::All() const {
  MutexLock lock(mu_);
  std::vector<std::shared_ptr<NodeLink>> all;
  all.reserve(links_.size());
  for (const auto& [key, link] : links_) all.push_back(link);
  return all;
}

}  // namespace fusionhub::broker
