// Owners' parts of a question's course: from an owner's answer, or its absence, to the log entry
// and the result that the requester sees.
#include <algorithm>
#include <array>
#include <utility>

#include "audit/answer_commitment.h"
#include "base/log.h"
#include "broker/log_entries.h"
#include "broker/notices.h"
#include "broker/outcome_codes.h"
#include "broker/query_course.h"
#include "query/explanation.h"
#include "query/timestamp.h"

namespace fusionhub::broker {
namespace {

// Checks of a node that are not policy's: what it says of the order, the probe or itself is its own
// to say.
constexpr std::array<absl::string_view, 12> kNodeChecks = {
    "busy",   "data",  "hit",    "order",  "owner_narrowed", "owners",
    "person", "probe", "search", "served", "ticket",         "too_large"};

// True when the owner refused by a rule that the hub applied too and passed.
bool IsDifference(const v1::Answer& answer) {
  if (answer.outcome() != v1::ANSWER_OUTCOME_REFUSED) return false;
  for (const v1::Failure& failure : answer.explanation().failures()) {
    if (std::find(kNodeChecks.begin(), kNodeChecks.end(), failure.check()) == kNodeChecks.end()) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool QueryCourse::Claim(Part& part) {
  MutexLock lock(mu_);
  if (part.phase != Part::Phase::kWaiting) return false;
  part.phase = Part::Phase::kLogging;
  part.node = nullptr;
  return true;
}

void QueryCourse::OnAnswer(Part& part, absl::StatusOr<v1::SignedAnswer> answer) {
  if (!Claim(part)) return;
  if (!answer.ok()) {
    return EndPart(part, audit::EntryType::kTimeout, v1::ANSWER_OUTCOME_OFFLINE, {});
  }
  if (const absl::Status fits = CheckAnswerFits(question_, *part.plan, *answer); !fits.ok()) {
    parts_.metrics.BadAnswer(part.plan->owner, fits.message());
    Log(LogLevel::kWarn, "bad_answer", "a node's answer was not accepted",
        {{"agency", part.plan->owner}, {"reason", fits.message()}});
    return EndPart(part, audit::EntryType::kTimeout, v1::ANSWER_OUTCOME_INVALID, {});
  }
  if (answer->answer().outcome() != v1::ANSWER_OUTCOME_RELEASED) {
    return EndByOwner(part, *std::move(answer));
  }
  Release(part, *std::move(answer));
}

void QueryCourse::Release(Part& part, v1::SignedAnswer answer) {
  const absl::Time now = parts_.clock.Now();
  const policy::Decision& decision = part.plan->decision;
  Gated gated = GateAnswer(question_, *part.plan, now, answer);
  part.scores = std::move(gated.scores);
  part.records = gated.records_released;

  v1::OwnerResult& result = part.result;
  result.set_outcome(v1::ANSWER_OUTCOME_RELEASED);
  std::vector<std::string> labels = decision.labels;
  for (const std::string& label : answer.answer().labels()) {
    if (std::find(labels.begin(), labels.end(), label) == labels.end()) labels.push_back(label);
  }
  for (const std::string& label : labels) result.add_labels(label);
  result.set_notice(NoticeFor(labels));
  for (const std::string& clause : decision.clauses_for) result.add_clauses(clause);
  if (decision.delete_by < absl::InfiniteFuture()) {
    *result.mutable_delete_by() = query::ToProto(decision.delete_by);
  }
  *result.mutable_answer() = std::move(answer);
  Append(ReleaseDraft(question_, opening_->index, result.answer(), decision.clauses_for, now),
         [this, &part](audit::AppendedEntry entry) { OnPartLogged(part, std::move(entry)); });
}

void QueryCourse::EndByOwner(Part& part, v1::SignedAnswer answer) {
  if (answer.answer().policy_digest() == question_.policy->digest() &&
      IsDifference(answer.answer())) {
    parts_.metrics.DecisionsDiffer(part.plan->owner);
    Log(LogLevel::kWarn, "decisions_differ", "hub and owner decided differently on the same policy",
        {{"agency", part.plan->owner}});
  }
  const bool held = answer.answer().outcome() == v1::ANSWER_OUTCOME_HELD;
  const v1::Explanation why = answer.answer().explanation();
  const crypto::Digest digest = audit::AnswerDigest(answer.answer());
  *part.result.mutable_answer() = std::move(answer);
  EndPart(part, held ? audit::EntryType::kHold : audit::EntryType::kRefuse,
          held ? v1::ANSWER_OUTCOME_HELD : v1::ANSWER_OUTCOME_REFUSED, why, digest);
}

void QueryCourse::EndPart(Part& part, audit::EntryType type, v1::AnswerOutcome outcome,
                          const v1::Explanation& why, std::optional<crypto::Digest> answer_digest) {
  part.result.set_outcome(outcome);
  *part.result.mutable_explanation() = why;
  if (outcome == v1::ANSWER_OUTCOME_HELD) part.result.set_hold_id(parts_.holds.NewId());
  if (outcome == v1::ANSWER_OUTCOME_REFUSED)
    parts_.metrics.Refused(PublicClause(*question_.policy, why));
  Append(OwnerEndDraft(question_, opening_->index, part.plan->owner, type, OutcomeCode(outcome),
                       why, parts_.clock.Now(), answer_digest),
         [this, &part](audit::AppendedEntry entry) { OnPartLogged(part, std::move(entry)); });
}

void QueryCourse::OnPartLogged(Part& part, audit::AppendedEntry entry) {
  v1::OwnerResult& result = part.result;
  if (!result.hold_id().empty()) {
    const absl::Status kept = KeepHold(part.plan->owner, result.hold_id(), result.explanation());
    if (absl::IsResourceExhausted(kept)) {
      result
          .clear_hold_id();  // held, but nobody can lift it: asked again later it may find a place
    } else if (!kept.ok()) {
      return Fail(kept);
    }
  }
  const absl::Duration elapsed = parts_.clock.Now() - started_;
  result.set_owner(part.plan->owner);
  result.set_log_index(entry.index);
  result.set_answer_salt(entry.answer_salt);
  result.set_elapsed_ms(static_cast<uint32_t>(absl::ToInt64Milliseconds(elapsed)));
  parts_.metrics.OwnerEnded(MetricAgency(*question_.policy, part.plan->owner),
                            OutcomeCode(result.outcome()), elapsed);
  part.entry = std::move(entry);
  if (const std::shared_ptr<CourseSink> sink = Sink()) sink->Result(result);
  result.clear_answer();  // it has left; a course may live on for a while

  bool last = false;
  {
    MutexLock lock(mu_);
    part.phase = Part::Phase::kDone;
    last = --open_parts_ == 0;
  }
  if (last) Close();
}

void QueryCourse::EndWaiting(v1::AnswerOutcome outcome) {
  {
    MutexLock lock(mu_);
    if (!asking_) return;  // INTENT is not logged yet; OnIntentLogged looks again
  }
  for (Part& part : owner_parts_) {
    std::shared_ptr<NodeLink> node;
    {
      MutexLock lock(mu_);
      node = part.node;
    }
    if (!Claim(part)) continue;
    if (node != nullptr) node->Cancel(question_.query_id);
    EndPart(part, audit::EntryType::kTimeout, outcome, {});
  }
}

}  // namespace fusionhub::broker
