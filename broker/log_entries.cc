// Builds the drafts of a question's log entries.
#include "broker/log_entries.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/answer_commitment.h"
#include "broker/outcome_codes.h"
#include "query/explanation.h"
#include "query/policy_request.h"

namespace fusionhub::broker {
namespace {

std::string Rfc3339(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

// The public leaf takes codes only; a purpose that the vocabulary does not have may hold anything.
std::string PublicPurpose(const Question& question) {
  const std::string& purpose = question.verified.query.purpose();
  return question.policy->IsPurpose(purpose) ? purpose : "unknown";
}

audit::EntryDraft Draft(const Question& question, audit::EntryType type, absl::Time now) {
  audit::EntryDraft draft;
  draft.type = type;
  draft.query_id = question.query_id;
  draft.time = now;
  const std::string& digest = question.policy->digest();
  std::copy(digest.begin(), digest.end(), draft.policy_digest.begin());
  draft.purpose = PublicPurpose(question);
  draft.data = std::string(query::DataOf(question.verified.query));
  draft.action = std::string(query::ActionOf(question.verified.query));
  return draft;
}

void Add(audit::EntryDraft& draft, absl::string_view name, std::string value) {
  draft.payload.push_back({std::string(name), std::move(value)});
}

std::string PlanText(const QueryPlan& plan) {
  return absl::StrJoin(plan.owners, "\n", [](std::string* out, const OwnerPlan& owner) {
    absl::StrAppend(out, owner.owner, " ", policy::OutcomeWord(owner.decision.outcome), " ",
                    absl::StrJoin(owner.decision.clauses_for, ","));
  });
}

// Who, what, why: everything that an auditor opens a question's entry for.
void AddQuestion(const Question& question, const QueryPlan& plan, audit::EntryDraft& draft) {
  const v1::Query& query = question.verified.query;
  const identity::Person& person = question.verified.person;
  Add(draft, kFieldAgency, query.agency());
  Add(draft, "operator", person.id);
  Add(draft, "officer", query.officer());
  Add(draft, "purpose", query.purpose());
  Add(draft, "identifier", query.has_identifier() ? query.identifier().value() : "");
  Add(draft, "reason", query.reason());
  Add(draft, "plan", PlanText(plan));
  Add(draft, kFieldAssertionId, person.assertion_id);
  Add(draft, kFieldAssertionExpires, Rfc3339(person.expires_at));
  Add(draft, kFieldAssertion, question.signed_query.assertion());
  Add(draft, kFieldQuery, question.signed_query.query());
  if (!question.hit_id.empty()) Add(draft, "hit_id", question.hit_id);
  draft.query_digest = question.verified.digest;
}

}  // namespace

audit::EntryDraft IntentDraft(const Question& question, const QueryPlan& plan, absl::Time expires) {
  audit::EntryDraft draft = Draft(question, audit::EntryType::kIntent, question.decided_at);
  draft.expires = expires;
  draft.outcome = "asked";
  for (const OwnerPlan& owner : plan.owners) {
    if (owner.decision.permitted()) draft.owners.push_back(owner.owner);
  }
  AddQuestion(question, plan, draft);
  return draft;
}

audit::EntryDraft EndAllDraft(const Question& question, const QueryPlan& plan,
                              audit::EntryType type, absl::string_view outcome,
                              const v1::Explanation& why) {
  audit::EntryDraft draft = Draft(question, type, question.decided_at);
  draft.outcome = std::string(outcome);
  draft.clause = PublicClause(*question.policy, why);
  for (const OwnerPlan& owner : plan.owners) {
    if (question.policy->FindAgency(owner.owner) != nullptr) draft.owners.push_back(owner.owner);
  }
  AddQuestion(question, plan, draft);
  Add(draft, "explanation", why.SerializeAsString());
  return draft;
}

audit::EntryDraft OwnerEndDraft(const Question& question, uint64_t intent_index,
                                const std::string& owner, audit::EntryType type,
                                absl::string_view outcome, const v1::Explanation& why,
                                absl::Time now, std::optional<crypto::Digest> answer_digest) {
  audit::EntryDraft draft = Draft(question, type, now);
  draft.answer_digest = answer_digest;
  draft.reference = intent_index;
  draft.owners = {owner};
  draft.outcome = std::string(outcome);
  draft.clause = PublicClause(*question.policy, why);
  Add(draft, "explanation", why.SerializeAsString());
  return draft;
}

audit::EntryDraft ReleaseDraft(const Question& question, uint64_t intent_index,
                               const v1::SignedAnswer& answer,
                               const std::vector<std::string>& clauses, absl::Time now) {
  audit::EntryDraft draft = Draft(question, audit::EntryType::kRelease, now);
  draft.reference = intent_index;
  draft.owners = {answer.answer().owner()};
  draft.outcome = "released";
  if (!clauses.empty()) draft.clause = clauses.front();
  draft.answer_digest = audit::AnswerDigest(answer.answer());
  draft.released_root = audit::ReleasedRoot(answer.answer());
  // What left is committed to, not kept: the hub caches nothing that belongs to a contributor.
  Add(draft, "records", absl::StrCat(answer.answer().records_size()));
  Add(draft, "clauses", absl::StrJoin(clauses, " "));
  Add(draft, "answer_signature", answer.signature().SerializeAsString());
  return draft;
}

audit::EntryDraft CloseDraft(const Question& question, uint64_t reference,
                             const std::string& statement, absl::Time now) {
  audit::EntryDraft draft = Draft(question, audit::EntryType::kClose, now);
  draft.reference = reference;
  draft.outcome = "closed";
  draft.answer_digest = crypto::Sha256(statement);
  Add(draft, "statement", statement);
  return draft;
}

}  // namespace fusionhub::broker
