// Works out when each agreement is in force.
#include "policy/link_agreement.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "policy/signing.h"

namespace fusionhub::policy {
namespace {

constexpr absl::string_view kSignatoryRole = "signatory";

// Party -> time of its first valid signature.
using SignedBy = std::map<std::string, absl::Time>;

class SignatureLinker {
 public:
  SignatureLinker(const DocumentFile& file, const CompiledPolicy& policy,
                  std::vector<Diagnostic>& diagnostics)
      : file_(file),
        sig_name_(absl::StrCat(file.path, ".sig")),
        policy_(policy),
        diagnostics_(diagnostics) {}

  // Only the keys that `agreement` names for a party may sign for it, or the party's signatory
  // keys.
  SignedBy Verify(const Agreement& agreement) {
    SignedBy signed_by;
    for (const DocumentSignature& signature :
         ParseSignatures(file_.signature_bytes, sig_name_, diagnostics_)) {
      const OfficerKey* key = SignatoryKey(agreement, signature);
      if (key == nullptr) continue;
      if (!VerifySignature(file_.bytes, signature, key->key).ok()) {
        Report(signature, "P0331",
               absl::StrCat("the signature of ", signature.party,
                            " does not fit the document's bytes"),
               "the document was changed after it was signed: sign it again");
        continue;
      }
      const auto [at, first] = signed_by.emplace(signature.party, signature.at);
      if (!first) at->second = std::min(at->second, signature.at);
    }
    return signed_by;
  }

 private:
  const OfficerKey* SignatoryKey(const Agreement& agreement, const DocumentSignature& signature) {
    if (signature.party != agreement.owner && signature.party != agreement.recipient) {
      Report(signature, "P0332", absl::StrCat("'", signature.party, "' is not a party"),
             absl::StrCat("the parties are ", agreement.owner, " and ", agreement.recipient));
      return nullptr;
    }
    const Agency* agency = policy_.FindAgency(signature.party);
    const OfficerKey* key = agency == nullptr ? nullptr : agency->FindOfficerKey(signature.key);
    if (key == nullptr) {
      Report(signature, "P0333",
             absl::StrCat("'", signature.key, "' is not a person's key of ", signature.party), "");
      return nullptr;
    }
    if (MaySign(agreement, signature.party, *key)) return key;
    Report(signature, "P0334",
           absl::StrCat("'", signature.key, "' may not sign this document for ", signature.party),
           "its signatories are named in the agreement");
    return nullptr;
  }

  static bool MaySign(const Agreement& agreement, const std::string& party, const OfficerKey& key) {
    const auto named = agreement.signatories.find(party);
    if (named == agreement.signatories.end()) return key.HasRole(kSignatoryRole);
    return std::find(named->second.begin(), named->second.end(), key.key_id) != named->second.end();
  }

  void Report(const DocumentSignature& signature, std::string code, std::string message,
              std::string hint) {
    diagnostics_.push_back(
        {sig_name_, signature.line, std::move(code), std::move(message), std::move(hint)});
  }

  const DocumentFile& file_;
  const std::string sig_name_;
  const CompiledPolicy& policy_;
  std::vector<Diagnostic>& diagnostics_;
};

void SetBeginning(const SignedBy& signed_by, Agreement& agreement) {
  agreement.to = agreement.ends;
  absl::Time last = agreement.effective_date.value_or(absl::InfinitePast());
  for (const std::string& party : {agreement.owner, agreement.recipient}) {
    const auto found = signed_by.find(party);
    if (found == signed_by.end()) {
      agreement.missing_signatures.push_back(party);
    } else {
      last = std::max(last, found->second);
    }
  }
  agreement.from = agreement.missing_signatures.empty() ? last : absl::InfiniteFuture();
}

// When the notice ends the agreement, or nullopt while it lacks signatures.
std::optional<absl::Time> EndBy(const Notice& notice, const Agreement& agreement,
                                const SignedBy& signed_by) {
  if (!notice.mutual || !agreement.mutual_immediate) {
    if (notice.mutual || signed_by.count(notice.by) == 0) return std::nullopt;
    return EndOfNotice(notice.received, agreement.notice_days, agreement.timezone);
  }
  absl::Time last = absl::InfinitePast();
  for (const std::string& party : {agreement.owner, agreement.recipient}) {
    const auto found = signed_by.find(party);
    if (found == signed_by.end()) return std::nullopt;
    last = std::max(last, found->second);
  }
  return last;
}

void ApplyNotice(const Notice& notice, const DocumentFile& file,
                 std::vector<Diagnostic>& diagnostics, CompiledPolicy& policy) {
  const auto agreement =
      std::find_if(policy.agreements.begin(), policy.agreements.end(),
                   [&](const Agreement& a) { return a.head.id == notice.agreement; });
  if (agreement == policy.agreements.end()) return;  // reported when the notice was read
  if (notice.by != agreement->owner && notice.by != agreement->recipient) {
    diagnostics.push_back({notice.head.file, notice.head.at, "P0332",
                           absl::StrCat("'", notice.by, "' is not a party of ", notice.agreement),
                           "only a party can give notice"});
    return;
  }
  const SignedBy signed_by = SignatureLinker(file, policy, diagnostics).Verify(*agreement);
  const std::optional<absl::Time> end = EndBy(notice, *agreement, signed_by);
  if (!end.has_value()) {
    policy.warnings.push_back({notice.head.file, notice.head.at.line,
                               "pending: this notice lacks a signature and has no effect"});
    return;
  }
  if (*end >= agreement->to) return;
  agreement->to = *end;
  agreement->ended_by = notice.head.id;
}

void CheckSignatories(const Agreement& agreement, const CompiledPolicy& policy,
                      std::vector<Diagnostic>& diagnostics) {
  for (const auto& [party, keys] : agreement.signatories) {
    const Agency* agency = policy.FindAgency(party);
    for (const std::string& key : keys) {
      if (agency == nullptr || agency->FindOfficerKey(key) != nullptr) continue;
      diagnostics.push_back({agreement.head.file, agreement.head.at, "P0333",
                             absl::StrCat("signatory '", key, "' is not a person's key of ", party),
                             absl::StrCat("see ", agency->file)});
    }
  }
}

}  // namespace

absl::Time EndOfNotice(absl::CivilDay received, int notice_days, absl::TimeZone zone) {
  return absl::FromCivil(received + notice_days + 1, zone);
}

void LinkAgreements(const std::map<std::string, const DocumentFile*>& files,
                    std::vector<Diagnostic>& diagnostics, CompiledPolicy& policy) {
  for (Agreement& agreement : policy.agreements) {
    const DocumentFile& file = *files.at(agreement.head.file);
    CheckSignatories(agreement, policy, diagnostics);
    SetBeginning(SignatureLinker(file, policy, diagnostics).Verify(agreement), agreement);
    if (agreement.missing_signatures.empty()) continue;
    policy.warnings.push_back(
        {agreement.head.file, agreement.head.at.line,
         absl::StrCat(
             agreement.head.id, " is not in force: not signed by ",
             absl::StrCat(agreement.missing_signatures.front(),
                          agreement.missing_signatures.size() > 1 ? " and the other party" : ""))});
  }
  for (const Notice& notice : policy.notices) {
    ApplyNotice(notice, *files.at(notice.head.file), diagnostics, policy);
  }
}

}  // namespace fusionhub::policy
