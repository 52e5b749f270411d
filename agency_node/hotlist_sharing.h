// Hotlist entries that agreements let an agency share, sent to and taken from other agencies'
// nodes.
#ifndef FUSIONHUB_AGENCY_NODE_HOTLIST_SHARING_H_
#define FUSIONHUB_AGENCY_NODE_HOTLIST_SHARING_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "alpr_ingest/hotlist_index.h"
#include "crypto/ed25519.h"
#include "fusionhub/v1/node.pb.h"
#include "policy/policy.h"

namespace fusionhub::agency_node {

// The bytes that a share's owner signs.
std::string ShareSignedText(const v1::HotlistShare& share);

// Thread-safe: what it refers to must outlive it and be so too.
class HotlistSharing {
 public:
  struct Parts {
    std::string agency;
    const policy::Policy& policy;
    alpr_ingest::HotlistBook& book;
    std::string key_id;
    const crypto::Ed25519PrivateKey& key;
    absl::Duration max_age;  // of entries that others share, before they are stale
  };
  explicit HotlistSharing(const Parts& parts) : parts_(parts) {}

  // The entries of this agency's list that `recipient` may hold now, signed. Nullopt when it may
  // hold none, or there is no list.
  std::optional<v1::HotlistShare> ShareFor(const std::string& recipient, absl::Time now) const;

  // Takes in another agency's share. Refused unless it is for this agency, its owner's node signed
  // it, it is newer than the one in use, and the agreement lets this agency hold every entry of it.
  absl::Status Take(const v1::HotlistShare& share, absl::Time now) const;

 private:
  bool MayHold(const std::string& owner, const std::string& recipient, const std::string& category,
               absl::Time now) const;

  const Parts parts_;
};

}  // namespace fusionhub::agency_node

#endif  // FUSIONHUB_AGENCY_NODE_HOTLIST_SHARING_H_
