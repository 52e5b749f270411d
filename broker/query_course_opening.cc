// The opening of a question's course: nobody is asked, or INTENT is logged and the owners are
// asked.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "broker/closing.h"
#include "broker/log_entries.h"
#include "broker/query_course.h"
#include "query/explanation.h"
#include "query/policy_request.h"
#include "query/signed_query.h"
#include "query/timestamp.h"

namespace fusionhub::broker {
namespace {

// How long after the requester's deadline an order may still be served: clocks may be 30 s apart.
constexpr absl::Duration kIntentMargin = absl::Seconds(30);

v1::AnswerOutcome OutcomeOf(const policy::Decision& decision) {
  return decision.outcome == policy::Outcome::kHold ? v1::ANSWER_OUTCOME_HELD
                                                    : v1::ANSWER_OUTCOME_REFUSED;
}

}  // namespace

v1::Explanation QueryCourse::OutcomesForAll(const std::optional<Refusal>& refusal) {
  std::vector<v1::Explanation> reasons;
  for (const OwnerPlan& plan : plan_.owners) {
    v1::OwnerOutcome& outcome = outcomes_.emplace_back();
    outcome.set_owner(plan.owner);
    outcome.set_outcome(refusal ? v1::ANSWER_OUTCOME_REFUSED : OutcomeOf(plan.decision));
    *outcome.mutable_explanation() =
        refusal ? refusal->why : query::ExplanationOf(*question_.policy, plan.decision);
    if (outcome.outcome() == v1::ANSWER_OUTCOME_HELD) outcome.set_hold_id(parts_.holds.NewId());
    reasons.push_back(outcome.explanation());
  }
  if (refusal) return refusal->why;
  if (reasons.empty()) {
    return query::OneFailure("owners", "", "no agency of the region contributes data of this kind",
                             "a kind of data that some agency contributes", "nobody");
  }
  return query::Merge(reasons);
}

void QueryCourse::EndForAll(const std::optional<Refusal>& refusal) {
  explanation_for_all_ = OutcomesForAll(refusal);
  const bool held = !refusal && plan_.Any(policy::Outcome::kHold);
  const audit::EntryType type = held ? audit::EntryType::kHold : audit::EntryType::kRefuse;
  const std::string code = refusal ? refusal->outcome : held ? "held" : "refused";
  Append(EndAllDraft(question_, plan_, type, code, explanation_for_all_),
         [this](audit::AppendedEntry entry) { OnEndedForAll(std::move(entry)); });
}

void QueryCourse::OnEndedForAll(audit::AppendedEntry entry) {
  opening_ = std::move(entry);
  for (v1::OwnerOutcome& outcome : outcomes_) {
    outcome.set_log_index(opening_->index);
    if (!outcome.hold_id().empty()) {
      const absl::Status kept = KeepHold(outcome.owner(), outcome.hold_id(), outcome.explanation());
      if (absl::IsResourceExhausted(kept)) {
        outcome.clear_hold_id();  // held, but nobody can lift it: asked again later it may find a
                                  // place
      } else if (!kept.ok()) {
        return Fail(kept);
      }
    }
  }
  Close();
}

void QueryCourse::LogIntent() {
  const absl::Time expires =
      question_.decided_at + query::DeadlineOf(question_.verified.query) + kIntentMargin;
  Append(IntentDraft(question_, plan_, expires),
         [this](audit::AppendedEntry entry) { OnIntentLogged(std::move(entry)); });
}

void QueryCourse::OnIntentLogged(audit::AppendedEntry entry) {
  opening_ = std::move(entry);
  TellAccepted();
  {
    MutexLock lock(mu_);
    asking_ = true;
    deadline_timer_ = parts_.timers.Schedule(
        query::DeadlineOf(question_.verified.query) - (parts_.clock.Now() - started_),
        [self = shared_from_this()] {
          self->parts_.pool.SubmitContinuation(
              [self] { self->EndWaiting(v1::ANSWER_OUTCOME_TIMED_OUT); });
        });
  }
  // A requester who has left already: nobody is asked for nothing.
  if (Sink() == nullptr) return EndWaiting(v1::ANSWER_OUTCOME_TIMED_OUT);
  for (Part& part : owner_parts_) StartPart(part);
}

void QueryCourse::TellAccepted() {
  v1::QueryAccepted accepted;
  accepted.set_query_id(question_.query_id);
  accepted.set_query_salt(opening_->query_salt);
  accepted.set_test_mode_notice(parts_.test_mode_notice);
  for (const OwnerPlan& plan : plan_.owners) {
    v1::PlannedOwner& line = *accepted.add_plan();
    line.set_owner(plan.owner);
    line.set_asked(plan.decision.permitted());
    for (const std::string& clause : plan.decision.clauses_for) line.add_clauses(clause);
  }
  absl::StatusOr<v1::LogProof> proof = ProveEntry(parts_.log, *opening_);
  if (!proof.ok()) return Fail(proof.status());
  *accepted.mutable_intent() = *std::move(proof);
  if (const std::shared_ptr<CourseSink> sink = Sink()) sink->Accepted(std::move(accepted));
}

void QueryCourse::StartPart(Part& part) {
  if (part.plan->decision.permitted()) return AskOwner(part);
  if (!Claim(part)) return;
  const bool held = part.plan->decision.outcome == policy::Outcome::kHold;
  EndPart(part, held ? audit::EntryType::kHold : audit::EntryType::kRefuse,
          OutcomeOf(part.plan->decision),
          query::ExplanationOf(*question_.policy, part.plan->decision));
}

void QueryCourse::AskOwner(Part& part) {
  const std::shared_ptr<NodeLink> node =
      parts_.nodes.Find(part.plan->owner, std::string(query::DataOf(question_.verified.query)));
  absl::Status sent = absl::UnavailableError("no node of the owner is connected");
  if (node != nullptr) {
    {
      MutexLock lock(mu_);
      if (part.phase != Part::Phase::kWaiting) return;  // the requester has left meanwhile
      part.node = node;
    }
    // The node's answer comes on a thread that must not be blocked; verifying it is the pool's
    // work.
    const auto on_answer = [self = shared_from_this(),
                            &part](absl::StatusOr<v1::SignedAnswer> answer) {
      self->parts_.pool.SubmitContinuation([self, &part, answer = std::move(answer)]() mutable {
        self->OnAnswer(part, std::move(answer));
      });
    };
    sent = node->SendOrder(OrderFor(*part.plan), opening_->index, on_answer);
  }
  if (sent.ok() || !Claim(part)) return;
  EndPart(part, audit::EntryType::kTimeout, v1::ANSWER_OUTCOME_OFFLINE, {});
}

v1::WorkOrder QueryCourse::OrderFor(const OwnerPlan& plan) const {
  v1::WorkOrder order;
  order.set_query_id(question_.query_id);
  *order.mutable_signed_query() = question_.signed_query;
  order.mutable_intent()->set_leaf(opening_->leaf);
  order.mutable_intent()->set_index(opening_->index);
  order.set_query_salt(opening_->query_salt);
  *order.mutable_decided_at() = query::ToProto(question_.decided_at);
  const absl::Duration left =
      query::DeadlineOf(question_.verified.query) - (parts_.clock.Now() - started_);
  order.set_deadline_ms(
      static_cast<uint32_t>(std::max<int64_t>(1, absl::ToInt64Milliseconds(left))));
  order.set_min_policy_revision(question_.policy->revision());
  for (const v1::SignedAuthorisation& authorisation : plan.authorisations) {
    *order.add_authorisations() = authorisation;
  }
  order.set_hit_id(question_.hit_id);
  return order;
}

}  // namespace fusionhub::broker
