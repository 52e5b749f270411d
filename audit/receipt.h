// Checks a saved receipt without asking anyone: that the question was logged, that every owner got
// exactly one closer, that what was received is what its owner signed and what the log says was
// released.
#ifndef FUSIONHUB_AUDIT_RECEIPT_H_
#define FUSIONHUB_AUDIT_RECEIPT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/entry.h"
#include "audit/note.h"
#include "crypto/ed25519.h"
#include "fusionhub/v1/receipt.pb.h"

namespace fusionhub::audit {

// The key `key_id` in the owner's Agency document.
using AnswerKeyLookup = std::function<absl::StatusOr<crypto::Ed25519PublicKey>(
    absl::string_view owner, absl::string_view key_id)>;

// What the checker trusts; nothing is taken from the receipt itself.
struct ReceiptTrust {
  VerifierKey log_key;
  std::string origin;                      // empty: the key's name
  crypto::Ed25519PublicKey statement_key;  // the hub's, for the completeness statement
  AnswerKeyLookup answer_key;
  std::vector<VerifierKey> cosigners;  // of type cosignature
  size_t cosigners_needed = 0;         // of these, under the receipt's checkpoint
};

// One thing that is wrong.
struct ReceiptFinding {
  // Stable word: "checkpoint", "cosignatures", "inclusion", "leaf", "query", "intent", "closer",
  // "close", "answer", "release", "statement", "result".
  std::string check;
  std::string text;  // for a person; no personal data
};

struct ReceiptReport {
  std::vector<ReceiptFinding> findings;  // empty: everything was checked and holds
  uint64_t checkpoint_size = 0;
  struct CheckedEntry {
    uint64_t index = 0;
    Entry entry;
  };
  std::vector<CheckedEntry> entries;     // whose inclusion holds
  std::vector<std::string> cosigned_by;  // names of those of `cosigners` who did
  bool ok() const { return findings.empty(); }
};

// Reports everything that is wrong, not only the first.
ReceiptReport VerifyReceipt(const v1::SavedReceipt& receipt, const ReceiptTrust& trust);

// The bytes that the hub signs for a completeness statement: "fusionhub/statement/v1\n" +
// statement.
std::string StatementSignedText(absl::string_view statement);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_RECEIPT_H_
