// Serves ApprovalService.
#include "broker/approval_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "broker/log_entries.h"
#include "identity/spiffe_id.h"
#include "query/authorisation.h"
#include "query/error_detail.h"
#include "query/explanation.h"
#include "query/signed_query.h"
#include "query/timestamp.h"

namespace fusionhub::broker {
namespace {

// Answers that are too large for a message are cut at the oldest that fit; approvals make room.
constexpr size_t kMaxListBytes = 3 * 1024 * 1024;

// Runs `handle(request, peer)` on the pool. A call without a valid person is counted and logged as
// such.
template <typename Request, typename Response, typename Handle>
rpc::UnaryHandler<Request, Response> OnPool(WorkerPool& pool, UnidentifiedCalls& unidentified,
                                            Handle handle) {
  return
      [&pool, &unidentified, handle](const std::shared_ptr<rpc::Call>& call, const Request& request,
                                     const rpc::UnaryDone<Response>& done) {
        const absl::Status queued = pool.Submit([&unidentified, handle, call, request, done] {
          absl::StatusOr<Response> response = handle(request, call->peer());
          if (!absl::IsUnauthenticated(response.status())) return done(std::move(response));
          unidentified.Refuse(call->peer().spiffe_id, response.status(), done);
        });
        if (!queued.ok())
          done(absl::ResourceExhaustedError("the hub is busy; try again in a moment"));
      };
}

// Before the log says that it was decided.
absl::Status CheckWaits(const HoldRecord& hold, absl::Time now) {
  if (now >= hold.lapses_at) {
    return absl::FailedPreconditionError("the hold has lapsed; the question must be asked again");
  }
  if (hold.state == "waiting") return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("the hold was already ", hold.state));
}

rpc::MethodOptions Method(const char* name) {
  rpc::MethodOptions options;
  options.name = std::string("fusionhub.v1.ApprovalService/") + name;
  options.max_in_flight = 32;
  return options;
}

}  // namespace

void ApprovalService::RegisterWith(rpc::AsyncServer& server) {
  using Service = v1::ApprovalService::AsyncService;
  server.AddUnary(service_, &Service::RequestListHolds, Method("ListHolds"),
                  OnPool<v1::ListHoldsRequest, v1::ListHoldsResponse>(
                      parts_.pool, parts_.unidentified,
                      [this](const v1::ListHoldsRequest& request, const Peer& peer) {
                        return List(request, peer);
                      }));
  server.AddUnary(service_, &Service::RequestGrantHold, Method("GrantHold"),
                  OnPool<v1::GrantHoldRequest, v1::GrantHoldResponse>(
                      parts_.pool, parts_.unidentified,
                      [this](const v1::GrantHoldRequest& request, const Peer& peer) {
                        return Grant(request, peer);
                      }));
  server.AddUnary(service_, &Service::RequestDenyHold, Method("DenyHold"),
                  OnPool<v1::DenyHoldRequest, v1::DenyHoldResponse>(
                      parts_.pool, parts_.unidentified,
                      [this](const v1::DenyHoldRequest& request, const Peer& peer) {
                        return Deny(request, peer);
                      }));
}

absl::StatusOr<query::VerifiedQuery> ApprovalService::Reviewer(const v1::SignedQuery& signed_query,
                                                               const Peer& peer) {
  FUSIONHUB_ASSIGN_OR_RETURN(query::VerifiedQuery verified,
                             parts_.intake.Identify(signed_query, peer, /*standing=*/false));
  if (!verified.query.has_approval_review()) {
    return absl::InvalidArgumentError("the query's subject must be an approval_review");
  }
  // Questions that others ask of this agency are for its approvers' eyes only.
  const std::vector<std::string>& roles = verified.person.roles;
  if (std::find(roles.begin(), roles.end(), "approver") == roles.end()) {
    return absl::PermissionDeniedError(
        "only a person with the role 'approver' sees and decides held questions; the agency's "
        "identity "
        "provider gives the role");
  }
  return verified;
}

absl::StatusOr<HoldRecord> ApprovalService::HoldOf(const std::string& hold_id,
                                                   const Peer& peer) const {
  FUSIONHUB_ASSIGN_OR_RETURN(const identity::PeerIdentity identity,
                             identity::ParseSpiffeId(peer.spiffe_id));
  FUSIONHUB_ASSIGN_OR_RETURN(HoldRecord hold, parts_.holds.Find(hold_id));
  if (hold.owner != identity.agency) return absl::NotFoundError("there is no such hold");
  return hold;
}

absl::StatusOr<v1::HeldQuestion> ApprovalService::Describe(const HoldRecord& hold) const {
  FUSIONHUB_ASSIGN_OR_RETURN(const audit::Log::OpenedEntry opened,
                             parts_.log.OpenEntry(hold.question_index));
  v1::HeldQuestion out;
  out.set_hold_id(hold.hold_id);
  out.set_question_digest(crypto::ToString(hold.question_digest));
  FUSIONHUB_ASSIGN_OR_RETURN(*out.mutable_signed_query()->mutable_query(),
                             audit::PayloadValue(opened.payload, kFieldQuery));
  FUSIONHUB_ASSIGN_OR_RETURN(*out.mutable_signed_query()->mutable_assertion(),
                             audit::PayloadValue(opened.payload, kFieldAssertion));
  *out.mutable_held_at() = query::ToProto(hold.held_at);
  *out.mutable_lapses_at() = query::ToProto(hold.lapses_at);
  out.set_state(hold.state);
  return out;
}

