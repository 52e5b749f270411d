// Writes a question's course for people.
#include "hubctl/course_view.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "crypto/digest.h"
#include "hubctl/explanation.h"
#include "hubctl/field_text.h"
#include "hubctl/outcome.h"
#include "hubctl/terminal_text.h"
#include "query/timestamp.h"

namespace fusionhub::hubctl {
namespace {

template <typename Strings>
std::string Listed(const Strings& strings) {
  return absl::StrJoin(strings, ", ", [](std::string* out, const std::string& text) {
    absl::StrAppend(out, TerminalText(text));
  });
}

std::string Counted(size_t count, absl::string_view one, absl::string_view many) {
  return absl::StrCat(count, " ", count == 1 ? one : many);
}

std::string CountedRecords(size_t count) { return Counted(count, "record", "records"); }

const v1::Record* FindRecord(const v1::SavedReceipt& course, const v1::RankedCandidate& candidate) {
  for (const v1::OwnerResult& result : course.results()) {
    if (result.owner() != candidate.owner()) continue;
    for (const v1::Record& record : result.answer().answer().records()) {
      if (record.record_id() == candidate.record_id()) return &record;
    }
  }
  return nullptr;
}

bool HasRecords(const v1::OwnerResult& result) {
  return result.outcome() == v1::ANSWER_OUTCOME_RELEASED &&
         result.answer().answer().records_size() > 0;
}

std::string NoticeOf(const v1::SavedReceipt& course, const std::string& owner) {
  for (const v1::OwnerResult& result : course.results()) {
    if (result.owner() == owner) return result.notice();
  }
  return "";
}

}  // namespace

CourseView::CourseView(std::string what, TitleOf title, Output& output)
    : what_(std::move(what)), title_(std::move(title)), output_(output) {}

void CourseView::ShowTestMode(absl::string_view notice) {
  output_.SetTestMode();
  absl::ConsumePrefix(&notice, "TEST MODE: ");  // every line begins with it anyway
  output_.Line(TerminalText(notice));
}

void CourseView::Accepted(const v1::QueryAccepted& accepted) {
  if (!accepted.test_mode_notice().empty()) {
    ShowTestMode(accepted.test_mode_notice());
  }
  std::vector<std::string> not_asked;
  for (const v1::PlannedOwner& owner : accepted.plan()) {
    if (owner.asked()) {
      waiting_.insert(owner.owner());
    } else {
      not_asked.push_back(owner.owner());
    }
  }
  output_.Line(absl::StrCat(what_, ": query ", crypto::ToHex(accepted.query_id()),
                            ", logged as entry ", accepted.intent().index()));
  output_.Line(absl::StrCat("  asking ", Listed(waiting_)));
  if (!not_asked.empty()) {
    output_.Line(absl::StrCat("  not asking ", Listed(not_asked), " (the reasons follow)"));
  }
  Progress();
}

void CourseView::Progress() {
  if (waiting_.empty()) return output_.ClearProgress();
  output_.Progress(absl::StrCat("waiting for ", Counted(waiting_.size(), "agency", "agencies"),
                                ": ", Listed(waiting_)));
}

void CourseView::Result(const v1::OwnerResult& result) {
  waiting_.erase(result.owner());
  std::string line =
      absl::StrFormat("  %-24s %s", TerminalText(result.owner()), OutcomeInWords(result.outcome()));
  if (result.outcome() == v1::ANSWER_OUTCOME_RELEASED) {
    const int records = result.answer().answer().records_size();
    absl::StrAppend(&line, ": ", records == 0 ? "nothing found" : CountedRecords(records));
  }
  output_.Line(absl::StrFormat("%s (%.2f s)", line, result.elapsed_ms() / 1000.0));
  Progress();
}

void CourseView::Record(const std::string& heading, const v1::Record& record) {
  output_.Line(absl::StrCat("  ", heading));
  for (const v1::Field& field : record.fields()) {
    output_.Line(
        absl::StrFormat("      %-22s %s", TerminalText(title_(field.name())), FieldText(field)));
  }
}

void CourseView::Terms(const v1::OwnerResult& result) {
  const v1::Answer& answer = result.answer().answer();
  output_.Line();
  output_.Line(absl::StrCat(TerminalText(result.owner()), ": ",
                            CountedRecords(answer.records_size()), ", allowed by ",
                            Listed(result.clauses())));
  if (!answer.engine().empty()) {
    output_.Line(absl::StrCat("  engine ", TerminalText(answer.engine())));
  }
  if (result.labels_size() > 0) {
    std::vector<std::string> titles;
    for (const std::string& label : result.labels()) titles.push_back(title_(label));
    output_.Line(absl::StrCat("  labels: ", Listed(titles)));
  }
  if (!result.notice().empty()) {
    output_.Line(absl::StrCat("  NOTICE: ", TerminalText(result.notice())));
  }
  const absl::StatusOr<absl::Time> delete_by = query::FromProto(result.delete_by());
  if (result.has_delete_by() && delete_by.ok()) {
    output_.Line(absl::StrCat(
        "  destroy by ", absl::FormatTime("%Y-%m-%d %H:%M UTC", *delete_by, absl::UTCTimeZone())));
  }
}

void CourseView::Records(const v1::OwnerResult& result) {
  const v1::Answer& answer = result.answer().answer();
  if (!HasRecords(result)) return;
  Terms(result);
  for (const v1::Record& record : answer.records()) {
    Record(absl::StrCat("record ", TerminalText(record.record_id())), record);
  }
}

void CourseView::Ranking(const v1::SavedReceipt& course) {
  for (const v1::OwnerResult& result : course.results()) {
    if (HasRecords(result)) Terms(result);
  }
  output_.Line();
  output_.Line("Candidates of all agencies, best first:");
  for (const v1::RankedCandidate& candidate : course.complete().ranking()) {
    const v1::Record* record = FindRecord(course, candidate);
    if (record == nullptr) continue;
    Record(absl::StrCat(candidate.rank(), ". ", TerminalText(candidate.owner()), ", record ",
                        TerminalText(candidate.record_id())),
           *record);
    const std::string notice = NoticeOf(course, candidate.owner());
    if (!notice.empty()) output_.Line(absl::StrCat("      NOTICE: ", TerminalText(notice)));
  }
}

void CourseView::Explanations(const v1::QueryComplete& complete) {
  // Owners with the same reasons are named together: a missing identifier is one mistake, not five.
  std::map<std::vector<std::string>, std::vector<std::string>> owners_by_reason;
  std::map<std::vector<std::string>, std::string> word;
  const std::vector<std::string> whole = ExplanationLines(complete.explanation());
  for (const v1::OwnerOutcome& outcome : complete.outcomes()) {
    std::vector<std::string> lines = ExplanationLines(outcome.explanation());
    if (lines.empty()) continue;
    word[lines] = outcome.outcome() == v1::ANSWER_OUTCOME_HELD ? "HELD" : "REFUSED";
    owners_by_reason[std::move(lines)].push_back(outcome.owner());
  }
  if (owners_by_reason.empty() && !whole.empty()) owners_by_reason[whole] = {"every owner"};
  for (const auto& [lines, owners] : owners_by_reason) {
    output_.Line();
    output_.Line(absl::StrCat(word.contains(lines) ? word[lines] : "REFUSED", "  by ",
                              Listed(owners), ": ", what_));
    for (const std::string& line : lines) output_.Line(absl::StrCat("  ", line));
  }
  for (const v1::OwnerOutcome& outcome : complete.outcomes()) {
    if (outcome.hold_id().empty()) continue;
    output_.Line(absl::StrCat("  ", TerminalText(outcome.owner()), " lists this hold as ",
                              TerminalText(outcome.hold_id()),
                              "; when it is granted, ask again with --authorisation ",
                              TerminalText(outcome.hold_id())));
  }
}

void CourseView::Statement(const v1::QueryComplete& complete) {
  output_.Line();
  output_.Line("What became of every agency, as the hub signed it:");
  for (const v1::OwnerOutcome& outcome : complete.outcomes()) {
    std::string line = absl::StrFormat("  %-24s %s", TerminalText(outcome.owner()),
                                       OutcomeInWords(outcome.outcome()));
    if (outcome.outcome() == v1::ANSWER_OUTCOME_RELEASED) {
      absl::StrAppend(&line, ", ", CountedRecords(outcome.records()));
    }
    output_.Line(absl::StrCat(line, "   log entry ", outcome.log_index()));
  }
}

void CourseView::Proof(const audit::ReceiptReport& report) {
  output_.Line();
  if (report.ok()) {
    output_.Line(absl::StrCat("Proven: ", Counted(report.entries.size(), "entry", "entries"),
                              " of this question in the log of ", report.checkpoint_size,
                              " entries; every signature holds."));
    return;
  }
  output_.Line("NOT PROVEN: nothing of the answers is shown, because");
  for (const audit::ReceiptFinding& finding : report.findings) {
    output_.Line(
        absl::StrCat("  x ", TerminalText(finding.check), "  ", TerminalText(finding.text)));
  }
}

void CourseView::Complete(const v1::SavedReceipt& course, const audit::ReceiptReport& report) {
  waiting_.clear();
  output_.ClearProgress();
  const v1::QueryComplete& complete = course.complete();
  if (!course.has_accepted() && !complete.test_mode_notice().empty()) {
    ShowTestMode(complete.test_mode_notice());
  }
  if (report.ok()) {
    if (complete.ranking_size() > 0) {
      Ranking(course);
    } else {
      for (const v1::OwnerResult& result : course.results()) Records(result);
    }
  }
  Explanations(complete);
  Statement(complete);
  Proof(report);
}

}  // namespace fusionhub::hubctl
