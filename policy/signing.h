// Detached signatures of documents: "<document>.sig" is a YAML list of {key, party, by, at,
// ed25519}, each over the document's exact bytes.
#ifndef FUSIONHUB_POLICY_SIGNING_H_
#define FUSIONHUB_POLICY_SIGNING_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/yaml.h"
#include "crypto/ed25519.h"

namespace fusionhub::policy {

struct DocumentSignature {
  std::string key;        // key id in the party's Agency document
  std::string party;      // agency id
  std::string by;         // title of the signer, e.g. "Mayor (demo)"
  absl::Time at;          // when it was signed, as the signer states it; whole seconds
  std::string signature;  // 64 raw bytes
  SourcePosition line;
};

// Reads a signature file; mistakes go to `diagnostics` with positions. Empty text is an empty list.
std::vector<DocumentSignature> ParseSignatures(absl::string_view text, const std::string& file,
                                               std::vector<Diagnostic>& diagnostics);

// The text of a signature file.
std::string FormatSignatures(const std::vector<DocumentSignature>& signatures);

// Signs `document` (its exact bytes).
DocumentSignature SignDocument(absl::string_view document,
                               const crypto::Ed25519PrivateKey& private_key, std::string key_id,
                               std::string party, std::string by, absl::Time at);

// Adds a signature to an existing signature file's text (may be empty) and returns the new text;
// replaces an older signature of the same party and key.
absl::StatusOr<std::string> AddSignature(absl::string_view signature_file,
                                         absl::string_view file_name, DocumentSignature signature);

// OK when `signature` is `key`'s signature over `document`; UNAUTHENTICATED otherwise.
absl::Status VerifySignature(absl::string_view document, const DocumentSignature& signature,
                             const crypto::Ed25519PublicKey& key);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_SIGNING_H_
