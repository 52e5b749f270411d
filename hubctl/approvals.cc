// The approver's side of a hold.
#include "hubctl/approvals.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "crypto/digest.h"
#include "crypto/ed25519.h"
#include "fusionhub/v1/admin.grpc.pb.h"
#include "hubctl/explanation.h"
#include "hubctl/run_question.h"
#include "hubctl/terminal_text.h"
#include "query/authorisation.h"
#include "query/policy_request.h"
#include "query/signed_query.h"
#include "query/timestamp.h"
#include "rpc/status_conversion.h"

namespace fusionhub::hubctl {
namespace {

// Every query states a purpose; nobody's data is asked for here, so policy does not judge it.
constexpr char kReviewPurpose[] = "approval_review";

// A held question with what its requester signed, read from the signed bytes themselves.
struct HeldQuestion {
  v1::HeldQuestion held;
  v1::Query query;
};

// Who looks, or refuses `hold_id` for `reason`, with the person's assertion over it.
absl::StatusOr<v1::SignedQuery> SignReview(Session& session, const std::string& hold_id,
                                           const std::string& reason) {
  FUSIONHUB_ASSIGN_OR_RETURN(v1::Query query, SessionQuery(session, {}));
  query.set_purpose(kReviewPurpose);
  query.mutable_approval_review()->set_hold_id(hold_id);
  query.set_reason(reason);
  return session.Sign(query);
}

absl::StatusOr<std::unique_ptr<v1::ApprovalService::Stub>> ConnectStub(Session& session) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, session.Connect());
  return v1::ApprovalService::NewStub(channel);
}

absl::StatusOr<HeldQuestion> ReadHeld(v1::HeldQuestion held) {
  FUSIONHUB_ASSIGN_OR_RETURN(v1::Query query, query::ParseQuery(held.signed_query()));
  const crypto::Digest digest = query::QuestionDigest(query);
  if (crypto::View(digest) != held.question_digest()) {
    return absl::DataLossError(
        absl::StrCat("hold ", held.hold_id(), ": the hub names another question than was signed"));
  }
  return HeldQuestion{std::move(held), std::move(query)};
}

absl::StatusOr<std::vector<HeldQuestion>> ListHolds(Session& session,
                                                    v1::ApprovalService::Stub& stub) {
  v1::ListHoldsRequest request;
  FUSIONHUB_ASSIGN_OR_RETURN(*request.mutable_signed_query(), SignReview(session, "", ""));
  v1::ListHoldsResponse response;
  grpc::ClientContext context;
  session.SetDeadline(context, absl::ZeroDuration());
  FUSIONHUB_RETURN_IF_ERROR(
      rpc::FromGrpcStatus(stub.ListHolds(&context, request, &response), &context));
  std::vector<HeldQuestion> questions;
  for (v1::HeldQuestion& held : *response.mutable_holds()) {
    FUSIONHUB_ASSIGN_OR_RETURN(HeldQuestion question, ReadHeld(std::move(held)));
    questions.push_back(std::move(question));
  }
  return questions;
}

std::string TimeText(const google::protobuf::Timestamp& timestamp) {
  const absl::StatusOr<absl::Time> time = query::FromProto(timestamp);
  if (!time.ok()) return "unknown";
  return absl::FormatTime(absl::RFC3339_sec, *time, absl::UTCTimeZone());
}

Json HeldJson(const HeldQuestion& question) {
  const v1::Query& query = question.query;
  return Json{{"hold_id", question.held.hold_id()},
              {"state", question.held.state()},
              {"question_digest", crypto::ToHex(question.held.question_digest())},
              {"agency", query.agency()},
              {"operator", query.operator_()},
              {"officer", query.officer()},
              {"data", query::DataOf(query)},
              {"action", query::ActionOf(query)},
              {"purpose", query.purpose()},
              {"identifier", query.identifier().value()},
              {"reason", query.reason()},
              {"held_at", TimeText(question.held.held_at())},
              {"lapses_at", TimeText(question.held.lapses_at())},
              {"explanation", ExplanationJson(question.held.explanation())}};
}

void ShowHeld(const HeldQuestion& question, Output& output) {
  const v1::Query& query = question.query;
  output.Line(absl::StrCat(
      TerminalText(question.held.hold_id()), "  ", TerminalText(question.held.state()), ", held ",
      TimeText(question.held.held_at()), ", lapses ", TimeText(question.held.lapses_at())));
  output.Line(absl::StrCat("  ", query::DataOf(query), "/", query::ActionOf(query), " for \"",
                           TerminalText(query.purpose()), "\" by ", TerminalText(query.operator_()),
                           " of ", TerminalText(query.agency()), " for officer ",
                           TerminalText(query.officer())));
  output.Line(absl::StrCat("  case ", TerminalText(query.identifier().value()), ": ",
                           TerminalText(query.reason())));
  for (const std::string& line : ExplanationLines(question.held.explanation())) {
    output.Line(absl::StrCat("  ", line));
  }
}

