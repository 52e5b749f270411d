// Reads `kind: Agreement` and `kind: Notice`.
#include "policy/load_agreement.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "policy/load_cell.h"

namespace fusionhub::policy {
namespace {

constexpr int64_t kMaxNoticeDays = 3650;
constexpr size_t kSha256Hex = 64;

class AgreementLoader {
 public:
  AgreementLoader(const YamlNode& node, LoadContext& context) : node_(node), context_(context) {}

  Agreement Load() {
    YamlMapReader reader = ReaderOf(node_, "agreement", context_);
    reader.RequiredString("kind");
    agreement_.head.id = reader.RequiredString("id");
    agreement_.title = reader.RequiredString("title");
    agreement_.clauses = ReadTexts(reader, "clauses", /*required=*/false);
    CollectOwnClauses();
    ReadParties(reader);
    ReadTerm(reader);
    ReadTerminate(reader);
    ReadDocument(reader);
    ReadSignatories(reader);
    ReadCells(reader);
    ReadAmendments(reader);
    reader.Finish();
    return std::move(agreement_);
  }

 private:
  // The short texts have no document word: it is that of the clause on termination.
  void CollectOwnClauses() {
    const YamlNode* terminate = node_.Find("terminate");
    const YamlNode* clause = terminate == nullptr ? nullptr : terminate->Find("clause");
    if (clause == nullptr) return;
    const std::string document = clause->scalar.substr(0, clause->scalar.find('#'));
    for (const auto& [id, text] : agreement_.clauses) {
      rules_.own_clauses.insert(absl::StrCat(document, "#", id));
    }
  }

  std::string OwnClause(YamlMapReader& reader, bool required) {
    return ReadClause(reader, "clause", required, context_, rules_.own_clauses);
  }

  void ReadParties(YamlMapReader& parent) {
    const YamlNode* node = parent.Required("parties");
    if (node == nullptr) return;
    YamlMapReader reader = ReaderOf(*node, "'parties'", context_);
    agreement_.is_use_agreement = reader.Has("provider") || reader.Has("user");
    const char* const first = agreement_.is_use_agreement ? "provider" : "owner";
    const char* const second = agreement_.is_use_agreement ? "user" : "recipient";
    agreement_.owner = ReadWord(reader, first, /*required=*/true, context_.known.agencies);
    agreement_.recipient = ReadWord(reader, second, /*required=*/true, context_.known.agencies);
    reader.Finish();
    if (!agreement_.owner.empty() && agreement_.owner == agreement_.recipient) {
      reader.Report(node, "0320", "both parties are the same agency", "name two agencies");
    }
    rules_.to_required = !agreement_.is_use_agreement;
  }

  void ReadTerm(YamlMapReader& parent) {
    const YamlNode* node = parent.Required("term");
    if (node == nullptr) return;
    YamlMapReader reader = ReaderOf(*node, "'term'", context_);
    std::tie(agreement_.timezone_name, agreement_.timezone) = ReadZone(reader, "timezone");
    if (reader.RequiredString("effective") != "on_last_signature") {
      agreement_.effective_date = ReadTime(reader, "effective", false, agreement_.timezone);
    }
    if (reader.RequiredString("ends") != "none") {
      agreement_.ends =
          ReadTime(reader, "ends", false, agreement_.timezone).value_or(absl::InfiniteFuture());
    }
    agreement_.term_clause = OwnClause(reader, /*required=*/false);
    reader.Finish();
    if (agreement_.effective_date.has_value() && *agreement_.effective_date >= agreement_.ends) {
      reader.Report(node->Find("ends"), "0304", "the agreement ends before it begins",
                    "order the two dates");
    }
  }

  void ReadTerminate(YamlMapReader& parent) {
    const YamlNode* node = parent.Required("terminate");
    if (node == nullptr) return;
    YamlMapReader reader = ReaderOf(*node, "'terminate'", context_);
    agreement_.notice_days = static_cast<int>(reader.RequiredInt("notice_days", 0, kMaxNoticeDays));
    reader.Word("counting", {"calendar"}, /*required=*/true);
    agreement_.mutual_immediate =
        reader.Word("mutual", {"immediate", "notice"}, /*required=*/true) == "immediate";
    agreement_.terminate_clause = OwnClause(reader, /*required=*/true);
    reader.Finish();
  }

