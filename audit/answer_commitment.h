// What an owner's node signs: commitments of every field, digests over records and the answer. The
// hub can withhold a field but never change one (I4; byte for byte in docs/audit_entries.md).
#ifndef FUSIONHUB_AUDIT_ANSWER_COMMITMENT_H_
#define FUSIONHUB_AUDIT_ANSWER_COMMITMENT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/merkle.h"
#include "base/random.h"
#include "crypto/ed25519.h"
#include "fusionhub/v1/records.pb.h"

namespace fusionhub::audit {

// Limits of an answer; past them it is refused unread.
inline constexpr size_t kMaxAnswerRecords = 10'000;
inline constexpr size_t kMaxRecordFields = 128;
inline constexpr uint64_t kMaxAnswerBatch = 4096;

// Sorts the fields of every record by name and gives each a fresh salt and its commitment.
void CommitFields(v1::Answer& answer, Random& random);

// Blanks salt and value; the commitment, and with it every digest, stays.
void Withhold(v1::Field& field);
bool IsWithheld(const v1::Field& field);

// OK when the answer has the form that is signed: ids and bounds, fields sorted and unique, records
// unique, every disclosed field opens its commitment. INVALID_ARGUMENT otherwise, naming record and
// field by position.
absl::Status CheckAnswerForm(const v1::Answer& answer);

// Digests; the form must be right. The same before and after fields are withheld.
Digest RecordDigest(const v1::Record& record);
Digest AnswerDigest(const v1::Answer& answer);
// Root over exactly the disclosed fields, in order: what RELEASE commits to as having left the hub.
Digest ReleasedRoot(const v1::Answer& answer);

// The bytes that a node signs for a batch.
std::string BatchSignedText(absl::string_view owner, absl::string_view node, uint64_t batch_size,
                            const Digest& batch_root);

// OK when the answer has the right form and its digest is in a batch that `key` signed for its
// owner and node. UNAUTHENTICATED or INVALID_ARGUMENT otherwise. The caller looks `key` up by the
// answer's owner and the signature's key_id, and compares owner, node and query id with what it
// asked.
absl::Status CheckAnswer(const v1::SignedAnswer& answer, const crypto::Ed25519PublicKey& key);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_ANSWER_COMMITMENT_H_
