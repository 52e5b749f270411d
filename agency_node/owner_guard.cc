// Judges work orders.
#include "agency_node/owner_guard.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/merkle.h"
#include "base/status_macros.h"
#include "policy/decide.h"
#include "query/authorisation.h"
#include "query/error_detail.h"
#include "query/explanation.h"
#include "query/policy_request.h"
#include "query/signed_query.h"
#include "query/timestamp.h"

namespace fusionhub::agency_node {
namespace {

constexpr size_t kQueryIdSize = 16;
constexpr int kMaxAuthorisations = 64;
// How long an order may have waited in queues between the hub's decision and this node.
constexpr absl::Duration kMaxTransit = absl::Seconds(30);

// An order that fails before policy is asked: which check, and what is wrong. The texts come from
// our own checks and hold nothing of the question.
GuardedOrder Refused(std::string check, const absl::Status& why, std::string fixable_by) {
  GuardedOrder out;
  const std::string reason = query::ReasonOf(why);
  out.explanation =
      query::OneFailure(std::move(check), "", reason.empty() ? std::string(why.message()) : reason,
                        std::string(why.message()), std::move(fixable_by));
  return out;
}

// What is served once: the signed question (and, for an alert, the hit), whatever query id the hub
// gives it.
std::string ServedKey(const v1::WorkOrder& order, const query::VerifiedQuery& verified) {
  return crypto::ToString(crypto::Sha256({crypto::View(verified.digest), order.hit_id()}))
      .substr(0, kQueryIdSize);
}

// The stricter of two decisions, in the order of policy::Outcome's meaning.
int Strictness(policy::Outcome outcome) {
  switch (outcome) {
    case policy::Outcome::kPermit:
      return 0;
    case policy::Outcome::kHold:
      return 1;
    case policy::Outcome::kIndeterminate:
      return 2;
    case policy::Outcome::kRefuse:
      return 3;
  }
  return 3;
}

}  // namespace

absl::Status OwnerGuard::CheckOrder(const v1::WorkOrder& order, absl::Time now) const {
  if (order.query_id().size() != kQueryIdSize) {
    return absl::InvalidArgumentError("the order has no valid query id");
  }
  if (order.authorisations_size() > kMaxAuthorisations) {
    return absl::InvalidArgumentError("the order carries too many authorisations");
  }
  FUSIONHUB_ASSIGN_OR_RETURN(const absl::Time decided_at, query::FromProto(order.decided_at()));
  if (decided_at > now + query::kMaxClockSkew ||
      decided_at < now - query::kMaxClockSkew - kMaxTransit) {
    return absl::FailedPreconditionError(
        "the clocks of hub and node are too far apart, or the order is old");
  }
  if (order.min_policy_revision() > parts_.policy->revision()) {
    return absl::FailedPreconditionError(
        absl::StrCat("this node's policy is revision ", parts_.policy->revision(),
                     ", the order needs ", order.min_policy_revision(), " or later"));
  }
  return absl::OkStatus();
}

absl::StatusOr<audit::Entry> OwnerGuard::CheckTicket(const v1::WorkOrder& order,
                                                     const query::VerifiedQuery& verified,
                                                     absl::Time now) const {
  std::vector<audit::Digest> proof;
  for (const std::string& bytes : order.intent().proof()) {
    FUSIONHUB_ASSIGN_OR_RETURN(const audit::Digest digest, crypto::DigestFromBytes(bytes));
    proof.push_back(digest);
  }
  audit::CheckpointKeeper::Ticket ticket;
  ticket.index = order.intent().index();
  ticket.leaf = order.intent().leaf();
  ticket.proof = proof;
  ticket.checkpoint_size = order.checkpoint_size();
  ticket.query_id = order.query_id();
  ticket.query_digest = verified.digest;
  ticket.query_salt = order.query_salt();
  ticket.agency = parts_.agency;
  return parts_.checkpoints.VerifyIntent(ticket, now);
}

policy::Decision OwnerGuard::Decide(const v1::WorkOrder& order,
                                    const query::VerifiedQuery& verified,
                                    const std::optional<std::string>& hotlist_category,
                                    absl::Time now) const {
  std::vector<policy::VerifiedApproval> approvals;
  const policy::Agency* self = parts_.policy->FindAgency(parts_.agency);
  for (const v1::SignedAuthorisation& authorisation : order.authorisations()) {
    absl::StatusOr<std::vector<policy::VerifiedApproval>> verified_approvals =
        query::VerifyAuthorisation(authorisation, *self, verified.question_digest, now);
    if (!verified_approvals.ok())
      continue;  // lifts nothing: policy then holds and says what it needs
    for (policy::VerifiedApproval& approval : *verified_approvals) {
      approvals.push_back(std::move(approval));
    }
  }
  policy::Request request =
      query::BuildRequest(verified.query, verified.person, parts_.agency, std::move(approvals));
  request.hotlist_category = hotlist_category;
  // At the order's time, as the hub did, then at this node's own now: the stricter wins.
  const absl::StatusOr<absl::Time> decided_at = query::FromProto(order.decided_at());
  policy::Decision then = policy::Decide(*parts_.policy, request,
                                         decided_at.ok() ? *decided_at : now, policy::Side::kOwner);
  policy::Decision at_now = policy::Decide(*parts_.policy, request, now, policy::Side::kOwner);
  return Strictness(then.outcome) > Strictness(at_now.outcome) ? then : at_now;
}

absl::Status OwnerGuard::CheckAsked(const v1::WorkOrder& order,
                                    const query::VerifiedQuery& verified,
                                    const std::optional<std::string>& hotlist_category) const {
  const auto& owners = verified.query.owners();
  if (!owners.empty() && std::find(owners.begin(), owners.end(), parts_.agency) == owners.end()) {
    return absl::PermissionDeniedError("the requester did not ask this agency");
  }
  if (order.hit_id().empty()) return absl::OkStatus();
  const auto& categories = verified.query.alert_subscription().categories();
  if (!hotlist_category ||
      std::find(categories.begin(), categories.end(), *hotlist_category) == categories.end()) {
    return absl::PermissionDeniedError("not a hit that was subscribed to, or no recent one");
  }
  return absl::OkStatus();
}

absl::StatusOr<GuardedOrder> OwnerGuard::Judge(const v1::WorkOrder& order,
                                               const std::optional<std::string>& hotlist_category,
                                               absl::Time now) const {
  if (const absl::Status sound = CheckOrder(order, now); !sound.ok()) {
    return Refused("order", sound, "admin");
  }
  query::QueryExpectations expected;
  expected.region = parts_.region;
  expected.now = now;
  expected.standing = !order.hit_id().empty();
  absl::StatusOr<query::VerifiedQuery> verified =
      query::VerifySignedQuery(order.signed_query(), parts_.issuers, expected);
  if (!verified.ok()) return Refused("person", verified.status(), "requester");

  if (const absl::Status asked = CheckAsked(order, *verified, hotlist_category); !asked.ok()) {
    return Refused("owners", asked, "nobody");
  }
  const absl::StatusOr<audit::Entry> intent = CheckTicket(order, *verified, now);
  if (absl::IsNotFound(intent.status())) return intent.status();
  if (!intent.ok()) return Refused("ticket", intent.status(), "nobody");

  GuardedOrder out;
  out.decision = Decide(order, *verified, hotlist_category, now);
  if (!out.decision.permitted()) {
    out.outcome = out.decision.outcome == policy::Outcome::kHold ? v1::ANSWER_OUTCOME_HELD
                                                                 : v1::ANSWER_OUTCOME_REFUSED;
    out.explanation = query::ExplanationOf(*parts_.policy, out.decision);
    return out;
  }
  // Only now, on disk, before anything is searched: a ticket buys data once.
  const absl::Status first =
      parts_.served.MarkServed(ServedKey(order, *verified), *intent->expires);
  if (absl::IsAlreadyExists(first)) return Refused("served", first, "nobody");
  FUSIONHUB_RETURN_IF_ERROR(first);
  out.outcome = v1::ANSWER_OUTCOME_RELEASED;
  out.verified = *std::move(verified);
  return out;
}

}  // namespace fusionhub::agency_node
