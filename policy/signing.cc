// Reads, writes, makes and checks detached document signatures.
#include "policy/signing.h"

#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/status_macros.h"

namespace fusionhub::policy {
namespace {

std::string Quoted(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}}), "'");
}

DocumentSignature ReadSignature(const YamlNode& node, const std::string& file,
                                std::vector<Diagnostic>& diagnostics) {
  YamlMapReader reader(node, file, "P", "signature", diagnostics);
  DocumentSignature signature;
  signature.line = node.at;
  signature.key = reader.RequiredString("key");
  signature.party = reader.RequiredString("party");
  signature.by = reader.RequiredString("by");
  const std::string at = reader.RequiredString("at");
  std::string error;
  if (!at.empty() && !absl::ParseTime(absl::RFC3339_full, at, &signature.at, &error)) {
    reader.Report(node.Find("at"), "0304", "'at' is not a time", "write 2025-03-21T14:02:11-05:00");
  }
  const std::string text = reader.RequiredString("ed25519");
  if (!text.empty() && (!absl::Base64Unescape(text, &signature.signature) ||
                        signature.signature.size() != crypto::kEd25519SignatureSize)) {
    reader.Report(node.Find("ed25519"), "0310", "'ed25519' is not a signature",
                  "it is the base64 of 64 bytes, as `hubctl policy sign` writes it");
  }
  reader.Finish();
  return signature;
}

}  // namespace

std::vector<DocumentSignature> ParseSignatures(absl::string_view text, const std::string& file,
                                               std::vector<Diagnostic>& diagnostics) {
  std::vector<DocumentSignature> signatures;
  if (text.empty()) return signatures;
  const std::unique_ptr<YamlNode> root = ParseYaml(text, file, YamlLimits(), diagnostics);
  if (root == nullptr) return signatures;
  if (root->kind != YamlNode::Kind::kSequence) {
    diagnostics.push_back({file, root->at, "P0311", "a signature file is a list",
                           "write '- {key: ..., party: ..., by: ..., at: ..., ed25519: ...}'"});
    return signatures;
  }
  for (const YamlNode& item : root->items) {
    const size_t before = diagnostics.size();
    DocumentSignature signature = ReadSignature(item, file, diagnostics);
    if (diagnostics.size() == before) signatures.push_back(std::move(signature));
  }
  return signatures;
}

std::string FormatSignatures(const std::vector<DocumentSignature>& signatures) {
  std::string text;
  for (const DocumentSignature& signature : signatures) {
    absl::StrAppend(&text, "- key: ", Quoted(signature.key), "\n  party: ", Quoted(signature.party),
                    "\n  by: ", Quoted(signature.by), "\n  at: '",
                    absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", signature.at, absl::UTCTimeZone()),
                    "'\n  ed25519: '", absl::Base64Escape(signature.signature), "'\n");
  }
  return text;
}

DocumentSignature SignDocument(absl::string_view document,
                               const crypto::Ed25519PrivateKey& private_key, std::string key_id,
                               std::string party, std::string by, absl::Time at) {
  return {std::move(key_id),
          std::move(party),
          std::move(by),
          absl::FromUnixSeconds(absl::ToUnixSeconds(at)),
          private_key.Sign(document),
          {}};
}

absl::StatusOr<std::string> AddSignature(absl::string_view signature_file,
                                         absl::string_view file_name, DocumentSignature signature) {
  std::vector<Diagnostic> diagnostics;
  std::vector<DocumentSignature> signatures =
      ParseSignatures(signature_file, std::string(file_name), diagnostics);
  FUSIONHUB_RETURN_IF_ERROR(DiagnosticsToStatus(diagnostics, signature_file));
  for (DocumentSignature& old : signatures) {
    if (old.party == signature.party && old.key == signature.key) {
      old = std::move(signature);
      return FormatSignatures(signatures);
    }
  }
  signatures.push_back(std::move(signature));
  return FormatSignatures(signatures);
}

absl::Status VerifySignature(absl::string_view document, const DocumentSignature& signature,
                             const crypto::Ed25519PublicKey& key) {
  return key.Verify(document, signature.signature);
}

}  // namespace fusionhub::policy
