// Checks and redacts one owner's answer.
#include "broker/answer_gate.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/numbers.h"
#include "audit/answer_commitment.h"
#include "policy/release_gate.h"
#include "query/signed_query.h"

namespace fusionhub::broker {
namespace {

// How many records the question can bring from one owner.
int MaxRecords(const v1::Query& query) {
  switch (query.subject_case()) {
    case v1::Query::kFaceComparison: {
      const uint32_t wanted = query.face_comparison().max_candidates();
      return static_cast<int>(wanted == 0 ? query::kDefaultCandidates : wanted);
    }
    case v1::Query::kPlateDetail:
    case v1::Query::kAlertSubscription:
      return 1;
    default:
      return 1000;
  }
}

bool OutcomeIsAnAnswer(v1::AnswerOutcome outcome) {
  return outcome == v1::ANSWER_OUTCOME_RELEASED || outcome == v1::ANSWER_OUTCOME_REFUSED ||
         outcome == v1::ANSWER_OUTCOME_HELD;
}

// What is shown beside records is not gated field by field, so it is bounded here. The whole must
// fit into one message to the requester.
bool SizeIsSane(const v1::SignedAnswer& answer) {
  constexpr size_t kMaxAnswer = 3 * 1024 * 1024;
  constexpr size_t kMaxExplanation = 16 * 1024;
  constexpr int kMaxLabels = 32;
  constexpr int kMaxClauses = 64;
  const v1::Answer& body = answer.answer();
  return answer.ByteSizeLong() <= kMaxAnswer &&
         body.explanation().ByteSizeLong() <= kMaxExplanation && body.labels_size() <= kMaxLabels &&
         body.clauses_size() <= kMaxClauses && body.engine().size() <= 64;
}

const v1::Field* FindField(const v1::Record& record, absl::string_view name) {
  for (const v1::Field& field : record.fields()) {
    if (field.name() == name) return &field;
  }
  return nullptr;
}

// When the record was made, from the field that says so, for the age limit of the terms.
std::optional<absl::Time> RecordedAt(const v1::Record& record) {
  for (const char* name : {"captured_at", "booked_at", "entered_at", "last_read_at"}) {
    const v1::Field* field = FindField(record, name);
    absl::Time time;
    if (field != nullptr && absl::ParseTime(absl::RFC3339_full, field->value(), &time, nullptr)) {
      return time;
    }
  }
  return std::nullopt;
}

void GateOneRecord(const Question& question, const OwnerPlan& plan, absl::Time now,
                   v1::Record& record, Gated& gated) {
  std::vector<std::string> names;
  for (const v1::Field& field : record.fields()) names.push_back(field.name());
  std::optional<int64_t> score;
  if (const v1::Field* field = FindField(record, kScoreField); field != nullptr) {
    int64_t value = 0;
    if (absl::SimpleAtoi(field->value(), &value)) score = value;
  }
  policy::RecordAttributes attributes;
  attributes.recorded_at = RecordedAt(record);
  const policy::GateResult result =
      policy::GateRecord(plan.decision, question.policy->digest(), names, attributes, now);
  std::set<std::string> may_leave;
  if (result.verdict == policy::GateResult::Verdict::kRelease) {
    may_leave.insert(result.fields.begin(), result.fields.end());
  }
  // The hub cannot mask what the owner signed (C-16): what must be masked was masked by the owner's
  // node, and the mask is part of the value.
  bool any = false;
  for (v1::Field& field : *record.mutable_fields()) {
    if (may_leave.count(field.name()) == 0) {
      audit::Withhold(field);
    } else if (!audit::IsWithheld(field)) {
      any = true;
    }
  }
  if (any) ++gated.records_released;
  if (any && score) gated.scores.push_back({record.record_id(), *score});
}

}  // namespace

absl::Status CheckAnswerFits(const Question& question, const OwnerPlan& plan,
                             const v1::SignedAnswer& answer) {
  const v1::Answer& body = answer.answer();
  if (!SizeIsSane(answer)) return absl::InvalidArgumentError("too_large");
  if (body.query_id() != question.query_id) return absl::InvalidArgumentError("other_query");
  if (body.owner() != plan.owner) return absl::InvalidArgumentError("other_owner");
  if (!OutcomeIsAnAnswer(body.outcome())) return absl::InvalidArgumentError("wrong_outcome");
  if (body.records_size() > MaxRecords(question.verified.query)) {
    return absl::InvalidArgumentError("too_many_records");
  }
  const policy::Agency* owner = question.policy->FindAgency(plan.owner);
  const policy::NodeKey* key =
      owner == nullptr ? nullptr : owner->FindNodeKey(answer.signature().key_id());
  if (key == nullptr || key->use != policy::NodeKey::Use::kAnswers || key->node != body.node()) {
    return absl::UnauthenticatedError("unknown_key");
  }
  if (!audit::CheckAnswer(answer, key->key).ok()) {
    return absl::UnauthenticatedError("bad_signature");
  }
  return absl::OkStatus();
}

Gated GateAnswer(const Question& question, const OwnerPlan& plan, absl::Time now,
                 v1::SignedAnswer& answer) {
  Gated gated;
  for (v1::Record& record : *answer.mutable_answer()->mutable_records()) {
    GateOneRecord(question, plan, now, record, gated);
  }
  return gated;
}

}  // namespace fusionhub::broker
