// The owner's last word (I2, I3): step 7 of a query's way. Nothing that the hub derived is
// believed; the node judges what the requester signed, with keys that it pins itself.
#ifndef FUSIONHUB_AGENCY_NODE_OWNER_GUARD_H_
#define FUSIONHUB_AGENCY_NODE_OWNER_GUARD_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audit/checkpoint_keeper.h"
#include "audit/served_queries.h"
#include "fusionhub/v1/node.pb.h"
#include "fusionhub/v1/records.pb.h"
#include "identity/issuer_keys.h"
#include "policy/decision.h"
#include "policy/policy.h"
#include "query/verified_query.h"

namespace fusionhub::agency_node {

// What the guard made of one order.
struct GuardedOrder {
  // Set when the order may be served: then `decision` permits.
  std::optional<query::VerifiedQuery> verified;
  policy::Decision decision;
  // Otherwise: refused or held, and why.
  v1::AnswerOutcome outcome = v1::ANSWER_OUTCOME_REFUSED;
  v1::Explanation explanation;
};

// Thread-safe.
class OwnerGuard {
 public:
  struct Parts {
    std::string region;
    std::string agency;
    std::shared_ptr<const policy::Policy> policy;
    const identity::IssuerDirectory& issuers;
    const audit::CheckpointKeeper& checkpoints;
    audit::ServedQueries& served;
  };
  explicit OwnerGuard(Parts parts) : parts_(std::move(parts)) {}

  // Judges `order` at the node's own `now`. The category is that of the hit, for alerts. After an
  // OK result that permits, the query id counts as served, on disk. NOT_FOUND: the checkpoint that
  // the order relies on has not arrived yet; try again when one has. DATA_LOSS: the store failed,
  // end the process.
  absl::StatusOr<GuardedOrder> Judge(const v1::WorkOrder& order,
                                     const std::optional<std::string>& hotlist_category,
                                     absl::Time now) const;

 private:
  absl::Status CheckOrder(const v1::WorkOrder& order, absl::Time now) const;
  absl::StatusOr<audit::Entry> CheckTicket(const v1::WorkOrder& order,
                                           const query::VerifiedQuery& verified,
                                           absl::Time now) const;
  // Is it what the requester asked of this agency, and, for an alert, subscribed to?
  absl::Status CheckAsked(const v1::WorkOrder& order, const query::VerifiedQuery& verified,
                          const std::optional<std::string>& hotlist_category) const;
  policy::Decision Decide(const v1::WorkOrder& order, const query::VerifiedQuery& verified,
                          const std::optional<std::string>& hotlist_category, absl::Time now) const;

  const Parts parts_;
};

}  // namespace fusionhub::agency_node

#endif  // FUSIONHUB_AGENCY_NODE_OWNER_GUARD_H_
