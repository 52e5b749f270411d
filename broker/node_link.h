// A connected node, as the query pipeline sees it.
#ifndef FUSIONHUB_BROKER_NODE_LINK_H_
#define FUSIONHUB_BROKER_NODE_LINK_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fusionhub/v1/node.pb.h"
#include "fusionhub/v1/records.pb.h"

namespace fusionhub::broker {

// What a node said in its hello, with the identity that its certificate proves.
struct NodeFacts {
  std::string agency;
  std::string node;
  std::string spiffe_id;  // also the name under which it cosigns checkpoints
  std::vector<std::string> data;
  std::string face_engine;
  bool test_mode = false;
  std::string policy_digest;
  uint64_t policy_revision = 0;

  bool Offers(absl::string_view kind) const;
};

// Thread-safe.
class NodeLink {
 public:
  // Called once: the node's answer, or UNAVAILABLE when the connection ended first. On a thread
  // that must not be blocked.
  using OnAnswer = std::function<void(absl::StatusOr<v1::SignedAnswer>)>;

  virtual ~NodeLink() = default;
  virtual const NodeFacts& facts() const = 0;

  // Sends a work order for the INTENT at `intent_index`, preceded by the log's newest checkpoint if
  // the node has not seen one that covers it; fills in the order's proof and checkpoint size. When
  // the status is not OK, `on_answer` is never called.
  virtual absl::Status SendOrder(v1::WorkOrder order, uint64_t intent_index,
                                 OnAnswer on_answer) = 0;
  // Nobody waits for the order any more; its on_answer will not be called.
  virtual void Cancel(const std::string& query_id) = 0;
  // Passes a share of another agency's hotlist on to the node.
  virtual absl::Status SendShare(const v1::HotlistShare& share) = 0;
  // Asks the node for the share of its hotlist that `recipient` may have.
  virtual absl::Status WantShare(const std::string& recipient) = 0;
  // The hit's notice has been taken in hand.
  virtual absl::Status ConfirmHit(const std::string& hit_id) = 0;
  // Ends the connection ("superseded", "draining").
  virtual void Close(absl::string_view reason, absl::Duration reconnect_after) = 0;
  // Size of the last checkpoint that the node cosigned.
  virtual uint64_t cosigned_size() const = 0;
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_NODE_LINK_H_
