// Signs a question, asks it, verifies every part, shows it, and turns the outcome into an exit
// code.
#ifndef FUSIONHUB_HUBCTL_RUN_QUESTION_H_
#define FUSIONHUB_HUBCTL_RUN_QUESTION_H_

#include <functional>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/receipt.h"
#include "fusionhub/v1/query.pb.h"
#include "hubctl/course_view.h"
#include "hubctl/exit_code.h"
#include "hubctl/question.h"
#include "hubctl/session.h"
#include "policy/policy.h"

namespace fusionhub::hubctl {

// What every question verb accepts.
struct QuestionOptions {
  CaseOptions of_case;
  std::string save_receipt;  // file; empty: not saved
  std::string save_images;   // folder; empty: not saved
};

// Adds the options of every question verb.
void AddQuestionOptions(CLI::App& verb, QuestionOptions& options);

// What the session's configuration and policy folder say is to be trusted.
absl::StatusOr<audit::ReceiptTrust> SessionTrust(Session& session);

// Titles as the region's vocabulary has them.
TitleOf TitlesOf(std::shared_ptr<const policy::Policy> policy);

// A query without subject by the session's person, now.
absl::StatusOr<v1::Query> SessionQuery(Session& session, const CaseOptions& of_case);

// Sets the subject of a query; an error of it is one of usage.
using SetSubject = std::function<absl::Status(v1::Query&)>;

// `what` names the question for people, e.g. "hotlist check".
ExitCode RunQuestion(Session& session, const QuestionOptions& options, const std::string& what,
                     const SetSubject& set_subject);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_RUN_QUESTION_H_
