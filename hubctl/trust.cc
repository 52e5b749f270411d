// Verifies what the hub sends against pinned keys.
#include "hubctl/trust.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/answer_commitment.h"
#include "audit/checkpoint.h"
#include "audit/commitment.h"
#include "audit/entry.h"
#include "audit/merkle.h"
#include "base/status_macros.h"
#include "identity/spiffe_id.h"
#include "query/signed_query.h"

namespace fusionhub::hubctl {
namespace {

absl::Status BadProof(absl::string_view what, const absl::Status& why) {
  return absl::DataLossError(absl::StrCat(what, ": ", why.message()));
}

// The keys with which owners' nodes sign answers.
audit::AnswerKeyLookup AnswerKeys(std::shared_ptr<const policy::Policy> policy) {
  return [policy = std::move(policy)](
             absl::string_view owner,
             absl::string_view key_id) -> absl::StatusOr<crypto::Ed25519PublicKey> {
    const policy::Agency* agency = policy->FindAgency(owner);
    if (agency == nullptr) {
      return absl::NotFoundError(absl::StrCat("no agency '", owner, "' in the policy folder"));
    }
    const policy::NodeKey* key = agency->FindNodeKey(key_id);
    if (key == nullptr || key->use != policy::NodeKey::Use::kAnswers) {
      return absl::NotFoundError(
          absl::StrCat("agency '", owner, "' has no answer key '", key_id, "'"));
    }
    return key->key;
  };
}

// The keys with which nodes cosign checkpoints; their names are the nodes' SPIFFE ids.
absl::StatusOr<std::vector<audit::VerifierKey>> CosignerKeys(const std::string& region,
                                                             const policy::Policy& policy) {
  std::vector<audit::VerifierKey> keys;
  for (const policy::Agency& agency : policy.Agencies()) {
    for (const policy::NodeKey& key : agency.node_keys) {
      if (key.use != policy::NodeKey::Use::kCheckpoints) continue;
      const std::string name =
          identity::ToString({region, agency.id, identity::PeerRole::kNode, key.node});
      FUSIONHUB_ASSIGN_OR_RETURN(
          audit::VerifierKey cosigner,
          audit::VerifierKey::Create(name, audit::KeyType::kCosignature, key.key));
      keys.push_back(std::move(cosigner));
    }
  }
  return keys;
}

// That the leaf is the INTENT of this question.
absl::Status CheckIntentLeaf(const v1::SignedQuery& signed_query,
                             const v1::QueryAccepted& accepted) {
  FUSIONHUB_ASSIGN_OR_RETURN(const audit::Entry entry, audit::ParseLeaf(accepted.intent().leaf()));
  if (entry.type != audit::EntryType::kIntent || entry.query_id != accepted.query_id() ||
      !entry.query_commitment.has_value()) {
    return absl::UnauthenticatedError("the entry is not this query's INTENT");
  }
  std::vector<std::string> asked;
  for (const v1::PlannedOwner& owner : accepted.plan()) {
    if (owner.asked()) asked.push_back(owner.owner());
  }
  std::sort(asked.begin(), asked.end());
  if (asked != entry.owners) {
    return absl::UnauthenticatedError("the entry names other owners than the hub says it asks");
  }
  const crypto::Digest digest = query::QueryDigest(signed_query.query());
  return audit::CheckOpening(*entry.query_commitment, accepted.query_salt(),
                             audit::kQueryCommitment, crypto::View(digest));
}

absl::Status CheckIntent(const v1::SignedQuery& signed_query, const v1::QueryAccepted& accepted,
                         const audit::ReceiptTrust& trust) {
  const v1::LogProof& intent = accepted.intent();
  FUSIONHUB_ASSIGN_OR_RETURN(
      const audit::SignedCheckpoint checkpoint,
      audit::OpenCheckpoint(intent.checkpoint(), trust.log_key, trust.origin));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<audit::Digest> proof,
                             audit::ParseProof(intent.proof()));
  FUSIONHUB_RETURN_IF_ERROR(audit::VerifyInclusion(intent.index(), checkpoint.checkpoint.size,
                                                   audit::LeafHash(intent.leaf()), proof,
                                                   checkpoint.checkpoint.root));
  return CheckIntentLeaf(signed_query, accepted);
}

absl::Status CheckSignedAnswer(const std::string& query_id, const v1::OwnerResult& result,
                               const audit::ReceiptTrust& trust) {
  const v1::Answer& answer = result.answer().answer();
  if (answer.owner() != result.owner()) {
    return absl::UnauthenticatedError("the answer is another owner's");
  }
  if (!query_id.empty() && answer.query_id() != query_id) {
    return absl::UnauthenticatedError("the answer is to another question");
  }
  FUSIONHUB_ASSIGN_OR_RETURN(
      const crypto::Ed25519PublicKey key,
      trust.answer_key(result.owner(), result.answer().signature().key_id()));
  return audit::CheckAnswer(result.answer(), key);
}

}  // namespace

absl::StatusOr<audit::ReceiptTrust> MakeTrust(const TrustSources& sources) {
  FUSIONHUB_ASSIGN_OR_RETURN(audit::VerifierKey log_key,
                             audit::VerifierKey::FromText(sources.log_verifier_key));
  FUSIONHUB_ASSIGN_OR_RETURN(crypto::Ed25519PublicKey statement_key,
                             crypto::Ed25519PublicKey::FromText(sources.statement_key));
  FUSIONHUB_ASSIGN_OR_RETURN(std::vector<audit::VerifierKey> cosigners,
                             CosignerKeys(sources.region, *sources.policy));
  // Cosignatures are reported, not demanded: each node demands its own quorum before it answers.
  return audit::ReceiptTrust{.log_key = std::move(log_key),
                             .origin = sources.origin,
                             .statement_key = std::move(statement_key),
                             .answer_key = AnswerKeys(sources.policy),
                             .cosigners = std::move(cosigners),
                             .cosigners_needed = 0};
}

absl::Status CheckAccepted(const v1::SignedQuery& signed_query, const v1::QueryAccepted& accepted,
                           const audit::ReceiptTrust& trust) {
  const absl::Status status = CheckIntent(signed_query, accepted, trust);
  if (status.ok()) return status;
  return BadProof("the hub did not prove that the question is in the log", status);
}

absl::Status CheckResult(const std::string& query_id, const v1::OwnerResult& result,
                         const audit::ReceiptTrust& trust) {
  if (!result.has_answer()) {
    if (result.outcome() != v1::ANSWER_OUTCOME_RELEASED) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrCat("the hub says that ", result.owner(), " answered, but not with what"));
  }
  const absl::Status status = CheckSignedAnswer(query_id, result, trust);
  if (status.ok()) return status;
  return BadProof(absl::StrCat("the answer of ", result.owner(), " is not as its owner signed it"),
                  status);
}

}  // namespace fusionhub::hubctl
