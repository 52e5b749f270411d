// Step 2 of a query's way: decide, for every owner, whether it may be asked.
#ifndef FUSIONHUB_BROKER_PLANNING_H_
#define FUSIONHUB_BROKER_PLANNING_H_

#include <functional>
#include <string>
#include <vector>

#include "broker/question.h"
#include "fusionhub/v1/node.pb.h"
#include "policy/decision.h"
#include "policy/request.h"

namespace fusionhub::broker {

// policy::Decide in the product. A parameter so that a test can build a hub that permits everything
// and show that it gets nothing from a node.
using DecideFn = std::function<policy::Decision(const policy::Policy&, const policy::Request&,
                                                absl::Time, policy::Side)>;

// What is known of approvals that the requester cited for one owner.
struct CitedApprovals {
  std::vector<v1::SignedAuthorisation>
      authorisations;  // go to the node, which verifies them itself
  std::vector<policy::VerifiedApproval> verified;
};
using ApprovalLookup = std::function<CitedApprovals(const std::string& owner)>;

struct OwnerPlan {
  std::string owner;
  policy::Decision decision;
  std::vector<v1::SignedAuthorisation> authorisations;
};

struct QueryPlan {
  std::vector<OwnerPlan> owners;  // sorted by owner, unique

  // True when some owner's decision is `outcome`. With a permit, the question gets an INTENT and is
  // asked.
  bool Any(policy::Outcome outcome) const;
};

// The owners the question names, or all that contribute this kind of data, without the requester's
// own agency; each with the hub's decision. Empty when nobody contributes such data.
QueryPlan PlanQuery(const Question& question, const ApprovalLookup& approvals,
                    const DecideFn& decide);

// The plan of an alert: one owner, whose read hit a hotlist entry of this category.
QueryPlan PlanHit(const Question& question, const std::string& owner,
                  const std::string& hotlist_category, const DecideFn& decide);

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_PLANNING_H_
