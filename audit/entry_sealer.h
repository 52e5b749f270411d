// Makes a log entry ready to be sequenced: commits, seals, wraps, encodes. All costly work of an
// append happens here, on the caller's thread.
#ifndef FUSIONHUB_AUDIT_ENTRY_SEALER_H_
#define FUSIONHUB_AUDIT_ENTRY_SEALER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audit/entry.h"
#include "audit/kek_folder.h"
#include "audit/sealed_payload.h"
#include "base/random.h"

namespace fusionhub::audit {

// What the broker wants to have logged. Times are exact here; the leaf gets whole hours (`time`
// down, `expires` up) and the payload is given the exact ones as fields "time" and "expires" (RFC
// 3339, UTC).
struct EntryDraft {
  EntryType type = EntryType::kIntent;
  std::string query_id;               // 16 bytes, or empty
  std::optional<uint64_t> reference;  // index of the INTENT, or of what this entry answers
  absl::Time time;                    // now, from the caller
  std::optional<absl::Time> expires;  // INTENT only
  uint32_t count = 0;                 // REFUSAL_SUMMARY only
  crypto::Digest policy_digest{};
  std::string purpose;
  std::string data;
  std::string action;
  std::string outcome;
  std::string clause;
  std::vector<std::string> owners;             // in any order
  std::optional<crypto::Digest> query_digest;  // SHA-256 of the signed query bytes
  std::optional<crypto::Digest>
      answer_digest;  // AnswerDigest; CLOSE: SHA-256 of the completeness statement
  std::optional<crypto::Digest> released_root;  // ReleasedRoot; RELEASE only
  Payload payload;                              // without "time" and "expires"
};

// A draft in its final form.
struct SealedEntry {
  EntryType type = EntryType::kIntent;
  std::string query_id;
  std::string leaf;
  std::string ciphertext;
  std::string wrap;
  std::string query_salt;   // opens the leaf's query commitment; empty if it has none
  std::string answer_salt;  // opens its answer and released commitments; empty if it has none
};

// INVALID_ARGUMENT when the draft is not an entry (CheckEntry, EncodePayload).
absl::StatusOr<SealedEntry> SealEntry(const EntryDraft& draft, KekFolder& keks, Random& random);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_ENTRY_SEALER_H_
