// From document bytes to the compiled policy.
#include "policy/compile.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "crypto/digest.h"
#include "policy/compile_checks.h"
#include "policy/hub_rules.h"
#include "policy/known_words.h"
#include "policy/link_agreement.h"
#include "policy/load_agency.h"
#include "policy/load_agreement.h"
#include "policy/load_audit_rules.h"
#include "policy/load_order.h"
#include "policy/load_release.h"
#include "policy/load_vocabulary.h"

namespace fusionhub::policy {
namespace {

constexpr char kDigestHeader[] = "fusionhub/policy/v1\n";

const std::vector<std::string>& Kinds() {
  static const auto* const kKinds =
      new std::vector<std::string>{"Agency", "Agreement",    "AuditRules", "Authority", "Notice",
                                   "Order",  "Prohibitions", "Release",    "Vocabulary"};
  return *kKinds;
}

const std::vector<std::string>& LaterKinds() {
  static const auto* const kKinds =
      new std::vector<std::string>{"Amendment", "PolicyTest", "Roster", "Waiver"};
  return *kKinds;
}

bool Contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

template <typename Document>
void SortById(std::vector<Document>& documents) {
  std::stable_sort(documents.begin(), documents.end(),
                   [](const Document& a, const Document& b) { return a.head.id < b.head.id; });
}

class Compiler {
 public:
  Compiler(std::vector<DocumentFile>& files, std::vector<Diagnostic>& diagnostics)
      : files_(files), diagnostics_(diagnostics), policy_(std::make_unique<CompiledPolicy>()) {}

  std::unique_ptr<CompiledPolicy> Run() {
    const size_t before = diagnostics_.size();
    SortFiles();
    ComputeDigest();
    Parse();
    CheckCounts();
    // Without the vocabulary, or with a file that is not YAML, what follows would be noise.
    if (parsed_all_ && has_vocabulary_) Load();
    if (diagnostics_.size() == before) Link();
    return diagnostics_.size() == before ? std::move(policy_) : nullptr;
  }

 private:
  void Report(std::string file, SourcePosition at, std::string code, std::string message,
              std::string hint) {
    diagnostics_.push_back(
        {std::move(file), at, std::move(code), std::move(message), std::move(hint)});
  }

  void SortFiles() {
    std::sort(files_.begin(), files_.end(),
              [](const DocumentFile& a, const DocumentFile& b) { return a.path < b.path; });
    for (const DocumentFile& file : files_) {
      if (!by_path_.emplace(file.path, &file).second) {
        Report(file.path, {}, "P0301", "two files have this path", "hand in each file once");
      }
    }
  }

  void ComputeDigest() {
    std::map<std::string, std::string> digests;
    for (const DocumentFile& file : files_) {
      digests[file.path] = crypto::ToHex(crypto::View(crypto::Sha256(file.bytes)));
      if (file.signature_bytes.empty()) continue;
      digests[absl::StrCat(file.path, ".sig")] =
          crypto::ToHex(crypto::View(crypto::Sha256(file.signature_bytes)));
    }
    std::string list = kDigestHeader;
    for (const auto& [path, digest] : digests) absl::StrAppend(&list, digest, "  ", path, "\n");
    policy_->digest = crypto::ToString(crypto::Sha256(list));
    digests_ = std::move(digests);
  }

  void Parse() {
    for (const DocumentFile& file : files_) {
      ParsedDocument document;
      document.file = &file;
      document.root = ParseYaml(file.bytes, file.path, YamlLimits(), diagnostics_);
      if (document.root == nullptr) {
        parsed_all_ = false;
        continue;
      }
      document.digest_hex = digests_[file.path];
      if (!ReadKind(document)) continue;
      if (document.kind == "Vocabulary") has_vocabulary_ = true;
      RefuseNulls(*document.root, file.path);
      documents_.push_back(std::move(document));
    }
  }

  bool ReadKind(ParsedDocument& document) {
    const YamlNode* kind = document.root->Find("kind");
    const std::string& file = document.file->path;
    if (kind == nullptr || kind->kind != YamlNode::Kind::kScalar) {
      Report(file, document.root->at, "P0102", "the document has no 'kind'",
             "begin it with 'kind: Agreement' or another kind");
      return false;
    }
    document.kind = kind->scalar;
    if (Contains(Kinds(), document.kind)) return true;
    if (Contains(LaterKinds(), document.kind)) {
      Report(file, kind->at, "P0307", absl::StrCat("kind ", document.kind, " is not supported yet"),
             "remove the document: it would have no effect");
      return false;
    }
    const std::string nearest = NearestWord(document.kind, Kinds());
    Report(file, kind->at, "P0108", absl::StrCat("'", document.kind, "' is not a kind of document"),
           nearest.empty() ? "" : absl::StrCat("did you mean '", nearest, "'?"));
    return false;
  }

  // A key without a value must not read as an absent one: an empty `when:` would open a cell to
  // everything.
  void RefuseNulls(const YamlNode& node, const std::string& file) {
    for (const YamlNode::Entry& entry : node.entries) {
      RefuseNull(*entry.value, entry.key_at, file, absl::StrCat("'", entry.key, "' has no value"));
    }
    for (const YamlNode& item : node.items) {
      RefuseNull(item, item.at, file, "this item has no value");
    }
  }

  void RefuseNull(const YamlNode& node, SourcePosition at, const std::string& file,
                  std::string message) {
    const bool null = node.kind == YamlNode::Kind::kScalar && node.scalar.empty() && !node.quoted;
    if (null) {
      Report(file, at, "P0327", std::move(message), "give it a value or remove it");
    } else {
      RefuseNulls(node, file);
    }
  }

