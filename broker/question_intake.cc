// Verifies who asks and plans the question.
#include "broker/question_intake.h"

#include <utility>

#include "audit/sealed_payload.h"
#include "base/status_macros.h"
#include "broker/log_entries.h"
#include "identity/spiffe_id.h"
#include "policy/hub_rules.h"
#include "query/authorisation.h"
#include "query/error_detail.h"
#include "query/explanation.h"
#include "query/signed_query.h"

namespace fusionhub::broker {
namespace {

// From the sealed payload of the entry that lifted the hold.
absl::StatusOr<v1::SignedAuthorisation> AuthorisationOf(const HoldRecord& hold,
                                                        const audit::Log& log) {
  if (!hold.decision_index) return absl::NotFoundError("the hold is not decided");
  FUSIONHUB_ASSIGN_OR_RETURN(const audit::Log::OpenedEntry opened,
                             log.OpenEntry(*hold.decision_index));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string bytes,
                             audit::PayloadValue(opened.payload, kFieldAuthorisation));
  v1::SignedAuthorisation authorisation;
  if (!authorisation.ParseFromString(bytes)) {
    return absl::DataLossError("the logged authorisation cannot be read");
  }
  return authorisation;
}

}  // namespace
namespace {

// Subscriptions and approvals have services of their own.
absl::Status CheckIsQuestion(const v1::Query& query) {
  if (!query.has_alert_subscription() && !query.has_approval_review()) return absl::OkStatus();
  return query::WithErrorDetail(
      absl::InvalidArgumentError(
          "subject: alert_subscription and approval_review are not questions"),
      query::kQueryMalformed, "", "use AlertService.Watch, or ApprovalService");
}

// A question that names an agency which the region does not have is mistaken as a whole; and what
// was typed there may be anything, so it must not reach a public leaf.
std::optional<QueryCourse::Refusal> RefusalOfUnknownOwner(const Question& question,
                                                          const QueryPlan& plan) {
  for (const OwnerPlan& owner : plan.owners) {
    if (question.policy->FindAgency(owner.owner) != nullptr) continue;
    return QueryCourse::Refusal{"unknown_agency",
                                query::ExplanationOf(*question.policy, owner.decision)};
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<query::VerifiedQuery> QuestionIntake::Verify(const v1::SignedQuery& signed_query,
                                                            const rpc::Peer& peer,
                                                            bool standing) const {
  FUSIONHUB_ASSIGN_OR_RETURN(const identity::PeerIdentity identity,
                             identity::ParseSpiffeId(peer.spiffe_id));
  query::QueryExpectations expected;
  expected.region = parts_.region;
  expected.peer_agency = identity.agency;
  expected.client_certificate = peer.certificate_sha256;
  expected.now = parts_.clock.Now();
  expected.standing = standing;
  return query::VerifySignedQuery(signed_query, parts_.issuers, expected);
}

CitedApprovals QuestionIntake::ApprovalsFor(const query::VerifiedQuery& verified,
                                            const std::string& owner, absl::Time now) const {
  CitedApprovals cited;
  const policy::Agency* agency = parts_.policy->FindAgency(owner);
  if (agency == nullptr) return cited;
  for (const std::string& id : verified.query.authorisations()) {
    const absl::StatusOr<HoldRecord> hold = parts_.holds.Find(id);
    if (!hold.ok() || hold->owner != owner || hold->state != "granted") continue;
    const absl::StatusOr<v1::SignedAuthorisation> authorisation =
        AuthorisationOf(*hold, parts_.log);
    if (!authorisation.ok()) continue;
    absl::StatusOr<std::vector<policy::VerifiedApproval>> approvals =
        query::VerifyAuthorisation(*authorisation, *agency, verified.question_digest, now);
    // One that does not fit this question lifts nothing: the policy then holds it again and says
    // so.
    if (!approvals.ok()) continue;
    cited.authorisations.push_back(*authorisation);
    for (policy::VerifiedApproval& approval : *approvals) {
      cited.verified.push_back(std::move(approval));
    }
  }
  return cited;
}

absl::StatusOr<QuestionIntake::Admitted> QuestionIntake::Admit(const v1::SignedQuery& signed_query,
                                                               const rpc::Peer& peer) {
  Admitted admitted;
  Question& question = admitted.question;
  FUSIONHUB_ASSIGN_OR_RETURN(question.verified, Verify(signed_query, peer, /*standing=*/false));
  FUSIONHUB_RETURN_IF_ERROR(CheckIsQuestion(question.verified.query));
  question.query_id = parts_.random.Bytes(kQueryIdSize);
  question.signed_query = signed_query;
  question.decided_at = parts_.clock.Now();
  question.policy = parts_.policy;
  admitted.plan = PlanQuery(
      question,
      [&](const std::string& owner) {
        return ApprovalsFor(question.verified, owner, question.decided_at);
      },
      parts_.decide);
  const identity::Person& person = question.verified.person;
  const absl::Status fresh = parts_.replays.Use(person.agency, person.assertion_id,
                                                person.expires_at, question.decided_at);
  if (absl::IsAlreadyExists(fresh)) {
    v1::Explanation why =
        query::OneFailure("assertion", std::string(policy::kIdentityClause), "used before",
                          "a new assertion for every question", "requester");
    why.mutable_failures(0)->set_clause_text(parts_.policy->ClauseText(policy::kIdentityClause));
    admitted.refusal = QueryCourse::Refusal{"assertion_replayed", std::move(why)};
  } else if (!fresh.ok()) {
    return fresh;
  } else {
    admitted.refusal = RefusalOfUnknownOwner(question, admitted.plan);
  }
  return admitted;
}

absl::StatusOr<query::VerifiedQuery> QuestionIntake::Identify(const v1::SignedQuery& signed_query,
                                                              const rpc::Peer& peer,
                                                              bool standing) {
  FUSIONHUB_ASSIGN_OR_RETURN(query::VerifiedQuery verified, Verify(signed_query, peer, standing));
  FUSIONHUB_RETURN_IF_ERROR(parts_.replays.Use(verified.person.agency, verified.person.assertion_id,
                                               verified.person.expires_at, parts_.clock.Now()));
  return verified;
}

QuestionIntake::Admitted QuestionIntake::ForHit(const v1::SignedQuery& signed_query,
                                                const query::VerifiedQuery& verified,
                                                const std::string& owner, const std::string& hit_id,
                                                const std::string& hotlist_category) {
  Admitted admitted;
  Question& question = admitted.question;
  question.verified = verified;
  question.query_id = parts_.random.Bytes(kQueryIdSize);
  question.signed_query = signed_query;
  question.decided_at = parts_.clock.Now();
  question.policy = parts_.policy;
  question.hit_id = hit_id;
  admitted.plan = PlanHit(question, owner, hotlist_category, parts_.decide);
  return admitted;
}

}  // namespace fusionhub::broker
