#include "audit/answer_commitment.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/byte_codec.h"
#include "audit/commitment.h"
#include "base/status_macros.h"
#include "crypto/digest.h"

namespace fusionhub::audit {
namespace {

constexpr size_t kQueryIdSize = 16;
constexpr size_t kMaxName = 255;

absl::Status BadForm(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("answer refused: ", what));
}

bool IsName(absl::string_view name) {
  return !name.empty() && name.size() <= kMaxName && name.find('\0') == absl::string_view::npos;
}

absl::Status CheckField(const v1::Field& field) {
  const absl::StatusOr<Digest> commitment = crypto::DigestFromBytes(field.commitment());
  if (!commitment.ok()) return commitment.status();
  if (IsWithheld(field)) return absl::OkStatus();
  return CheckOpening(*commitment, field.salt(), field.name(), field.value());
}

absl::Status CheckRecord(const v1::Record& record, int position) {
  const std::string where = absl::StrCat("record ", position);
  if (!IsName(record.record_id())) return BadForm(where + " has no proper id");
  if (record.fields_size() > static_cast<int>(kMaxRecordFields)) {
    return BadForm(where + " has more than 128 fields");
  }
  for (int i = 0; i < record.fields_size(); ++i) {
    const v1::Field& field = record.fields(i);
    if (!IsName(field.name()))
      return BadForm(absl::StrCat(where, " field ", i, ": no proper name"));
    if (i > 0 && field.name() <= record.fields(i - 1).name()) {
      return BadForm(absl::StrCat(where, " field ", i, ": fields are not sorted by name"));
    }
    if (const absl::Status status = CheckField(field); !status.ok()) {
      return BadForm(absl::StrCat(where, " field ", i, ": ", status.message()));
    }
  }
  return absl::OkStatus();
}

// Name and commitment: the name is bound also where the value is withheld.
std::string FieldLeaf(const v1::Field& field) {
  return absl::StrCat(field.name(), absl::string_view("\0", 1), field.commitment());
}

template <typename Strings>
void WriteList(const Strings& strings, ByteWriter& writer) {
  writer.U32(static_cast<uint32_t>(strings.size()));
  for (const std::string& text : strings) writer.String32(text);
}

void WriteExplanation(const v1::Explanation& explanation, ByteWriter& writer) {
  writer.U32(static_cast<uint32_t>(explanation.failures_size()));
  for (const v1::Failure& failure : explanation.failures()) {
    writer.String32(failure.check()).String32(failure.clause()).String32(failure.clause_text());
    writer.String32(failure.seen()).String32(failure.needed()).String32(failure.fixable_by());
  }
  writer.U32(static_cast<uint32_t>(explanation.holds_size()));
  for (const v1::Hold& hold : explanation.holds()) {
    writer.String32(hold.role()).String32(hold.clause()).String32(hold.clause_text());
    writer.U32(hold.expires_hours());
  }
}

absl::Status BadSignature(absl::string_view what) {
  return absl::UnauthenticatedError(absl::StrCat("answer refused: ", what));
}

}  // namespace

void CommitFields(v1::Answer& answer, Random& random) {
  for (v1::Record& record : *answer.mutable_records()) {
    std::sort(record.mutable_fields()->begin(), record.mutable_fields()->end(),
              [](const v1::Field& a, const v1::Field& b) { return a.name() < b.name(); });
    for (v1::Field& field : *record.mutable_fields()) {
      field.set_salt(random.Bytes(kSaltSize));
      field.set_commitment(crypto::ToString(Commit(field.salt(), field.name(), field.value())));
    }
  }
}

void Withhold(v1::Field& field) {
  field.clear_salt();
  field.clear_value();
}

bool IsWithheld(const v1::Field& field) { return field.salt().empty() && field.value().empty(); }