  void CheckCounts() {
    for (const char* kind : {"Vocabulary", "Release"}) {
      const ParsedDocument* first = nullptr;
      for (const ParsedDocument& document : documents_) {
        if (document.kind != kind) continue;
        if (first != nullptr) {
          Report(document.file->path, document.root->at, "P0308",
                 absl::StrCat("there is a second ", kind, ", the first is ", first->file->path),
                 "keep one");
        }
        first = first == nullptr ? &document : first;
      }
      if (first == nullptr) {
        Report("(the set)", {}, "P0308", absl::StrCat("there is no document of kind ", kind),
               "add one");
      }
    }
  }

  LoadContext ContextFor(const ParsedDocument& document, const KnownWords& known) {
    return {document.file->path, policy_->vocabulary, known,
            diagnostics_,        policy_->unenforced, policy_->warnings};
  }

  void Load() {
    const KnownWords known = GatherWords(documents_);
    for (const ParsedDocument& document : documents_) {
      if (document.kind != "Vocabulary") continue;
      LoadContext context = ContextFor(document, known);
      policy_->vocabulary = LoadVocabulary(*document.root, context);
    }
    for (const ParsedDocument& document : documents_) {
      LoadContext context = ContextFor(document, known);
      LoadOne(document, context);
    }
    std::sort(policy_->agencies.begin(), policy_->agencies.end(),
              [](const Agency& a, const Agency& b) { return a.id < b.id; });
    SortById(policy_->authorities);
    SortById(policy_->orders);
    SortById(policy_->agreements);
    SortById(policy_->audit_rules);
    SortById(policy_->notices);
    std::stable_sort(policy_->prohibitions.begin(), policy_->prohibitions.end(),
                     [](const Prohibition& a, const Prohibition& b) { return a.id < b.id; });
    CheckDocuments(*policy_, diagnostics_);
  }

  void LoadOne(const ParsedDocument& document, LoadContext& context) {
    const YamlNode& root = *document.root;
    if (document.kind == "Agency") {
      policy_->agencies.push_back(LoadAgency(root, context));
    } else if (document.kind == "Authority") {
      policy_->authorities.push_back(WithHead(document, LoadAuthority(root, context)));
    } else if (document.kind == "Order") {
      policy_->orders.push_back(WithHead(document, LoadOrder(root, context)));
    } else if (document.kind == "Agreement") {
      policy_->agreements.push_back(WithHead(document, LoadAgreement(root, context)));
    } else if (document.kind == "AuditRules") {
      policy_->audit_rules.push_back(WithHead(document, LoadAuditRules(root, context)));
    } else if (document.kind == "Notice") {
      policy_->notices.push_back(WithHead(document, LoadNotice(root, context)));
    } else if (document.kind == "Prohibitions") {
      for (Prohibition& rule : LoadProhibitions(root, context)) {
        policy_->prohibitions.push_back(std::move(rule));
      }
    } else if (document.kind == "Release") {
      policy_->release = WithHead(document, LoadRelease(root, OtherDigests(document), context));
    }
    const bool verified = document.kind == "Agreement" || document.kind == "Notice";
    if (!document.file->signature_bytes.empty() && !verified) {
      Unenforced(
          root, "signatures",
          absl::StrCat("signatures of a document of kind ", document.kind, " are not verified"),
          context);
    }
  }

  template <typename Document>
  static Document WithHead(const ParsedDocument& parsed, Document document) {
    document.head.file = parsed.file->path;
    document.head.at = parsed.root->at;
    document.head.digest_hex = parsed.digest_hex;
    return document;
  }

  std::map<std::string, std::string> OtherDigests(const ParsedDocument& document) const {
    std::map<std::string, std::string> others = digests_;
    others.erase(document.file->path);
    others.erase(absl::StrCat(document.file->path, ".sig"));
    return others;
  }

  void Link() {
    policy_->clauses = HubClauses();
    for (const Agreement& agreement : policy_->agreements) AddAgreementClauses(agreement);
    for (const Authority& authority : policy_->authorities) {
      for (const auto& [id, text] : authority.clauses) {
        policy_->clauses[absl::StrCat(authority.head.id, "#", id)] = text;
      }
    }
    LinkAgreements(by_path_, diagnostics_, *policy_);
    policy_->Index();
    for (const Agency& agency : policy_->agencies) {
      if (agency.data.empty() || !policy_->AuditRulesOf(agency.id).empty()) continue;
      policy_->warnings.push_back(
          {agency.file, agency.at.line,
           absl::StrCat(agency.id, " contributes data and has no audit rules")});
    }
  }

  // The texts of an agreement's own `clauses`, under the document word of its clause on
  // termination.
  void AddAgreementClauses(const Agreement& agreement) {
    const std::string& cited = agreement.terminate_clause;
    const std::string document = cited.substr(0, cited.find('#'));
    for (const auto& [id, text] : agreement.clauses) {
      policy_->clauses.emplace(absl::StrCat(document, "#", id), text);
    }
  }

  std::vector<DocumentFile>& files_;
  std::vector<Diagnostic>& diagnostics_;
  std::unique_ptr<CompiledPolicy> policy_;
  std::map<std::string, const DocumentFile*> by_path_;
  std::map<std::string, std::string> digests_;
  std::vector<ParsedDocument> documents_;
  bool parsed_all_ = true;
  bool has_vocabulary_ = false;
};

}  // namespace

std::unique_ptr<CompiledPolicy> CompileDocuments(std::vector<DocumentFile>& files,
                                                 std::vector<Diagnostic>& diagnostics) {
  return Compiler(files, diagnostics).Run();
}

}  // namespace fusionhub::policy
