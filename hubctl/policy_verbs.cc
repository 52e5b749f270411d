// hubctl policy: check a folder of documents, and sign one.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "crypto/digest.h"
#include "crypto/ed25519.h"
#include "hubctl/question.h"
#include "hubctl/terminal_text.h"
#include "hubctl/verb.h"
#include "policy/folder.h"
#include "policy/signing.h"

namespace fusionhub::hubctl {
namespace {

constexpr size_t kMaxDocumentBytes = 1 << 20;
constexpr int kReadableByAll = 0644;

struct SignOptions {
  std::string file;
  std::string key;
  std::string key_id;
  std::string party;
  std::string by;
  std::string at;
};

std::string InstantText(absl::Time time) {
  if (time == absl::InfiniteFuture()) return "never";
  if (time == absl::InfinitePast()) return "always";
  return absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone());
}

std::string AgreementText(const policy::AgreementStatus& agreement) {
  std::string text = absl::StrCat(TerminalText(agreement.id), ": ", TerminalText(agreement.owner),
                                  " to ", TerminalText(agreement.recipient), ", ");
  if (!agreement.signed_by_all) {
    return absl::StrCat(text, "NOT in force: not signed by ",
                        TerminalText(absl::StrJoin(agreement.missing_signatures, ", ")));
  }
  return absl::StrCat(text, "signed by all, from ", InstantText(agreement.from), " until ",
                      InstantText(agreement.to));
}

void ShowPolicy(const policy::Policy& policy, Output& output) {
  output.Line(absl::StrCat("policy ", crypto::ToHex(policy.digest()), " (rev ", policy.revision(),
                           "), ", policy.Agencies().size(), " agencies"));
  for (const policy::AgreementStatus& agreement : policy.Agreements()) {
    output.Line(absl::StrCat("  agreement ", AgreementText(agreement)));
  }
  for (const policy::PolicyWarning& warning : policy.Warnings()) {
    output.Line(absl::StrCat(TerminalText(warning.file), ":", warning.line,
                             ": warning: ", TerminalText(warning.text)));
  }
  for (const policy::UnenforcedRule& rule : policy.UnenforcedRules()) {
    output.Line(absl::StrCat(TerminalText(rule.file), ":", rule.line, ": not enforced: ",
                             TerminalText(rule.rule), ": ", TerminalText(rule.why)));
  }
}

Json PolicyJson(const policy::Policy& policy) {
  Json agreements = Json::array();
  for (const policy::AgreementStatus& agreement : policy.Agreements()) {
    agreements.push_back(Json{{"id", agreement.id},
                              {"owner", agreement.owner},
                              {"recipient", agreement.recipient},
                              {"signed_by_all", agreement.signed_by_all},
                              {"missing_signatures", agreement.missing_signatures},
                              {"from", InstantText(agreement.from)},
                              {"to", InstantText(agreement.to)}});
  }
  Json warnings = Json::array();
  for (const policy::PolicyWarning& warning : policy.Warnings()) {
    warnings.push_back(
        Json{{"file", warning.file}, {"line", warning.line}, {"text", warning.text}});
  }
  Json unenforced = Json::array();
  for (const policy::UnenforcedRule& rule : policy.UnenforcedRules()) {
    unenforced.push_back(
        Json{{"file", rule.file}, {"line", rule.line}, {"rule", rule.rule}, {"why", rule.why}});
  }
  return Json{{"ok", true},
              {"digest", crypto::ToHex(policy.digest())},
              {"revision", policy.revision()},
              {"agreements", std::move(agreements)},
              {"warnings", std::move(warnings)},
              {"unenforced", std::move(unenforced)}};
}

Json DiagnosticsJson(const std::vector<Diagnostic>& diagnostics) {
  Json list = Json::array();
  for (const Diagnostic& diagnostic : diagnostics) {
    list.push_back(Json{{"file", diagnostic.file},
                        {"line", diagnostic.at.line},
                        {"column", diagnostic.at.column},
                        {"code", diagnostic.code},
                        {"message", diagnostic.message},
                        {"hint", diagnostic.hint}});
  }
  return Json{{"ok", false}, {"diagnostics", std::move(list)}};
}

// The text that a diagnostic's position refers to.
std::string SourceOf(const std::vector<policy::DocumentFile>& files, const std::string& path) {
  for (const policy::DocumentFile& file : files) {
    if (file.path == path) return file.bytes;
    if (file.path + ".sig" == path) return file.signature_bytes;
  }
  return "";
}

ExitCode CheckFolder(Session& session, const std::string& folder) {
  const absl::StatusOr<std::vector<policy::DocumentFile>> files = policy::ReadPolicyFolder(folder);
  if (!files.ok()) return session.Fail(files.status());
  std::vector<Diagnostic> diagnostics;
  const std::shared_ptr<const policy::Policy> policy = policy::Policy::Compile(*files, diagnostics);
  Output& output = session.output();
  if (policy == nullptr) {
    for (const Diagnostic& diagnostic : diagnostics) {
      output.Line(RenderDiagnostic(diagnostic, SourceOf(*files, diagnostic.file)));
    }
    if (output.json()) output.WriteJson(DiagnosticsJson(diagnostics));
    return ExitCode::kFindings;
  }
  ShowPolicy(*policy, output);
  if (output.json()) output.WriteJson(PolicyJson(*policy));
  return ExitCode::kDone;
}

absl::Status SignFile(const SignOptions& options, absl::Time at) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string document, ReadFile(options.file, kMaxDocumentBytes));
  FUSIONHUB_ASSIGN_OR_RETURN(const crypto::Ed25519PrivateKey key,
                             crypto::Ed25519PrivateKey::FromPemFile(options.key));
  const std::string path = options.file + ".sig";
  absl::StatusOr<std::string> signatures = ReadFile(path, kMaxDocumentBytes);
  if (absl::IsNotFound(signatures.status())) signatures = std::string();
  FUSIONHUB_RETURN_IF_ERROR(signatures.status());
  FUSIONHUB_ASSIGN_OR_RETURN(
      const std::string updated,
      policy::AddSignature(
          *signatures, path,
          policy::SignDocument(document, key, options.key_id, options.party, options.by, at)));
  return WriteFileAtomically(path, updated, kReadableByAll, Durability::kSynced);
}

