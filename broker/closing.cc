// Ends a question.
#include "broker/closing.h"

#include <algorithm>
#include <tuple>

#include "base/status_macros.h"
#include "query/timestamp.h"

namespace fusionhub::broker {
namespace {

absl::Status AddProof(const audit::Log& log, const audit::AppendedEntry& entry, uint64_t size,
                      v1::LogProof& out) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<audit::Digest> proof,
                             log.InclusionProof(entry.index, size));
  out.set_index(entry.index);
  out.set_leaf(entry.leaf);
  for (const audit::Digest& digest : proof) out.add_proof(crypto::ToString(digest));
  return absl::OkStatus();
}

}  // namespace

std::string StatementBytes(const Question& question, const std::vector<v1::OwnerOutcome>& outcomes,
                           absl::Time now) {
  v1::CompletenessStatement statement;
  statement.set_query_id(question.query_id);
  statement.set_query_digest(crypto::ToString(question.verified.digest));
  for (const v1::OwnerOutcome& outcome : outcomes) *statement.add_outcomes() = outcome;
  *statement.mutable_closed_at() = query::ToProto(now);
  return statement.SerializeAsString();
}

std::vector<v1::RankedCandidate> Rank(const std::vector<OwnerScores>& owners, size_t limit) {
  struct Candidate {
    int64_t score;
    std::string owner;
    std::string record_id;
  };
  std::vector<Candidate> all;
  for (const OwnerScores& owner : owners) {
    for (const Scored& scored : owner.scores) {
      all.push_back({scored.score, owner.owner, scored.record_id});
    }
  }
  std::sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(b.score, a.owner, a.record_id) < std::tie(a.score, b.owner, b.record_id);
  });
  if (all.size() > limit) all.resize(limit);

  std::vector<v1::RankedCandidate> ranking;
  for (Candidate& candidate : all) {
    v1::RankedCandidate& line = ranking.emplace_back();
    line.set_rank(static_cast<uint32_t>(ranking.size()));
    line.set_owner(std::move(candidate.owner));
    line.set_record_id(std::move(candidate.record_id));
  }
  return ranking;
}

absl::StatusOr<v1::QueryReceipt> BuildReceipt(const audit::Log& log,
                                              const std::vector<audit::AppendedEntry>& entries) {
  const audit::PublishedCheckpoint checkpoint = log.LatestCheckpoint();
  v1::QueryReceipt receipt;
  receipt.set_checkpoint(checkpoint.note);
  for (const audit::AppendedEntry& entry : entries) {
    FUSIONHUB_RETURN_IF_ERROR(AddProof(log, entry, checkpoint.size, *receipt.add_entries()));
  }
  return receipt;
}

absl::StatusOr<v1::LogProof> ProveEntry(const audit::Log& log, const audit::AppendedEntry& entry) {
  const audit::PublishedCheckpoint checkpoint = log.LatestCheckpoint();
  v1::LogProof out;
  FUSIONHUB_RETURN_IF_ERROR(AddProof(log, entry, checkpoint.size, out));
  out.set_checkpoint(checkpoint.note);
  return out;
}

}  // namespace fusionhub::broker
