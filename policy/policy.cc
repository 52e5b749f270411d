// What others may ask of a compiled policy.
#include "policy/policy.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "policy/compile.h"
#include "policy/compiled_policy.h"

namespace fusionhub::policy {
namespace {

constexpr size_t kMaxShown = 100;

// The text that a diagnostic's position refers to.
absl::string_view SourceOf(const Diagnostic& diagnostic, const std::vector<DocumentFile>& files) {
  absl::string_view path = diagnostic.file;
  const bool signature = absl::ConsumeSuffix(&path, ".sig");
  for (const DocumentFile& file : files) {
    if (file.path == path) return signature ? file.signature_bytes : file.bytes;
  }
  return "";
}

void SortByPlace(std::vector<Diagnostic>& diagnostics) {
  std::stable_sort(
      diagnostics.begin(), diagnostics.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return std::tie(a.file, a.at.line, a.at.column) < std::tie(b.file, b.at.line, b.at.column);
      });
}

template <typename Map>
bool Has(const Map& map, absl::string_view word) {
  return map.find(std::string(word)) != map.end();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Policy>> Policy::Compile(std::vector<DocumentFile> files) {
  std::vector<Diagnostic> diagnostics;
  std::unique_ptr<CompiledPolicy> compiled = CompileDocuments(files, diagnostics);
  if (compiled != nullptr) return std::shared_ptr<const Policy>(new Policy(std::move(compiled)));
  SortByPlace(diagnostics);
  std::string text = absl::StrCat("the policy has ", diagnostics.size(), " mistakes");
  for (size_t i = 0; i < std::min(diagnostics.size(), kMaxShown); ++i) {
    absl::StrAppend(&text, "\n", RenderDiagnostic(diagnostics[i], SourceOf(diagnostics[i], files)));
  }
  return absl::InvalidArgumentError(text);
}

std::shared_ptr<const Policy> Policy::Compile(std::vector<DocumentFile> files,
                                              std::vector<Diagnostic>& diagnostics) {
  std::unique_ptr<CompiledPolicy> compiled = CompileDocuments(files, diagnostics);
  SortByPlace(diagnostics);
  if (compiled == nullptr) return nullptr;
  return std::shared_ptr<const Policy>(new Policy(std::move(compiled)));
}

Policy::Policy(std::unique_ptr<const CompiledPolicy> compiled) : compiled_(std::move(compiled)) {}

Policy::~Policy() = default;

const std::string& Policy::digest() const { return compiled_->digest; }

uint64_t Policy::revision() const { return compiled_->release.revision; }

absl::Time Policy::release_expires() const { return compiled_->release.expires; }

bool Policy::IsData(absl::string_view word) const { return Has(compiled_->vocabulary.data, word); }

bool Policy::IsAction(absl::string_view word) const {
  return Has(compiled_->vocabulary.actions, word);
}

bool Policy::IsPurpose(absl::string_view word) const {
  return Has(compiled_->vocabulary.purposes, word);
}

bool Policy::IsFact(absl::string_view name, absl::string_view value) const {
  const auto found = compiled_->vocabulary.facts.find(std::string(name));
  if (found == compiled_->vocabulary.facts.end()) return false;
  const std::vector<std::string>& words = found->second.words;
  return std::find(words.begin(), words.end(), value) != words.end();
}

std::optional<std::string> Policy::FieldKind(absl::string_view data,
                                             absl::string_view field) const {
  const auto category = compiled_->vocabulary.data.find(std::string(data));
  if (category == compiled_->vocabulary.data.end()) return std::nullopt;
  const auto found = category->second.fields.find(std::string(field));
  if (found == category->second.fields.end()) return std::nullopt;
  return found->second.kind;
}

std::vector<std::string> Policy::FieldNames(absl::string_view data) const {
  std::vector<std::string> names;
  const auto category = compiled_->vocabulary.data.find(std::string(data));
  if (category == compiled_->vocabulary.data.end()) return names;
  for (const auto& [name, field] : category->second.fields) names.push_back(name);
  return names;
}

std::vector<std::string> Policy::Purposes() const {
  std::vector<std::string> codes;
  for (const auto& [code, purpose] : compiled_->vocabulary.purposes) {
    if (!purpose.off) codes.push_back(code);
  }
  return codes;
}

std::string Policy::Title(absl::string_view word) const {
  const std::string key(word);
  const Vocabulary& vocabulary = compiled_->vocabulary;
  for (const auto* texts : {&vocabulary.classes, &vocabulary.actions, &vocabulary.identifiers,
                            &vocabulary.labels, &vocabulary.roles, &vocabulary.usage_policies}) {
    if (const auto found = texts->find(key); found != texts->end()) return found->second;
  }
  if (const auto found = vocabulary.purposes.find(key); found != vocabulary.purposes.end()) {
    return found->second.title;
  }
  for (const auto& [name, data] : vocabulary.data) {
    if (name == key) return data.title;
    if (const auto found = data.fields.find(key); found != data.fields.end()) {
      return found->second.title;
    }
  }
  return key;
}

const Agency* Policy::FindAgency(absl::string_view id) const { return compiled_->FindAgency(id); }

const std::vector<Agency>& Policy::Agencies() const { return compiled_->agencies; }

std::vector<std::string> Policy::OwnersOf(absl::string_view data) const {
  std::vector<std::string> owners;
  for (const Agency& agency : compiled_->agencies) {
    if (agency.ContributesData(data)) owners.push_back(agency.id);
  }
  return owners;
}

std::string Policy::ClauseText(absl::string_view citation) const {
  const auto found = compiled_->clauses.find(std::string(citation));
  return found == compiled_->clauses.end() ? "" : found->second;
}

std::string Policy::AuthorityStatus(absl::string_view document) const {
  const Authority* authority = compiled_->FindAuthority(document);
  return authority == nullptr ? "" : authority->status;
}

std::vector<AgreementStatus> Policy::Agreements() const {
  std::vector<AgreementStatus> all;
  for (const Agreement& agreement : compiled_->agreements) {
    all.push_back({agreement.head.id, agreement.title, agreement.owner, agreement.recipient,
                   agreement.missing_signatures.empty(), agreement.missing_signatures,
                   agreement.from, agreement.to, agreement.ended_by});
  }
  return all;
}

const std::vector<UnenforcedRule>& Policy::UnenforcedRules() const { return compiled_->unenforced; }

const std::vector<PolicyWarning>& Policy::Warnings() const { return compiled_->warnings; }

}  // namespace fusionhub::policy
