// Decides per owner.
#include "broker/planning.h"

#include <algorithm>
#include <set>
#include <utility>

#include "query/policy_request.h"

namespace fusionhub::broker {
namespace {

std::set<std::string> OwnersToConsider(const Question& question) {
  const v1::Query& query = question.verified.query;
  if (query.owners_size() > 0) return {query.owners().begin(), query.owners().end()};
  const std::vector<std::string> all =
      question.policy->OwnersOf(query::DataOf(question.verified.query));
  std::set<std::string> owners(all.begin(), all.end());
  // An agency's own data is its own affair; it does not go through the hub.
  owners.erase(query.agency());
  return owners;
}

}  // namespace

bool QueryPlan::Any(policy::Outcome outcome) const {
  return std::any_of(owners.begin(), owners.end(),
                     [outcome](const OwnerPlan& plan) { return plan.decision.outcome == outcome; });
}

QueryPlan PlanQuery(const Question& question, const ApprovalLookup& approvals,
                    const DecideFn& decide) {
  QueryPlan plan;
  for (const std::string& owner : OwnersToConsider(question)) {
    CitedApprovals cited = approvals(owner);
    const policy::Request request = query::BuildRequest(
        question.verified.query, question.verified.person, owner, std::move(cited.verified));
    plan.owners.push_back(
        {owner, decide(*question.policy, request, question.decided_at, policy::Side::kRequester),
         std::move(cited.authorisations)});
  }
  return plan;
}

QueryPlan PlanHit(const Question& question, const std::string& owner,
                  const std::string& hotlist_category, const DecideFn& decide) {
  policy::Request request =
      query::BuildRequest(question.verified.query, question.verified.person, owner, {});
  request.hotlist_category = hotlist_category;
  QueryPlan plan;
  plan.owners.push_back(
      {owner,
       decide(*question.policy, request, question.decided_at, policy::Side::kRequester),
       {}});
  return plan;
}

}  // namespace fusionhub::broker
