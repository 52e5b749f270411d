// A question's course: its beginning, its close, and what all stages share.
#include "broker/query_course.h"

#include <algorithm>
#include <utility>

#include "audit/receipt.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "broker/closing.h"
#include "broker/log_entries.h"
#include "broker/outcome_codes.h"
#include "query/explanation.h"
#include "query/signed_query.h"

namespace fusionhub::broker {
namespace {

// Five seconds in all: longer than any backlog that the log's queue can hold.
constexpr int kAppendTries = 50;
constexpr absl::Duration kAppendRetry = absl::Milliseconds(100);

}  // namespace

QueryCourse::QueryCourse(const CourseParts& parts, Question question, QueryPlan plan,
                         std::shared_ptr<CourseSink> sink)
    : parts_(parts),
      question_(std::move(question)),
      plan_(std::move(plan)),
      started_(parts.clock.Now()),
      sink_(std::move(sink)) {
  parts_.metrics.queries_in_flight().Increment();
}

QueryCourse::~QueryCourse() { parts_.metrics.queries_in_flight().Decrement(); }

std::shared_ptr<QueryCourse> QueryCourse::Start(const CourseParts& parts, Question question,
                                                QueryPlan plan, std::shared_ptr<CourseSink> sink,
                                                std::optional<Refusal> refusal) {
  std::shared_ptr<QueryCourse> course(
      new QueryCourse(parts, std::move(question), std::move(plan), std::move(sink)));
  if (refusal || !course->plan_.Any(policy::Outcome::kPermit)) {
    course->EndForAll(refusal);
  } else {
    course->MakeParts();
    course->LogIntent();
  }
  return course;
}

void QueryCourse::MakeParts() {
  owner_parts_.resize(plan_.owners.size());  // never resized again: callbacks hold references
  for (size_t i = 0; i < owner_parts_.size(); ++i) owner_parts_[i].plan = &plan_.owners[i];
  MutexLock lock(mu_);
  open_parts_ = owner_parts_.size();
}

void QueryCourse::RequesterLeft() {
  {
    MutexLock lock(mu_);
    sink_ = nullptr;
  }
  parts_.pool.SubmitContinuation(
      [self = shared_from_this()] { self->EndWaiting(v1::ANSWER_OUTCOME_TIMED_OUT); });
}

std::shared_ptr<CourseSink> QueryCourse::Sink() {
  MutexLock lock(mu_);
  return sink_;
}

void QueryCourse::Append(const audit::EntryDraft& draft, OnAppended next) {
  TryAppend(std::make_shared<const audit::EntryDraft>(draft), std::move(next), kAppendTries);
}

void QueryCourse::TryAppend(std::shared_ptr<const audit::EntryDraft> draft, OnAppended next,
                            int tries) {
  const absl::Time begun = parts_.clock.Now();
  const auto appended = [self = shared_from_this(), next,
                         begun](absl::StatusOr<audit::AppendedEntry> entry) {
    self->parts_.pool.SubmitContinuation([self, next, begun, entry = std::move(entry)]() mutable {
      if (!entry.ok()) return self->Fail(entry.status());
      self->parts_.metrics.log_append().Observe(
          absl::ToDoubleSeconds(self->parts_.clock.Now() - begun));
      next(*std::move(entry));
    });
  };
  const absl::Status queued = parts_.log.Append(*draft, appended);
  if (queued.ok()) return;
  if (!absl::IsResourceExhausted(queued) || tries <= 1) return Fail(queued);
  // The log's queue is full for a moment: the course waits rather than leave its question open in
  // the log.
  parts_.timers.Schedule(kAppendRetry, [self = shared_from_this(), draft, next, tries] {
    self->parts_.pool.SubmitContinuation(
        [self, draft, next, tries] { self->TryAppend(draft, next, tries - 1); });
  });
}

absl::Status QueryCourse::KeepHold(const std::string& owner, const std::string& hold_id,
                                   const v1::Explanation& why) {
  HoldRecord record;
  record.hold_id = hold_id;
  record.owner = owner;
  record.requester_agency = question_.verified.query.agency();
  record.question_digest = question_.verified.question_digest;
  record.question_index = opening_->index;
  record.held_at = parts_.clock.Now();
  uint32_t hours = 72;
  for (const v1::Hold& hold : why.holds()) {
    if (hold.expires_hours() > 0) hours = std::min(hours, hold.expires_hours());
  }
  record.lapses_at = record.held_at + absl::Hours(hours);
  record.state = "waiting";
  return parts_.holds.Add(record);
}

void QueryCourse::Close() {
  {
    MutexLock lock(mu_);
    if (deadline_timer_ != 0) parts_.timers.Cancel(deadline_timer_);
  }
  for (const Part& part : owner_parts_) {
    v1::OwnerOutcome& outcome = outcomes_.emplace_back();
    outcome.set_owner(part.plan->owner);
    outcome.set_outcome(part.result.outcome());
    outcome.set_records(static_cast<uint32_t>(part.records));
    *outcome.mutable_explanation() = part.result.explanation();
    outcome.set_log_index(part.entry->index);
    outcome.set_hold_id(part.result.hold_id());
  }
  const absl::Time now = parts_.clock.Now();
  std::string statement = StatementBytes(question_, outcomes_, now);
  const audit::EntryDraft draft = CloseDraft(question_, opening_->index, statement, now);
  Append(draft, [this, statement = std::move(statement)](const audit::AppendedEntry& entry) {
    OnClosed(entry, statement);
  });
}

void QueryCourse::OnClosed(const audit::AppendedEntry& entry, std::string statement) {
  CountEnd();
  std::shared_ptr<CourseSink> sink;
  {
    MutexLock lock(mu_);
    std::swap(sink, sink_);
  }
  if (sink != nullptr) sink->Complete(CompleteEvent(entry, std::move(statement)));
}

v1::QueryComplete QueryCourse::CompleteEvent(const audit::AppendedEntry& close,
                                             std::string statement) {
  v1::QueryComplete complete;
  complete.set_query_id(question_.query_id);
  complete.set_statement_signature(
      parts_.statement_key.Sign(audit::StatementSignedText(statement)));
  complete.set_statement(std::move(statement));
  for (const v1::OwnerOutcome& outcome : outcomes_) *complete.add_outcomes() = outcome;
  *complete.mutable_explanation() = explanation_for_all_;
  complete.set_test_mode_notice(parts_.test_mode_notice);
  complete.set_query_salt(opening_->query_salt);
  complete.set_statement_salt(close.answer_salt);

  std::vector<OwnerScores> scores;
  std::vector<audit::AppendedEntry> entries = {*opening_};
  for (Part& part : owner_parts_) {
    scores.push_back({part.plan->owner, std::move(part.scores)});
    entries.push_back(*part.entry);
  }
  entries.push_back(close);
  uint32_t limit = question_.verified.query.face_comparison().max_candidates();
  if (limit == 0) limit = query::kDefaultCandidates;
  for (v1::RankedCandidate& line : Rank(scores, limit)) *complete.add_ranking() = std::move(line);
  absl::StatusOr<v1::QueryReceipt> receipt = BuildReceipt(parts_.log, entries);
  if (receipt.ok()) {
    *complete.mutable_receipt() = *std::move(receipt);
  } else {
    // The entries are durable; a client without proofs refuses to show anything.
    fusionhub::Log(LogLevel::kError, "receipt_failed", "proofs of logged entries cannot be made");
  }
  return complete;
}

void QueryCourse::CountEnd() {
  size_t released = 0, held = 0, silent = 0;
  for (const v1::OwnerOutcome& outcome : outcomes_) {
    if (outcome.outcome() == v1::ANSWER_OUTCOME_RELEASED) ++released;
    if (outcome.outcome() == v1::ANSWER_OUTCOME_HELD) ++held;
    if (outcome.outcome() == v1::ANSWER_OUTCOME_TIMED_OUT ||
        outcome.outcome() == v1::ANSWER_OUTCOME_OFFLINE ||
        outcome.outcome() == v1::ANSWER_OUTCOME_INVALID) {
      ++silent;
    }
  }
  const absl::string_view word = silent > 0     ? "partial"
                                 : released > 0 ? "answered"
                                 : held > 0     ? "held"
                                                : "refused";
  if (owner_parts_.empty() && held == 0)
    parts_.metrics.Refused(PublicClause(*question_.policy, explanation_for_all_));
  parts_.metrics.QueryEnded(word, parts_.clock.Now() - started_);
}

void QueryCourse::Fail(const absl::Status& status) {
  std::shared_ptr<CourseSink> sink;
  {
    MutexLock lock(mu_);
    std::swap(sink, sink_);
    if (deadline_timer_ != 0) parts_.timers.Cancel(deadline_timer_);
  }
  // Nobody is asked on; what the log lacks of this question is closed at the next start
  // (recovery.h).
  for (Part& part : owner_parts_) {
    std::shared_ptr<NodeLink> node;
    {
      MutexLock lock(mu_);
      node = part.node;
    }
    if (node != nullptr && Claim(part)) node->Cancel(question_.query_id);
  }
  fusionhub::Log(LogLevel::kError, "query_failed",
                 "a question could not be logged and was not answered",
                 {{"code", absl::StatusCodeToString(status.code())}});
  if (sink == nullptr) return;
  parts_.metrics.QueryEnded("failed", parts_.clock.Now() - started_);
  sink->Failed(absl::UnavailableError(
      "the audit log cannot be written, so nothing is answered; ask again later"));
}

}  // namespace fusionhub::broker
