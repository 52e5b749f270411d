// The public part of a log entry and its leaf: one canonical binary form (docs/audit_entries.md). A
// leaf holds codes and commitments, never a name, plate, case number or hash of one.
#ifndef FUSIONHUB_AUDIT_ENTRY_H_
#define FUSIONHUB_AUDIT_ENTRY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "crypto/digest.h"

namespace fusionhub::audit {

// Under 512 bytes as a rule; the room is for a question to all agencies of a large region.
inline constexpr size_t kMaxLeafSize = 4 * 1024;
inline constexpr size_t kEntryIdSize = 16;
inline constexpr size_t kMaxCodeSize = 64;
inline constexpr size_t kMaxOwners = 128;

enum class EntryType : uint8_t {
  kIntent = 1,          // a question is about to be put to its owners
  kRelease = 2,         // one owner's answer goes to the requester
  kRefuse = 3,          // one owner, or the hub for everyone, refuses
  kHold = 4,            // waits for an approver of the owner
  kTimeout = 5,         // the owner did not answer
  kClose = 6,           // the question is done
  kAuthorisation = 7,   // an approver lifted a hold
  kDenial = 8,          // an approver refused to
  kRefusalSummary = 9,  // calls without a valid person, counted
  kHotlistShare = 10,   // a share of a hotlist went to another agency
};
// "INTENT", "REFUSAL_SUMMARY".
absl::string_view EntryTypeName(EntryType type);

// Which fields a type has is in CheckEntry.
struct Entry {
  EntryType type = EntryType::kIntent;
  std::string entry_id;               // 16 random bytes
  std::string query_id;               // 16 bytes, or empty
  std::optional<uint64_t> reference;  // index of the INTENT, or of what this entry answers
  absl::Time time;                    // whole hour
  std::optional<absl::Time> expires;  // whole hour; INTENT: no node answers from then on
  uint32_t count = 0;                 // REFUSAL_SUMMARY: how many
  crypto::Digest policy_digest{};     // revision that was decided on; zero if none
  std::string purpose;                // codes: [A-Za-z0-9_.#-], at most 64 bytes, may be empty
  std::string data;
  std::string action;
  std::string outcome;
  std::string clause;
  std::vector<std::string> owners;  // agency ids, sorted, unique; spelled like codes, not empty
  std::optional<crypto::Digest> query_commitment;
  std::optional<crypto::Digest> answer_commitment;
  std::optional<crypto::Digest> released_commitment;
  crypto::Digest fields_root{};  // over the sealed payload's fields
  crypto::Digest ct_digest{};    // SHA-256 of the sealed payload's ciphertext
  uint32_t ct_size = 0;          // of the ciphertext: one of few sizes
};

// INVALID_ARGUMENT, saying which field, unless the entry is one that its type allows:
//  INTENT: query id, owners, expiry after its time, query commitment; no reference.
//  RELEASE: query id, reference, one owner, answer and released commitment.
//  REFUSE, HOLD: query id; with reference: one owner, answer commitment if the owner signed one;
//    without (decided for everyone): query commitment, the owners concerned, if any.
//  TIMEOUT: query id, reference, one owner.
//  CLOSE: query id, reference, answer commitment (to the completeness statement); no owner.
//  AUTHORISATION, DENIAL: query id, one owner; reference and query commitment optional.
//  REFUSAL_SUMMARY: a count; no query id, no reference.
//  HOTLIST_SHARE: one owner, answer commitment optional; no query id, no reference.
// Only INTENT has an expiry, only REFUSAL_SUMMARY a count, only RELEASE a released commitment, and
// no other type a query or answer commitment.
absl::Status CheckEntry(const Entry& entry);

// The leaf. INVALID_ARGUMENT when CheckEntry refuses the entry.
absl::StatusOr<std::string> EncodeLeaf(const Entry& entry);
// The entry. INVALID_ARGUMENT for every input that EncodeLeaf would not write byte for byte.
absl::StatusOr<Entry> ParseLeaf(absl::string_view leaf);

// Public times are rounded to the hour so that the log is no index of who was where when.
absl::Time FloorToHour(absl::Time time);
absl::Time CeilToHour(absl::Time time);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_ENTRY_H_