absl::Status CheckAnswerForm(const v1::Answer& answer) {
  if (answer.query_id().size() != kQueryIdSize) return BadForm("its query id has not 16 bytes");
  if (!IsName(answer.owner()) || !IsName(answer.node())) return BadForm("no owner or no node");
  if (!v1::AnswerOutcome_IsValid(answer.outcome()) ||
      answer.outcome() == v1::ANSWER_OUTCOME_UNSPECIFIED) {
    return BadForm("its outcome is unknown");
  }
  if (!answer.has_decided_at()) return BadForm("it has no time of decision");
  if (answer.records_size() > 0 && answer.outcome() != v1::ANSWER_OUTCOME_RELEASED) {
    return BadForm("it has records but does not release");
  }
  if (answer.records_size() > static_cast<int>(kMaxAnswerRecords)) {
    return BadForm("it has more than 10,000 records");
  }
  std::set<absl::string_view> ids;
  for (int i = 0; i < answer.records_size(); ++i) {
    FUSIONHUB_RETURN_IF_ERROR(CheckRecord(answer.records(i), i));
    if (!ids.insert(answer.records(i).record_id()).second) {
      return BadForm(absl::StrCat("record ", i, " has another's id"));
    }
  }
  return absl::OkStatus();
}

Digest RecordDigest(const v1::Record& record) {
  CompactRange fields;
  for (const v1::Field& field : record.fields()) fields.Append(LeafHash(FieldLeaf(field)));
  ByteWriter writer;
  writer.Raw("fusionhub/record/v1\n").String32(record.record_id());
  writer.U32(static_cast<uint32_t>(record.fields_size())).Raw(crypto::View(fields.Root()));
  return crypto::Sha256(writer.bytes());
}

Digest AnswerDigest(const v1::Answer& answer) {
  ByteWriter writer;
  writer.Raw("fusionhub/answer/v1\n").String32(answer.query_id()).String32(answer.owner());
  writer.String32(answer.node()).U32(static_cast<uint32_t>(answer.outcome()));
  WriteList(answer.labels(), writer);
  WriteList(answer.clauses(), writer);
  writer.String32(answer.policy_digest());
  writer.U64(static_cast<uint64_t>(answer.decided_at().seconds()));
  writer.U32(static_cast<uint32_t>(answer.decided_at().nanos()));
  writer.String32(answer.engine());
  WriteExplanation(answer.explanation(), writer);
  writer.U32(static_cast<uint32_t>(answer.records_size()));
  for (const v1::Record& record : answer.records()) writer.Raw(crypto::View(RecordDigest(record)));
  return crypto::Sha256(writer.bytes());
}

Digest ReleasedRoot(const v1::Answer& answer) {
  CompactRange released;
  for (const v1::Record& record : answer.records()) {
    for (const v1::Field& field : record.fields()) {
      if (IsWithheld(field)) continue;
      ByteWriter leaf;
      leaf.String32(record.record_id()).Raw(FieldLeaf(field));
      released.Append(LeafHash(leaf.bytes()));
    }
  }
  return released.Root();
}

std::string BatchSignedText(absl::string_view owner, absl::string_view node, uint64_t batch_size,
                            const Digest& batch_root) {
  return absl::StrCat("fusionhub/answers/v1\n", owner, "\n", node, "\n", batch_size, "\n",
                      crypto::ToHex(crypto::View(batch_root)), "\n");
}

absl::Status CheckAnswer(const v1::SignedAnswer& answer, const crypto::Ed25519PublicKey& key) {
  FUSIONHUB_RETURN_IF_ERROR(CheckAnswerForm(answer.answer()));
  const v1::AnswerSignature& signature = answer.signature();
  if (signature.batch_size() > kMaxAnswerBatch) return BadSignature("its batch is too large");
  FUSIONHUB_ASSIGN_OR_RETURN(const Digest root, crypto::DigestFromBytes(signature.batch_root()));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<Digest> proof, ParseProof(signature.proof()));
  const Digest digest = AnswerDigest(answer.answer());
  const absl::Status included = VerifyInclusion(signature.index(), signature.batch_size(),
                                                LeafHash(crypto::View(digest)), proof, root);
  if (!included.ok()) return BadSignature("it is not in the batch that was signed");
  const std::string text = BatchSignedText(answer.answer().owner(), answer.answer().node(),
                                           signature.batch_size(), root);
  if (!key.Verify(text, signature.signature()).ok()) {
    return BadSignature("the signature is not the owner's node's");
  }
  return absl::OkStatus();
}

}  // namespace fusionhub::audit
