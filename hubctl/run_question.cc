// The course of one question at the client.
#include "hubctl/run_question.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/receipt.h"
#include "base/status_macros.h"
#include "hubctl/ask.h"
#include "hubctl/course_json.h"
#include "hubctl/course_view.h"
#include "hubctl/outcome.h"
#include "hubctl/saved_receipt.h"
#include "hubctl/terminal_text.h"
#include "hubctl/trust.h"
#include "query/signed_query.h"

namespace fusionhub::hubctl {
namespace {

ExitCode ExitCodeOfCourse(const v1::SavedReceipt& course, const audit::ReceiptReport& report) {
  if (!report.ok()) return ExitCode::kBadProof;
  std::vector<v1::AnswerOutcome> outcomes;
  for (const v1::OwnerOutcome& outcome : course.complete().outcomes()) {
    outcomes.push_back(outcome.outcome());
  }
  return ExitCodeOf(outcomes);
}

absl::StatusOr<v1::Query> BuildFullQuery(Session& session, const QuestionOptions& options,
                                         const SetSubject& set_subject) {
  FUSIONHUB_ASSIGN_OR_RETURN(v1::Query query, SessionQuery(session, options.of_case));
  query.set_deadline_ms(
      static_cast<uint32_t>(absl::ToInt64Milliseconds(session.question_deadline())));
  FUSIONHUB_RETURN_IF_ERROR(set_subject(query));
  return query;
}

// Asks, and checks each event before it is shown.
absl::StatusOr<v1::SavedReceipt> AskAndCheck(Session& session, const v1::Query& query,
                                             const audit::ReceiptTrust& trust, CourseView& view) {
  FUSIONHUB_ASSIGN_OR_RETURN(const v1::SignedQuery signed_query, session.Sign(query));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, session.Connect());
  const std::unique_ptr<v1::QueryService::Stub> stub = v1::QueryService::NewStub(channel);
  grpc::ClientContext context;
  session.SetDeadline(context, query::DeadlineOf(query));
  std::string query_id;
  return Ask(*stub, context, signed_query,
             {.accepted = [&](const v1::QueryAccepted& accepted) -> absl::Status {
                FUSIONHUB_RETURN_IF_ERROR(CheckAccepted(signed_query, accepted, trust));
                query_id = accepted.query_id();
                view.Accepted(accepted);
                return absl::OkStatus();
              },
              .result = [&](const v1::OwnerResult& result) -> absl::Status {
                FUSIONHUB_RETURN_IF_ERROR(CheckResult(query_id, result, trust));
                view.Result(result);
                return absl::OkStatus();
              }});
}

absl::Status SaveFiles(const v1::SavedReceipt& course, const QuestionOptions& options, bool proven,
                       Output& output) {
  if (!options.save_receipt.empty()) {
    FUSIONHUB_RETURN_IF_ERROR(SaveReceipt(course, options.save_receipt));
    output.Line(absl::StrCat("The receipt is in ", TerminalText(options.save_receipt),
                             "; check it at any time with: hubctl audit verify-receipt ",
                             TerminalText(options.save_receipt)));
  }
  if (!options.save_images.empty() && proven) {
    FUSIONHUB_ASSIGN_OR_RETURN(const int saved, SaveImages(course, options.save_images));
    output.Line(absl::StrCat(saved, " images are in ", TerminalText(options.save_images)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<audit::ReceiptTrust> SessionTrust(Session& session) {
  FUSIONHUB_ASSIGN_OR_RETURN(const Config* config, session.LoadedConfig());
  FUSIONHUB_ASSIGN_OR_RETURN(std::shared_ptr<const policy::Policy> policy, session.LoadedPolicy());
  return MakeTrust({.region = config->region,
                    .log_verifier_key = config->log.verifier_key,
                    .origin = config->log.origin,
                    .statement_key = config->statement_key,
                    .policy = std::move(policy)});
}

TitleOf TitlesOf(std::shared_ptr<const policy::Policy> policy) {
  return [policy = std::move(policy)](absl::string_view word) { return policy->Title(word); };
}

absl::StatusOr<v1::Query> SessionQuery(Session& session, const CaseOptions& of_case) {
  FUSIONHUB_ASSIGN_OR_RETURN(const Config* config, session.LoadedConfig());
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string person, session.Person());
  return BuildQuery(of_case,
                    {.region = config->region,
                     .agency = config->agency,
                     .person = person,
                     .now = session.clock().Now()},
                    session.random());
}

void AddQuestionOptions(CLI::App& verb, QuestionOptions& options) {
  CaseOptions& of_case = options.of_case;
  verb.add_option("--purpose", of_case.purpose, "Purpose code of the vocabulary, e.g. REJ-4.2")
      ->required();
  verb.add_option("--reason", of_case.reason, "Why, in the officer's words")->required();
  verb.add_option("--officer", of_case.officer, "For whom the question is asked (you)");
  CLI::Option_group* identifier =
      verb.add_option_group("Identifier", "What ties the question to a case; at most one");
  identifier->add_option("--complaint", of_case.complaint, "Complaint number");
  identifier->add_option("--cad", of_case.cad, "Computer-aided dispatch event number");
  identifier->add_option("--warrant", of_case.warrant, "Warrant number");
  identifier->add_option("--other", of_case.other, "Another kind, as NAME=NUMBER");
  identifier->require_option(0, 1);
  verb.add_option("--fact", of_case.facts, "What you state about the case, as name=value")
      ->take_all();
  verb.add_option("--owner", of_case.owners, "Ask this agency only (may be repeated)")->take_all();
  verb.add_option("--authorisation", of_case.authorisations,
                  "Id of a granted hold (may be repeated)")
      ->take_all();
  verb.add_option("--save-receipt", options.save_receipt, "Keep the receipt in this file");
  verb.add_option("--save-images", options.save_images, "Keep released images in this folder");
}

ExitCode RunQuestion(Session& session, const QuestionOptions& options, const std::string& what,
                     const SetSubject& set_subject) {
  const absl::StatusOr<audit::ReceiptTrust> trust = SessionTrust(session);
  if (!trust.ok()) return session.Fail(trust.status());
  const absl::StatusOr<v1::Query> query = BuildFullQuery(session, options, set_subject);
  if (!query.ok()) return session.FailUsage(query.status());
  const std::shared_ptr<const policy::Policy> policy = *session.LoadedPolicy();
  Output& output = session.output();
  CourseView view(absl::StrCat(what, " for \"", TerminalText(policy->Title(query->purpose())),
                               "\" by ", TerminalText(query->agency())),
                  TitlesOf(policy), output);
  const absl::StatusOr<v1::SavedReceipt> course = AskAndCheck(session, *query, *trust, view);
  if (!course.ok()) return session.Fail(course.status());
  const audit::ReceiptReport report = audit::VerifyReceipt(*course, *trust);
  const ExitCode code = ExitCodeOfCourse(*course, report);
  view.Complete(*course, report);
  const absl::Status saved = SaveFiles(*course, options, report.ok(), output);
  if (!saved.ok()) return session.Fail(saved);
  if (output.json()) output.WriteJson(CourseJson(*course, report, code));
  return code;
}

}  // namespace fusionhub::hubctl