  void ReadDocument(YamlMapReader& reader) {
    const std::string document = reader.RequiredString("document");
    if (document.empty()) return;
    const YamlNode* node = node_.Find("document");
    if (document == "none" || !absl::StartsWith(document, "sha256:")) {
      if (document != "none") {
        reader.Report(node, "0321", "'document' is not a digest",
                      "write sha256: and 64 hexadecimal digits, or none");
      }
      return;
    }
    const std::string digits = document.substr(7);
    if (digits.size() != kSha256Hex || !std::all_of(digits.begin(), digits.end(), [](char c) {
          return absl::ascii_isxdigit(static_cast<unsigned char>(c));
        })) {
      context_.warnings.push_back(
          {context_.file, node->at.line, "the digest of the paper document is not complete"});
    }
  }

  void ReadSignatories(YamlMapReader& reader) {
    for (const YamlNode::Entry& entry : ReadEntries(reader, "signatories", /*required=*/false)) {
      if (entry.key != agreement_.owner && entry.key != agreement_.recipient) {
        context_.diagnostics.push_back({context_.file, entry.key_at, "P0322",
                                        absl::StrCat("'", entry.key, "' is not a party"),
                                        "name the agency of a party"});
        continue;
      }
      YamlMapReader keys = ReaderOf(*reader.node().Find("signatories"), "'signatories'", context_);
      agreement_.signatories[entry.key] = keys.StringList(entry.key, /*required=*/true);
    }
  }

  void ReadCells(YamlMapReader& reader) {
    std::set<std::string> ids;
    for (const YamlNode& item : ReadItems(reader, "sharing", /*required=*/true)) {
      Cell cell = LoadCell(item, rules_, context_);
      if (!ids.insert(cell.id).second) {
        reader.Report(item.Find("id"), "0301",
                      absl::StrCat("cell '", cell.id, "' stands here twice"),
                      "give each cell its own id");
      }
      agreement_.cells.push_back(std::move(cell));
    }
  }

  // Amendments are listed and have no effect: none can be signed yet.
  void ReadAmendments(YamlMapReader& parent) {
    for (const YamlNode& item : ReadItems(parent, "amendments", /*required=*/false)) {
      YamlMapReader reader = ReaderOf(item, "amendment", context_);
      agreement_.pending_amendments.push_back(reader.RequiredString("id"));
      reader.RequiredString("replaces");
      reader.Required("value");
      ReadDay(reader, "effective", /*required=*/true);
      reader.Finish();
      Unenforced(item, absl::StrCat("amendment ", agreement_.pending_amendments.back()),
                 "pending: amendments are not applied", context_);
    }
  }

  const YamlNode& node_;
  LoadContext& context_;
  CellRules rules_;
  Agreement agreement_;
};

}  // namespace

Agreement LoadAgreement(const YamlNode& node, LoadContext& context) {
  return AgreementLoader(node, context).Load();
}

Notice LoadNotice(const YamlNode& node, LoadContext& context) {
  Notice notice;
  YamlMapReader reader = ReaderOf(node, "notice", context);
  reader.RequiredString("kind");
  notice.head.id = reader.RequiredString("id");
  notice.agreement = ReadWord(reader, "agreement", /*required=*/true, context.known.agreements);
  notice.by = ReadWord(reader, "by", /*required=*/true, context.known.agencies);
  reader.Word("action", {"terminate"}, /*required=*/true);
  notice.mutual = reader.OptionalBool("mutual", false);
  notice.received = ReadDay(reader, "received", !notice.mutual).value_or(absl::CivilDay());
  reader.OptionalString("text");
  reader.Finish();
  return notice;
}

}  // namespace fusionhub::policy
