// hubctl audit: check receipts and whole logs without asking anyone.
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/fsck.h"
#include "base/status_macros.h"
#include "hubctl/course_json.h"
#include "hubctl/run_question.h"
#include "hubctl/saved_receipt.h"
#include "hubctl/terminal_text.h"
#include "hubctl/trust.h"
#include "hubctl/verb.h"
#include "policy/folder.h"

namespace fusionhub::hubctl {
namespace {

struct VerifyOptions {
  std::string file;
  std::string key;
  std::string origin;
  std::string statement_key;
  std::string policy;
  std::string region;
};

struct FsckVerbOptions {
  std::string folder;
  std::string key;
  std::string origin;
  bool any_log = false;
};

// From the flags alone when they name everything, else from the configuration.
absl::StatusOr<audit::ReceiptTrust> VerifyTrust(Session& session, const VerifyOptions& options) {
  if (options.key.empty()) return SessionTrust(session);
  FUSIONHUB_ASSIGN_OR_RETURN(std::shared_ptr<const policy::Policy> policy,
                             policy::LoadPolicyFolder(options.policy));
  return MakeTrust({.region = options.region,
                    .log_verifier_key = options.key,
                    .origin = options.origin,
                    .statement_key = options.statement_key,
                    .policy = std::move(policy)});
}

void ShowReport(const audit::ReceiptReport& report, Output& output) {
  for (const audit::ReceiptReport::CheckedEntry& checked : report.entries) {
    std::string line =
        absl::StrCat("  entry ", checked.index, "  ", audit::EntryTypeName(checked.entry.type));
    for (const std::string& owner : checked.entry.owners) {
      absl::StrAppend(&line, "  ", TerminalText(owner));
    }
    if (!checked.entry.clause.empty()) {
      absl::StrAppend(&line, "  ", TerminalText(checked.entry.clause));
    }
    output.Line(line);
  }
  for (const audit::ReceiptFinding& finding : report.findings) {
    output.Line(
        absl::StrCat("  x ", TerminalText(finding.check), "  ", TerminalText(finding.text)));
  }
  output.Line(report.ok() ? absl::StrCat("The receipt holds: every entry is in the log of ",
                                         report.checkpoint_size,
                                         " entries, and every answer is as its owner signed it.")
                          : "The receipt does NOT hold.");
}

ExitCode VerifyReceiptFile(Session& session, const VerifyOptions& options) {
  const absl::StatusOr<audit::ReceiptTrust> trust = VerifyTrust(session, options);
  if (!trust.ok()) return session.Fail(trust.status());
  const absl::StatusOr<v1::SavedReceipt> receipt = LoadReceipt(options.file);
  if (!receipt.ok()) return session.Fail(receipt.status());
  const audit::ReceiptReport report = audit::VerifyReceipt(*receipt, *trust);
  Output& output = session.output();
  if (!receipt->complete().test_mode_notice().empty()) output.SetTestMode();
  ShowReport(report, output);
  if (output.json()) {
    Json object = ReceiptReportJson(report);
    object["test_mode"] = !receipt->complete().test_mode_notice().empty();
    output.WriteJson(object);
  }
  return report.ok() ? ExitCode::kDone : ExitCode::kBadProof;
}

const char* KindWord(audit::FsckFinding::Kind kind) {
  switch (kind) {
    case audit::FsckFinding::Kind::kCheckpoint:
      return "checkpoint";
    case audit::FsckFinding::Kind::kTile:
      return "tile";
    case audit::FsckFinding::Kind::kBundle:
      return "bundle";
    case audit::FsckFinding::Kind::kEntry:
      return "entry";
    case audit::FsckFinding::Kind::kLeaf:
      return "leaf";
  }
  return "other";
}

Json FsckJson(const audit::FsckReport& report) {
  Json findings = Json::array();
  for (const audit::FsckFinding& finding : report.findings) {
    Json line{{"kind", KindWord(finding.kind)}, {"path", finding.path}, {"text", finding.text}};
    if (finding.index.has_value()) line["index"] = *finding.index;
    findings.push_back(std::move(line));
  }
  return Json{{"ok", report.ok()},
              {"size", report.size},
              {"entries_hashed", report.entries_hashed},
              {"findings", std::move(findings)},
              {"truncated", report.truncated}};
}

void ShowFsck(const audit::FsckReport& report, Output& output) {
  for (const audit::FsckFinding& finding : report.findings) {
    const std::string which =
        finding.index.has_value() ? absl::StrCat("entry ", *finding.index, ", ") : "";
    output.Line(
        absl::StrCat("x ", which, TerminalText(finding.path), ": ", TerminalText(finding.text)));
  }
  if (report.truncated) output.Line("... and more");
  output.Line(report.ok() ? absl::StrCat("The log holds: ", report.entries_hashed,
                                         " entries hashed, as the signed checkpoint says.")
                          : absl::StrCat("The log of ", report.size, " entries is DAMAGED."));
}

absl::StatusOr<audit::FsckOptions> MakeFsckOptions(Session& session,
                                                   const FsckVerbOptions& options) {
  std::string key = options.key;
  std::string origin = options.origin;
  if (key.empty()) {
    FUSIONHUB_ASSIGN_OR_RETURN(const Config* config, session.LoadedConfig());
    key = config->log.verifier_key;
    if (origin.empty()) origin = config->log.origin;
  }
  FUSIONHUB_ASSIGN_OR_RETURN(audit::VerifierKey verifier, audit::VerifierKey::FromText(key));
  return audit::FsckOptions{
      .log_key = std::move(verifier), .origin = origin, .parse_leaves = !options.any_log};
}

ExitCode FsckFolder(Session& session, const FsckVerbOptions& options) {
  const absl::StatusOr<audit::FsckOptions> fsck = MakeFsckOptions(session, options);
  if (!fsck.ok()) return session.Fail(fsck.status());
  const absl::StatusOr<audit::FsckReport> report =
      audit::Fsck(audit::FolderSource(options.folder), *fsck);
  if (!report.ok()) return session.Fail(report.status());
  Output& output = session.output();
  ShowFsck(*report, output);
  if (output.json()) output.WriteJson(FsckJson(*report));
  return report->ok() ? ExitCode::kDone : ExitCode::kBadProof;
}

void AddVerifyReceipt(CLI::App& group, Verb& chosen) {
  CLI::App* verify = group.add_subcommand(
      "verify-receipt", "Check a saved receipt offline: log entries, proofs and signatures");
  auto options = std::make_shared<VerifyOptions>();
  verify->add_option("FILE", options->file, "What --save-receipt wrote")->required();
  CLI::Option* key =
      verify->add_option("--key", options->key, "Log verifier key (from the configuration)");
  verify->add_option("--origin", options->origin, "Log origin (the key's name)")->needs(key);
  CLI::Option* statement =
      verify->add_option("--statement-key", options->statement_key, "Statement key, ed25519:...");
  CLI::Option* policy =
      verify->add_option("--policy", options->policy, "Folder of the region's documents");
  CLI::Option* region = verify->add_option("--region", options->region, "The region's name");
  key->needs(statement)->needs(policy)->needs(region);
  for (CLI::Option* option : {statement, policy, region}) option->needs(key);
  verify->callback([options, &chosen] {
    chosen = [options](Session& session) { return VerifyReceiptFile(session, *options); };
  });
}

void AddFsck(CLI::App& group, Verb& chosen) {
  CLI::App* fsck = group.add_subcommand(
      "fsck", "Check every byte of a log folder and say which entry is damaged");
  auto options = std::make_shared<FsckVerbOptions>();
  fsck->add_option("FOLDER", options->folder, "Folder in the tlog-tiles layout")->required();
  CLI::Option* key =
      fsck->add_option("--key", options->key, "Log verifier key (from the configuration)");
  fsck->add_option("--origin", options->origin, "Log origin (the key's name)")->needs(key);
  fsck->add_flag("--any-log", options->any_log,
                 "A log that is not a fusionhub: entries are opaque");
  fsck->callback([options, &chosen] {
    chosen = [options](Session& session) { return FsckFolder(session, *options); };
  });
}

}  // namespace

void AddAuditVerbs(CLI::App& app, Verb& chosen) {
  CLI::App& group = AddGroup(app, "audit", "The log: receipts and whole-log checks, offline");
  AddVerifyReceipt(group, chosen);
  AddFsck(group, chosen);
}

}  // namespace fusionhub::hubctl