absl::StatusOr<v1::SignedAuthorisation> SignGrant(Session& session, const GrantOptions& options,
                                                  const HeldQuestion& question) {
  FUSIONHUB_ASSIGN_OR_RETURN(const Config* config, session.LoadedConfig());
  FUSIONHUB_ASSIGN_OR_RETURN(const crypto::Ed25519PrivateKey key,
                             crypto::Ed25519PrivateKey::FromPemFile(options.key_file));
  const absl::Time now = session.clock().Now();
  v1::Authorisation authorisation;
  authorisation.set_authorisation_id(question.held.hold_id());
  const crypto::Digest digest = query::QuestionDigest(question.query);
  authorisation.set_question_digest(crypto::ToString(digest));
  authorisation.set_owner(config->agency);
  authorisation.set_key_id(options.key_id);
  authorisation.set_reason(options.reason);
  *authorisation.mutable_signed_at() = query::ToProto(now);
  *authorisation.mutable_expires_at() = query::ToProto(now + absl::Hours(options.expires_hours));
  return query::SignAuthorisation(authorisation, key);
}

ExitCode Done(Session& session, const std::string& hold_id, const char* state, uint64_t log_index) {
  Output& output = session.output();
  output.Line(
      absl::StrCat("Hold ", TerminalText(hold_id), " is ", state, "; log entry ", log_index, "."));
  if (output.json()) {
    output.WriteJson(Json{{"hold_id", hold_id}, {"state", state}, {"log_index", log_index}});
  }
  return ExitCode::kDone;
}

absl::StatusOr<uint64_t> Grant(Session& session, const GrantOptions& options) {
  FUSIONHUB_ASSIGN_OR_RETURN(const auto stub, ConnectStub(session));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<HeldQuestion> questions, ListHolds(session, *stub));
  for (const HeldQuestion& question : questions) {
    if (question.held.hold_id() != options.hold_id) continue;
    ShowHeld(question, session.output());
    v1::GrantHoldRequest request;
    FUSIONHUB_ASSIGN_OR_RETURN(*request.mutable_authorisation(),
                               SignGrant(session, options, question));
    v1::GrantHoldResponse response;
    grpc::ClientContext context;
    session.SetDeadline(context, absl::ZeroDuration());
    FUSIONHUB_RETURN_IF_ERROR(
        rpc::FromGrpcStatus(stub->GrantHold(&context, request, &response), &context));
    return response.log_index();
  }
  return absl::NotFoundError(
      absl::StrCat("no hold ", options.hold_id, " waits for your agency; see 'approvals list'"));
}

absl::StatusOr<uint64_t> Deny(Session& session, const DenyOptions& options) {
  FUSIONHUB_ASSIGN_OR_RETURN(const auto stub, ConnectStub(session));
  v1::DenyHoldRequest request;
  FUSIONHUB_ASSIGN_OR_RETURN(*request.mutable_signed_query(),
                             SignReview(session, options.hold_id, options.reason));
  v1::DenyHoldResponse response;
  grpc::ClientContext context;
  session.SetDeadline(context, absl::ZeroDuration());
  FUSIONHUB_RETURN_IF_ERROR(
      rpc::FromGrpcStatus(stub->DenyHold(&context, request, &response), &context));
  return response.log_index();
}

}  // namespace

ExitCode RunListHolds(Session& session) {
  const auto stub = ConnectStub(session);
  if (!stub.ok()) return session.Fail(stub.status());
  const absl::StatusOr<std::vector<HeldQuestion>> questions = ListHolds(session, **stub);
  if (!questions.ok()) return session.Fail(questions.status());
  Output& output = session.output();
  Json list = Json::array();
  for (const HeldQuestion& question : *questions) {
    ShowHeld(question, output);
    list.push_back(HeldJson(question));
  }
  if (questions->empty()) output.Line("No hold waits for your agency.");
  if (output.json()) output.WriteJson(Json{{"holds", std::move(list)}});
  return ExitCode::kDone;
}

ExitCode RunGrant(Session& session, const GrantOptions& options) {
  const absl::StatusOr<uint64_t> index = Grant(session, options);
  if (!index.ok()) return session.Fail(index.status());
  return Done(session, options.hold_id, "granted", *index);
}

ExitCode RunDeny(Session& session, const DenyOptions& options) {
  const absl::StatusOr<uint64_t> index = Deny(session, options);
  if (!index.ok()) return session.Fail(index.status());
  return Done(session, options.hold_id, "denied", *index);
}

}  // namespace fusionhub::hubctl
