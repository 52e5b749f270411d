// Step 9 of a query's way: is this answer what was asked for, really the owner's, and may each
// field leave?
#ifndef FUSIONHUB_BROKER_ANSWER_GATE_H_
#define FUSIONHUB_BROKER_ANSWER_GATE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "broker/planning.h"
#include "broker/question.h"
#include "fusionhub/v1/records.pb.h"

namespace fusionhub::broker {

// Field that a face candidate carries for the hub alone: it orders candidates of several owners,
// and the requester never sees it (face.md: scores are for audit).
inline constexpr absl::string_view kScoreField = "score";

// OK when the answer is to this question, by this owner and one of its nodes, signed with a key of
// the owner's Agency document, of a form and size that was asked for. Otherwise INVALID_ARGUMENT or
// UNAUTHENTICATED with a closed word of what is wrong as its message ("other_query", "other_owner",
// "unknown_key", "bad_signature", "too_many_records", "wrong_outcome").
absl::Status CheckAnswerFits(const Question& question, const OwnerPlan& plan,
                             const v1::SignedAnswer& answer);

// The rank of one record for the consolidated array.
struct Scored {
  std::string record_id;
  int64_t score = 0;
};

// The second gate: withholds every field that the hub's own decision does not release, and reports
// how many records have nothing left. Takes the scores out before they are withheld.
struct Gated {
  std::vector<Scored> scores;  // face comparisons only, in the answer's order
  int records_released = 0;    // with at least one disclosed field
};
Gated GateAnswer(const Question& question, const OwnerPlan& plan, absl::Time now,
                 v1::SignedAnswer& answer);

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_ANSWER_GATE_H_
