// Writes answers.
#include "agency_node/answer_writer.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "audit/answer_commitment.h"
#include "crypto/digest.h"
#include "policy/release_gate.h"
#include "query/timestamp.h"

namespace fusionhub::agency_node {
namespace {

v1::Answer Begin(const AnswerHead& head, v1::AnswerOutcome outcome) {
  v1::Answer answer;
  answer.set_query_id(head.query_id);
  answer.set_owner(head.owner);
  answer.set_node(head.node);
  answer.set_outcome(outcome);
  answer.set_policy_digest(head.policy_digest);
  *answer.mutable_decided_at() = query::ToProto(head.decided_at);
  return answer;
}

// False when nothing of the record may leave. Fields that would have to be masked are dropped: this
// node has no masks yet, and dropping is stricter.
bool WriteRecord(const AnswerHead& head, const policy::Decision& decision, FoundRecord found,
                 Random& random, v1::Record& record) {
  std::vector<std::string> names;
  for (const auto& [name, value] : found.fields) names.push_back(name);
  const policy::GateResult gate =
      policy::GateRecord(decision, head.policy_digest, names, found.attributes, head.decided_at);
  if (gate.verdict != policy::GateResult::Verdict::kRelease) return false;
  const std::set<std::string> shown(gate.fields.begin(), gate.fields.end());
  // Opaque: the agency's own number is a field, released or not like any other.
  record.set_record_id(crypto::ToHex(random.Bytes(8)));
  for (auto& [name, value] : found.fields) {
    const bool released = shown.count(name) > 0 && gate.mask.count(name) == 0;
    if (!released && name != kHubOnlyField) continue;
    v1::Field& field = *record.add_fields();
    field.set_name(name);
    field.set_value(std::move(value));
  }
  return true;
}

}  // namespace

v1::Answer WriteRelease(const AnswerHead& head, const policy::Decision& decision, Found found,
                        Random& random) {
  v1::Answer answer = Begin(head, v1::ANSWER_OUTCOME_RELEASED);
  answer.set_engine(found.engine);
  std::set<std::string> labels(decision.labels.begin(), decision.labels.end());
  labels.insert(found.labels.begin(), found.labels.end());
  for (const std::string& label : labels) answer.add_labels(label);
  for (const std::string& clause : decision.clauses_for) answer.add_clauses(clause);
  for (FoundRecord& record : found.records) {
    v1::Record written;
    if (WriteRecord(head, decision, std::move(record), random, written)) {
      *answer.add_records() = std::move(written);
    }
  }
  audit::CommitFields(answer, random);
  return answer;
}

v1::Answer WriteNoRelease(const AnswerHead& head, v1::AnswerOutcome outcome,
                          const v1::Explanation& why) {
  v1::Answer answer = Begin(head, outcome);
  *answer.mutable_explanation() = why;
  return answer;
}

}  // namespace fusionhub::agency_node
