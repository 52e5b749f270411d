// Builds a truthful course.
#include "hubctl/fake_hub.h"

#include <utility>

#include "absl/time/time.h"
#include "audit/answer_commitment.h"
#include "audit/checkpoint.h"
#include "audit/commitment.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "crypto/digest.h"

namespace fusionhub::hubctl {
namespace {

constexpr char kOrigin[] = "fake.example/log";
constexpr char kKeyId[] = "slmpd-answers";
const absl::Time kHour = absl::FromUnixSeconds(1'740'002'400);

// The root over a range of leaves, the slow way.
audit::Digest RootOf(const std::vector<std::string>& leaves, uint64_t first, uint64_t count) {
  std::vector<audit::Digest> hashes;
  for (uint64_t i = first; i < first + count; ++i) hashes.push_back(audit::LeafHash(leaves[i]));
  return audit::RootOfHashes(hashes);
}

// RFC 6962, 2.1.1, as written there.
void Path(const std::vector<std::string>& leaves, uint64_t index, uint64_t first, uint64_t count,
          v1::LogProof& proof) {
  if (count == 1) return;
  uint64_t split = 1;
  while (split * 2 < count) split *= 2;
  const bool left = index < first + split;
  Path(leaves, index, left ? first : first + split, left ? split : count - split, proof);
  proof.add_proof(crypto::ToString(left ? RootOf(leaves, first + split, count - split)
                                        : RootOf(leaves, first, split)));
}

}  // namespace

FakeHub::FakeHub()
    : log_key_(*crypto::Ed25519PrivateKey::Generate(random_)),
      statement_key_(*crypto::Ed25519PrivateKey::Generate(random_)),
      answer_key_(*crypto::Ed25519PrivateKey::Generate(random_)),
      query_id_(random_.Bytes(16)) {
  // Somebody else's entries, so that indices are not all zero.
  for (int i = 0; i < 5; ++i) leaves_.push_back(random_.Bytes(100));
}

audit::ReceiptTrust FakeHub::Trust() const {
  return {.log_key =
              *audit::VerifierKey::Create(kOrigin, audit::KeyType::kEd25519, log_key_.public_key()),
          .origin = kOrigin,
          .statement_key = statement_key_.public_key(),
          .answer_key = [key = answer_key_.public_key()](
                            absl::string_view owner,
                            absl::string_view key_id) -> absl::StatusOr<crypto::Ed25519PublicKey> {
            if (owner == kFakeOwner && key_id == kKeyId) return key;
            return absl::NotFoundError("no such key");
          },
          .cosigners = {},
          .cosigners_needed = 0};
}

audit::Entry FakeHub::NewEntry(audit::EntryType type) {
  audit::Entry entry;
  entry.type = type;
  entry.entry_id = random_.Bytes(audit::kEntryIdSize);
  entry.query_id = query_id_;
  entry.time = kHour;
  entry.ct_size = 512;
  return entry;
}

uint64_t FakeHub::Append(audit::Entry entry) {
  leaves_.push_back(*audit::EncodeLeaf(entry));
  return leaves_.size() - 1;
}

std::string FakeHub::Checkpoint() const {
  const std::string body = audit::CheckpointBody({.origin = kOrigin,
                                                  .size = leaves_.size(),
                                                  .root = audit::RootOfLeaves(leaves_),
                                                  .extensions = {}});
  return audit::SerialiseNote({body, {audit::SignNote(body, kOrigin, log_key_)}});
}

v1::LogProof FakeHub::Proof(uint64_t index) const {
  v1::LogProof proof;
  proof.set_index(index);
  proof.set_leaf(leaves_[index]);
  Path(leaves_, index, 0, leaves_.size(), proof);
  return proof;
}

v1::OwnerResult FakeHub::Released(uint64_t intent) {
  v1::OwnerResult result;
  result.set_owner(kFakeOwner);
  result.set_outcome(v1::ANSWER_OUTCOME_RELEASED);
  result.set_answer_salt(random_.Bytes(audit::kSaltSize));
  result.set_elapsed_ms(210);
  result.add_clauses("MOU#IV.B.1");
  v1::Answer& answer = *result.mutable_answer()->mutable_answer();
  answer.set_query_id(query_id_);
  answer.set_owner(kFakeOwner);
  answer.set_node("slmpd-1");
  answer.set_outcome(v1::ANSWER_OUTCOME_RELEASED);
  answer.set_policy_digest(random_.Bytes(32));
  answer.mutable_decided_at()->set_seconds(absl::ToUnixSeconds(kHour));
  v1::Record& record = *answer.add_records();
  record.set_record_id("r-1");
  for (const auto& [name, value] :
       {std::pair{"charge", "robbery"}, std::pair{"name", "Ann \x1b[31mExample"}}) {
    v1::Field& field = *record.add_fields();
    field.set_name(name);
    field.set_value(value);
  }
  audit::CommitFields(answer, random_);

  const audit::Digest digest = audit::AnswerDigest(answer);
  v1::AnswerSignature& signature = *result.mutable_answer()->mutable_signature();
  const audit::Digest root = audit::RootOfLeaves({crypto::ToString(digest)});
  signature.set_key_id(kKeyId);
  signature.set_batch_root(crypto::ToString(root));
  signature.set_batch_size(1);
  signature.set_signature(
      answer_key_.Sign(audit::BatchSignedText(kFakeOwner, answer.node(), 1, root)));

  audit::Entry entry = NewEntry(audit::EntryType::kRelease);
  entry.reference = intent;
  entry.owners = {kFakeOwner};
  entry.answer_commitment =
      audit::Commit(result.answer_salt(), audit::kAnswerCommitment, crypto::View(digest));
  const audit::Digest released = audit::ReleasedRoot(answer);
  entry.released_commitment =
      audit::Commit(result.answer_salt(), audit::kReleasedCommitment, crypto::View(released));
  result.set_log_index(Append(std::move(entry)));
  return result;
}

void FakeHub::Close(uint64_t opening, v1::SavedReceipt& course) {
  v1::QueryComplete& complete = *course.mutable_complete();
  const crypto::Digest query = crypto::Sha256(course.signed_query().query());
  v1::CompletenessStatement statement;
  statement.set_query_id(query_id_);
  statement.set_query_digest(crypto::ToString(query));
  statement.mutable_closed_at()->set_seconds(absl::ToUnixSeconds(kHour));
  *statement.mutable_outcomes() = complete.outcomes();
  complete.set_query_id(query_id_);
  complete.set_statement(statement.SerializeAsString());
  complete.set_statement_signature(
      statement_key_.Sign(audit::StatementSignedText(complete.statement())));
  complete.set_statement_salt(random_.Bytes(audit::kSaltSize));
  const crypto::Digest digest = crypto::Sha256(complete.statement());
  audit::Entry entry = NewEntry(audit::EntryType::kClose);
  entry.reference = opening;
  entry.answer_commitment =
      audit::Commit(complete.statement_salt(), audit::kAnswerCommitment, crypto::View(digest));
  const uint64_t last = Append(std::move(entry));
  complete.mutable_receipt()->set_checkpoint(Checkpoint());
  for (uint64_t index = opening; index <= last; ++index) {
    *complete.mutable_receipt()->add_entries() = Proof(index);
  }
}

v1::SavedReceipt FakeHub::Course() {
  v1::SavedReceipt course;
  course.mutable_signed_query()->set_query("the question");
  course.mutable_signed_query()->set_assertion("the assertion");
  const crypto::Digest query = crypto::Sha256("the question");
  const std::string salt = random_.Bytes(audit::kSaltSize);

  audit::Entry entry = NewEntry(audit::EntryType::kIntent);
  entry.expires = kHour + absl::Hours(1);
  entry.owners = {kFakeOwner};
  entry.query_commitment = audit::Commit(salt, audit::kQueryCommitment, crypto::View(query));
  const uint64_t intent = Append(std::move(entry));
  v1::QueryAccepted& accepted = *course.mutable_accepted();
  accepted.set_query_id(query_id_);
  accepted.set_query_salt(salt);
  *accepted.mutable_intent() = Proof(intent);
  accepted.mutable_intent()->set_checkpoint(Checkpoint());
  v1::PlannedOwner& asked = *accepted.add_plan();
  asked.set_owner(kFakeOwner);
  asked.set_asked(true);
  accepted.add_plan()->set_owner(kFakeRefuser);

  audit::Entry refusal = NewEntry(audit::EntryType::kRefuse);
  refusal.reference = intent;
  refusal.owners = {kFakeRefuser};
  const uint64_t refused = Append(std::move(refusal));
  v1::OwnerResult& refuser = *course.add_results();
  refuser.set_owner(kFakeRefuser);
  refuser.set_outcome(v1::ANSWER_OUTCOME_REFUSED);
  refuser.set_log_index(refused);
  *course.add_results() = Released(intent);

  course.mutable_complete()->set_query_salt(salt);
  for (const v1::OwnerResult& result : course.results()) {
    v1::OwnerOutcome& outcome = *course.mutable_complete()->add_outcomes();
    outcome.set_owner(result.owner());
    outcome.set_outcome(result.outcome());
    outcome.set_records(static_cast<uint32_t>(result.answer().answer().records_size()));
    outcome.set_log_index(result.log_index());
  }
  Close(intent, course);
  return course;
}

v1::SavedReceipt FakeHub::RefusedCourse() {
  v1::SavedReceipt course;
  course.mutable_signed_query()->set_query("the question");
  const crypto::Digest query = crypto::Sha256("the question");
  const std::string salt = random_.Bytes(audit::kSaltSize);
  audit::Entry entry = NewEntry(audit::EntryType::kRefuse);
  entry.clause = "SO#C.2";
  entry.query_commitment = audit::Commit(salt, audit::kQueryCommitment, crypto::View(query));
  const uint64_t index = Append(std::move(entry));
  v1::QueryComplete& complete = *course.mutable_complete();
  complete.set_query_salt(salt);
  for (const char* owner : {kFakeOwner, kFakeRefuser}) {
    v1::OwnerOutcome& outcome = *complete.add_outcomes();
    outcome.set_owner(owner);
    outcome.set_outcome(v1::ANSWER_OUTCOME_REFUSED);
    outcome.set_log_index(index);
    v1::Failure& failure = *outcome.mutable_explanation()->add_failures();
    failure.set_check("identifier");
    failure.set_clause("SO#C.2");
    failure.set_seen("none");
    failure.set_needed("complaint number, CAD event, warrant or other");
    failure.set_fixable_by("requester");
  }
  Close(index, course);
  return course;
}

}  // namespace fusionhub::hubctl