ExitCode RunSign(Session& session, const SignOptions& options) {
  const absl::StatusOr<absl::Time> at =
      options.at.empty() ? session.clock().Now() : ParseTimeFlag(options.at, "--at");
  if (!at.ok()) return session.FailUsage(at.status());
  const absl::Status status = SignFile(options, absl::FromUnixSeconds(absl::ToUnixSeconds(*at)));
  if (!status.ok()) return session.Fail(status);
  Output& output = session.output();
  output.Line(absl::StrCat("Signed by ", TerminalText(options.by), " for ",
                           TerminalText(options.party), ": ", TerminalText(options.file), ".sig"));
  if (output.json()) output.WriteJson(Json{{"signature_file", options.file + ".sig"}});
  return ExitCode::kDone;
}

void AddSign(CLI::App& group, Verb& chosen) {
  CLI::App* sign = group.add_subcommand("sign", "Sign a document; the signature goes to FILE.sig");
  auto options = std::make_shared<SignOptions>();
  sign->add_option("FILE", options->file, "The document; its exact bytes are signed")->required();
  sign->add_option("--key", options->key, "Private key (PEM, Ed25519)")->required();
  sign->add_option("--key-id", options->key_id, "Its id in the party's Agency document")
      ->required();
  sign->add_option("--party", options->party, "Agency that signs")->required();
  sign->add_option("--by", options->by, "Title of the signer")->required();
  sign->add_option("--at", options->at, "When it is signed (now)");
  sign->callback([options, &chosen] {
    chosen = [options](Session& session) { return RunSign(session, *options); };
  });
}

}  // namespace

void AddPolicyVerbs(CLI::App& app, Verb& chosen) {
  CLI::App& group = AddGroup(app, "policy", "The region's documents");
  CLI::App* check = group.add_subcommand(
      "check", "Compile a folder of documents; say every mistake and its place");
  auto folder = std::make_shared<std::string>();
  check->add_option("DIR", *folder, "Folder of documents")->required();
  check->callback([folder, &chosen] {
    chosen = [folder](Session& session) { return CheckFolder(session, *folder); };
  });
  AddSign(group, chosen);
}

}  // namespace fusionhub::hubctl
