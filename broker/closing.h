// Step 11 of a query's way: the completeness statement, the merged ranking, and the receipt.
#ifndef FUSIONHUB_BROKER_CLOSING_H_
#define FUSIONHUB_BROKER_CLOSING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audit/log.h"
#include "broker/answer_gate.h"
#include "broker/question.h"
#include "fusionhub/v1/analyst.pb.h"

namespace fusionhub::broker {

// The statement's bytes, as signed: one line per owner of the plan.
std::string StatementBytes(const Question& question, const std::vector<v1::OwnerOutcome>& outcomes,
                           absl::Time now);

// Candidates of all owners, best score first; equal scores by owner and record id, so that the
// order never depends on who answered first.
struct OwnerScores {
  std::string owner;
  std::vector<Scored> scores;
};
std::vector<v1::RankedCandidate> Rank(const std::vector<OwnerScores>& owners, size_t limit);

// Proofs of the entries under the newest checkpoint, which covers them all.
absl::StatusOr<v1::QueryReceipt> BuildReceipt(const audit::Log& log,
                                              const std::vector<audit::AppendedEntry>& entries);

// Proof of one entry under the newest checkpoint.
absl::StatusOr<v1::LogProof> ProveEntry(const audit::Log& log, const audit::AppendedEntry& entry);

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_CLOSING_H_
