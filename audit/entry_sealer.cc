#include "audit/entry_sealer.h"

#include <algorithm>
#include <limits>

#include "absl/strings/string_view.h"
#include "audit/commitment.h"
#include "base/status_macros.h"
#include "crypto/chunked_aead.h"
#include "crypto/digest.h"

namespace fusionhub::audit {
namespace {

std::string ExactTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

Payload FullPayload(const EntryDraft& draft) {
  Payload payload = draft.payload;
  payload.push_back({"time", ExactTime(draft.time)});
  if (draft.expires.has_value()) payload.push_back({"expires", ExactTime(*draft.expires)});
  return payload;
}

Entry PublicPart(const EntryDraft& draft, std::string entry_id) {
  Entry entry;
  entry.type = draft.type;
  entry.entry_id = std::move(entry_id);
  entry.query_id = draft.query_id;
  entry.reference = draft.reference;
  entry.time = FloorToHour(draft.time);
  if (draft.expires.has_value()) entry.expires = CeilToHour(*draft.expires);
  entry.count = draft.count;
  entry.policy_digest = draft.policy_digest;
  entry.purpose = draft.purpose;
  entry.data = draft.data;
  entry.action = draft.action;
  entry.outcome = draft.outcome;
  entry.clause = draft.clause;
  entry.owners = draft.owners;
  std::sort(entry.owners.begin(), entry.owners.end());
  return entry;
}

// Sets the commitments of the leaf and hands out the salts that open them.
void CommitLeaf(const EntryDraft& draft, const PayloadSecrets& secrets, Entry& entry,
                SealedEntry& sealed) {
  if (draft.query_digest.has_value()) {
    sealed.query_salt = secrets.LeafSalt(kQueryCommitment);
    entry.query_commitment =
        Commit(sealed.query_salt, kQueryCommitment, crypto::View(*draft.query_digest));
  }
  if (draft.answer_digest.has_value() || draft.released_root.has_value()) {
    sealed.answer_salt = secrets.LeafSalt(kAnswerCommitment);
  }
  if (draft.answer_digest.has_value()) {
    entry.answer_commitment =
        Commit(sealed.answer_salt, kAnswerCommitment, crypto::View(*draft.answer_digest));
  }
  if (draft.released_root.has_value()) {
    entry.released_commitment =
        Commit(sealed.answer_salt, kReleasedCommitment, crypto::View(*draft.released_root));
  }
}

}  // namespace

absl::StatusOr<SealedEntry> SealEntry(const EntryDraft& draft, KekFolder& keks, Random& random) {
  const Payload payload = FullPayload(draft);
  const PayloadSecrets secrets(random.Bytes(crypto::kChunkedKeySize));
  Entry entry = PublicPart(draft, random.Bytes(kEntryIdSize));
  SealedEntry sealed;
  sealed.type = draft.type;
  sealed.query_id = draft.query_id;
  CommitLeaf(draft, secrets, entry, sealed);
  // Before anything costly: most mistakes of a caller show here.
  FUSIONHUB_RETURN_IF_ERROR(CheckEntry(entry));
  FUSIONHUB_ASSIGN_OR_RETURN(sealed.ciphertext,
                             SealPayload(payload, secrets.dek(), entry.entry_id, random));
  FUSIONHUB_ASSIGN_OR_RETURN(sealed.wrap,
                             WrapDek(secrets.dek(), entry.entry_id, draft.time, keks, random));
  entry.fields_root = FieldsRoot(secrets, payload);
  entry.ct_digest = crypto::Sha256(sealed.ciphertext);
  entry.ct_size = static_cast<uint32_t>(sealed.ciphertext.size());
  FUSIONHUB_ASSIGN_OR_RETURN(sealed.leaf, EncodeLeaf(entry));
  return sealed;
}

}  // namespace fusionhub::audit
