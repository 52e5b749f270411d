// Builds the JSON of a question's course.
#include "hubctl/course_json.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/digest.h"
#include "hubctl/explanation.h"
#include "hubctl/field_text.h"
#include "hubctl/outcome.h"
#include "query/signed_query.h"
#include "query/timestamp.h"

namespace fusionhub::hubctl {
namespace {

Json TimeJson(const google::protobuf::Timestamp& timestamp) {
  const absl::StatusOr<absl::Time> time = query::FromProto(timestamp);
  if (!time.ok()) return nullptr;
  return absl::FormatTime(absl::RFC3339_sec, *time, absl::UTCTimeZone());
}

template <typename Strings>
Json StringsJson(const Strings& strings) {
  Json list = Json::array();
  for (const auto& text : strings) list.push_back(text);
  return list;
}

// One that says nothing is left out.
void AddExplanation(const char* name, const v1::Explanation& explanation, Json& object) {
  if (explanation.failures_size() == 0 && explanation.holds_size() == 0) return;
  object[name] = ExplanationJson(explanation);
}

Json OutcomesJson(const google::protobuf::RepeatedPtrField<v1::OwnerOutcome>& outcomes) {
  Json list = Json::array();
  for (const v1::OwnerOutcome& outcome : outcomes) {
    Json line{{"owner", outcome.owner()},
              {"outcome", OutcomeWord(outcome.outcome())},
              {"records", outcome.records()},
              {"log_index", outcome.log_index()}};
    AddExplanation("explanation", outcome.explanation(), line);
    if (!outcome.hold_id().empty()) line["hold_id"] = outcome.hold_id();
    list.push_back(std::move(line));
  }
  return list;
}

Json PlanJson(const v1::QueryAccepted& accepted) {
  Json plan = Json::array();
  for (const v1::PlannedOwner& owner : accepted.plan()) {
    plan.push_back(Json{{"owner", owner.owner()},
                        {"asked", owner.asked()},
                        {"clauses", StringsJson(owner.clauses())}});
  }
  return plan;
}

Json StatementJson(const v1::QueryComplete& complete) {
  v1::CompletenessStatement statement;
  if (!statement.ParseFromString(complete.statement())) return nullptr;
  return Json{{"query_id", crypto::ToHex(statement.query_id())},
              {"query_digest", crypto::ToHex(statement.query_digest())},
              {"closed_at", TimeJson(statement.closed_at())},
              {"outcomes", OutcomesJson(statement.outcomes())}};
}

Json RankingJson(const v1::QueryComplete& complete) {
  Json ranking = Json::array();
  for (const v1::RankedCandidate& candidate : complete.ranking()) {
    ranking.push_back(Json{{"rank", candidate.rank()},
                           {"owner", candidate.owner()},
                           {"record_id", candidate.record_id()}});
  }
  return ranking;
}

}  // namespace

Json OwnerResultJson(const v1::OwnerResult& result, bool with_records) {
  Json line{{"owner", result.owner()},
            {"outcome", OutcomeWord(result.outcome())},
            {"clauses", StringsJson(result.clauses())},
            {"labels", StringsJson(result.labels())},
            {"notice", result.notice()},
            {"log_index", result.log_index()},
            {"elapsed_ms", result.elapsed_ms()}};
  if (result.has_delete_by()) line["delete_by"] = TimeJson(result.delete_by());
  if (!result.hold_id().empty()) line["hold_id"] = result.hold_id();
  AddExplanation("explanation", result.explanation(), line);
  if (!result.has_answer()) return line;
  const v1::Answer& answer = result.answer().answer();
  line["node"] = answer.node();
  line["policy_digest"] = crypto::ToHex(answer.policy_digest());
  if (!answer.engine().empty()) line["engine"] = answer.engine();
  AddExplanation("owner_explanation", answer.explanation(), line);
  if (!with_records) return line;
  Json records = Json::array();
  for (const v1::Record& record : answer.records()) records.push_back(RecordJson(record));
  line["records"] = std::move(records);
  return line;
}

Json ReceiptReportJson(const audit::ReceiptReport& report) {
  Json findings = Json::array();
  for (const audit::ReceiptFinding& finding : report.findings) {
    findings.push_back(Json{{"check", finding.check}, {"text", finding.text}});
  }
  Json entries = Json::array();
  for (const audit::ReceiptReport::CheckedEntry& entry : report.entries) {
    entries.push_back(Json{{"index", entry.index},
                           {"type", audit::EntryTypeName(entry.entry.type)},
                           {"outcome", entry.entry.outcome},
                           {"clause", entry.entry.clause},
                           {"owners", StringsJson(entry.entry.owners)}});
  }
  return Json{{"verified", report.ok()},
              {"checkpoint_size", report.checkpoint_size},
              {"entries", std::move(entries)},
              {"cosigned_by", StringsJson(report.cosigned_by)},
              {"findings", std::move(findings)}};
}

Json CourseJson(const v1::SavedReceipt& course, const audit::ReceiptReport& report, ExitCode code) {
  const v1::QueryComplete& complete = course.complete();
  const std::string& notice = complete.test_mode_notice();
  const crypto::Digest digest = query::QueryDigest(course.signed_query().query());
  Json results = Json::array();
  for (const v1::OwnerResult& result : course.results()) {
    results.push_back(OwnerResultJson(result, report.ok()));
  }
  Json object{{"exit_code", static_cast<int>(code)},
              {"test_mode", !notice.empty()},
              {"test_mode_notice", notice},
              {"query_id", crypto::ToHex(complete.query_id())},
              {"query_digest", crypto::ToHex(crypto::View(digest))},
              {"plan", PlanJson(course.accepted())},
              {"results", std::move(results)},
              {"outcomes", OutcomesJson(complete.outcomes())},
              {"ranking", RankingJson(complete)},
              {"statement", StatementJson(complete)},
              {"receipt", ReceiptReportJson(report)}};
  AddExplanation("explanation", complete.explanation(), object);
  return object;
}

}  // namespace fusionhub::hubctl