absl::StatusOr<v1::ListHoldsResponse> ApprovalService::List(const v1::ListHoldsRequest& request,
                                                            const Peer& peer) {
  FUSIONHUB_ASSIGN_OR_RETURN(const query::VerifiedQuery reviewer,
                             Reviewer(request.signed_query(), peer));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<HoldRecord> holds,
                             parts_.holds.OfOwner(reviewer.person.agency, parts_.clock.Now()));
  v1::ListHoldsResponse response;
  for (const HoldRecord& hold : holds) {
    FUSIONHUB_ASSIGN_OR_RETURN(v1::HeldQuestion question, Describe(hold));
    if (response.ByteSizeLong() + question.ByteSizeLong() > kMaxListBytes) continue;
    *response.add_holds() = std::move(question);
  }
  return response;
}

audit::EntryDraft ApprovalService::Draft(audit::EntryType type, const HoldRecord& hold) const {
  audit::EntryDraft draft;
  draft.type = type;
  draft.time = parts_.clock.Now();
  draft.owners = {hold.owner};
  draft.reference = hold.question_index;
  const std::string& digest = parts_.policy.digest();
  std::copy(digest.begin(), digest.end(), draft.policy_digest.begin());
  draft.outcome = type == audit::EntryType::kAuthorisation ? "granted" : "denied";
  draft.payload.push_back({"hold_id", hold.hold_id});
  return draft;
}

absl::StatusOr<v1::GrantHoldResponse> ApprovalService::Grant(const v1::GrantHoldRequest& request,
                                                             const Peer& peer) {
  v1::Authorisation authorisation;
  if (!authorisation.ParseFromString(request.authorisation().authorisation())) {
    return absl::InvalidArgumentError("the authorisation cannot be read");
  }
  FUSIONHUB_ASSIGN_OR_RETURN(const HoldRecord hold, HoldOf(authorisation.authorisation_id(), peer));
  FUSIONHUB_RETURN_IF_ERROR(CheckWaits(hold, parts_.clock.Now()));
  const policy::Agency* owner = parts_.policy.FindAgency(hold.owner);
  if (owner == nullptr) return absl::NotFoundError("there is no such hold");
  // The hub checks for the approver's sake; the owner's node checks for the owner's.
  FUSIONHUB_RETURN_IF_ERROR(query::VerifyAuthorisation(request.authorisation(), *owner,
                                                       hold.question_digest, parts_.clock.Now())
                                .status());
  FUSIONHUB_ASSIGN_OR_RETURN(const audit::Log::OpenedEntry opened,
                             parts_.log.OpenEntry(hold.question_index));
  audit::EntryDraft draft = Draft(audit::EntryType::kAuthorisation, hold);
  draft.query_id = opened.entry.query_id;
  draft.payload.push_back(
      {std::string(kFieldAuthorisation), request.authorisation().SerializeAsString()});
  FUSIONHUB_ASSIGN_OR_RETURN(const audit::AppendedEntry entry, parts_.log.AppendAndWait(draft));
  FUSIONHUB_RETURN_IF_ERROR(
      parts_.holds.Decide(hold.hold_id, "granted", entry.index, parts_.clock.Now()));
  v1::GrantHoldResponse response;
  response.set_log_index(entry.index);
  return response;
}

absl::StatusOr<v1::DenyHoldResponse> ApprovalService::Deny(const v1::DenyHoldRequest& request,
                                                           const Peer& peer) {
  FUSIONHUB_ASSIGN_OR_RETURN(const query::VerifiedQuery reviewer,
                             Reviewer(request.signed_query(), peer));
  if (reviewer.query.reason().empty()) {
    return absl::InvalidArgumentError("a refusal needs a reason, which the requester sees");
  }
  FUSIONHUB_ASSIGN_OR_RETURN(const HoldRecord hold,
                             HoldOf(reviewer.query.approval_review().hold_id(), peer));
  FUSIONHUB_RETURN_IF_ERROR(CheckWaits(hold, parts_.clock.Now()));
  FUSIONHUB_ASSIGN_OR_RETURN(const audit::Log::OpenedEntry opened,
                             parts_.log.OpenEntry(hold.question_index));
  audit::EntryDraft draft = Draft(audit::EntryType::kDenial, hold);
  draft.query_id = opened.entry.query_id;
  draft.payload.push_back({"query", request.signed_query().query()});
  draft.payload.push_back({"assertion", request.signed_query().assertion()});
  FUSIONHUB_ASSIGN_OR_RETURN(const audit::AppendedEntry entry, parts_.log.AppendAndWait(draft));
  FUSIONHUB_RETURN_IF_ERROR(
      parts_.holds.Decide(hold.hold_id, "denied", entry.index, parts_.clock.Now()));
  v1::DenyHoldResponse response;
  response.set_log_index(entry.index);
  return response;
}

}  // namespace fusionhub::broker
