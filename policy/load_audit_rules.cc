// Reads `kind: AuditRules`.
#include "policy/load_audit_rules.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace fusionhub::policy {
namespace {

constexpr int64_t kMaxDays = 36500;
constexpr int64_t kMaxWords = 100;
constexpr int64_t kMaxSearches = 1000000;

// Checks of `users:` that may cite a clause of their own.
const char* const kUserChecks[] = {"training", "revalidated", "vetted", "commissioned", "cjis"};

class RulesLoader {
 public:
  RulesLoader(const YamlNode& node, LoadContext& context) : node_(node), context_(context) {}

  AuditRules Load() {
    YamlMapReader reader = ReaderOf(node_, "audit rules", context_);
    reader.RequiredString("kind");
    rules_.agency = ReadWord(reader, "agency", /*required=*/true, context_.known.agencies);
    rules_.head.id = reader.OptionalString("id", absl::StrCat(rules_.agency, "-audit"));
    rules_.clause = ReadClause(reader, "clause", /*required=*/true, context_);
    rules_.data = ReadWords(reader, "data", /*required=*/false, context_.known.data);
    ReadRequire(reader);
    ReadUsers(reader);
    ReadHumanInitiated(reader);
    ReadRate(reader);
    reader.Finish();
    return std::move(rules_);
  }

 private:
  std::string ClauseOr(YamlMapReader& reader) {
    const std::string clause = ReadClause(reader, "clause", /*required=*/false, context_);
    return clause.empty() ? rules_.clause : clause;
  }

  void ReadRequire(YamlMapReader& parent) {
    const YamlNode* node = parent.Optional("require");
    if (node == nullptr) return;
    YamlMapReader reader = ReaderOf(*node, "'require'", context_);
    ReadIdentifier(reader);
    for (const std::string& kind : context_.known.identifiers.words) ReadPattern(reader, kind);
    reader.Word("purpose", {"code"}, /*required=*/false);  // holds for every request (X#4)
    ReadReason(reader);
    reader.Finish();
  }

  void ReadIdentifier(YamlMapReader& parent) {
    const YamlNode* node = parent.Optional("identifier");
    if (node == nullptr) return;
    YamlMapReader reader = ReaderOf(*node, "'identifier'", context_);
    rules_.identifier_any_of =
        ReadWords(reader, "any_of", /*required=*/true, context_.known.identifiers);
    rules_.identifier_clause = ClauseOr(reader);
    reader.Finish();
  }

  // "<kind>_number: {pattern, when: {identifier: <kind>}}".
  void ReadPattern(YamlMapReader& parent, const std::string& kind) {
    const std::string key = absl::StrCat(kind, "_number");
    const YamlNode* node = parent.Optional(key);
    if (node == nullptr) return;
    YamlMapReader reader = ReaderOf(*node, absl::StrCat("'", key, "'"), context_);
    AuditRules::NumberPattern number;
    number.check = key;
    number.kind = kind;
    const std::string text = reader.RequiredString("pattern");
    absl::StatusOr<Pattern> pattern = Pattern::Parse(text);
    if (pattern.ok()) {
      number.pattern = *std::move(pattern);
    } else if (!text.empty()) {
      reader.Report(node->Find("pattern"), "0324", std::string(pattern.status().message()));
    }
    const YamlNode* when = reader.Required("when");
    if (when != nullptr) {
      YamlMapReader condition = ReaderOf(*when, "'when'", context_);
      condition.Word("identifier", {kind}, /*required=*/true);
      condition.Finish();
    }
    number.clause = ClauseOr(reader);
    reader.Finish();
    if (rules_.identifier_any_of.empty()) {
      reader.Report(node, "0325", "leaving the identifier out would avoid this rule",
                    "require an identifier in the same document");
    }
    rules_.patterns.push_back(std::move(number));
  }

  void ReadReason(YamlMapReader& parent) {
    const YamlNode* node = parent.Optional("reason_text");
    if (node == nullptr) return;
    YamlMapReader reader = ReaderOf(*node, "'reason_text'", context_);
    AuditRules::ReasonText reason;
    reason.min_content_words =
        static_cast<int>(reader.RequiredInt("min_content_words", 1, kMaxWords));
    for (const std::string& word : reader.StringList("refuse", /*required=*/false)) {
      reason.refuse.push_back(absl::AsciiStrToLower(word));
    }
    reason.clause = ClauseOr(reader);
    reader.Finish();
    rules_.reason = std::move(reason);
  }

  std::optional<int> Days(YamlMapReader& reader, const char* key) {
    if (reader.Optional(key) == nullptr) return std::nullopt;
    return static_cast<int>(reader.RequiredInt(key, 1, kMaxDays));
  }

  void ReadUsers(YamlMapReader& parent) {
    const YamlNode* node = parent.Optional("users");
    if (node == nullptr) return;
    YamlMapReader reader = ReaderOf(*node, "'users'", context_);
    UserRules& users = rules_.users;
    users.training_days = Days(reader, "training_days");
    users.revalidated_days = Days(reader, "revalidated_days");
    users.vetted_days = Days(reader, "vetted_days");
    users.vetted = reader.OptionalBool("vetted", false) || users.vetted_days.has_value();
    users.commissioned = reader.OptionalBool("commissioned", false);
    users.cjis_cleared = reader.OptionalBool("cjis_cleared", false);
    const std::string all = ClauseOr(reader);
    for (const char* check : kUserChecks) users.clauses[check] = all;
    const YamlNode* cite = reader.Optional("cite");
    if (cite != nullptr) {
      YamlMapReader cites = ReaderOf(*cite, "'cite'", context_);
      for (const char* check : kUserChecks) {
        const std::string clause = ReadClause(cites, check, /*required=*/false, context_);
        if (!clause.empty()) users.clauses[check] = clause;
      }
      cites.Finish();
    }
    reader.Finish();
  }

  void ReadHumanInitiated(YamlMapReader& parent) {
    const YamlNode* node = parent.Optional("human_initiated_only");
    if (node == nullptr) return;
    YamlMapReader reader = ReaderOf(*node, "'human_initiated_only'", context_);
    rules_.human_initiated_data = ReadWords(reader, "data", /*required=*/true, context_.known.data);
    rules_.human_initiated_clause = ClauseOr(reader);
    reader.Finish();
  }

  void ReadRate(YamlMapReader& parent) {
    const YamlNode* node = parent.Optional("rate");
    if (node == nullptr) return;
    YamlMapReader reader = ReaderOf(*node, "'rate'", context_);
    reader.OptionalInt("searches_per_hour", 1, kMaxSearches, 1);
    reader.OptionalInt("searches_per_day", 1, kMaxSearches, 1);
    ReadClause(reader, "clause", /*required=*/false, context_);
    reader.Finish();
    Unenforced(*node, "rate", "quotas are not enforced", context_);
  }

  const YamlNode& node_;
  LoadContext& context_;
  AuditRules rules_;
};

}  // namespace

AuditRules LoadAuditRules(const YamlNode& node, LoadContext& context) {
  return RulesLoader(node, context).Load();
}

}  // namespace fusionhub::policy
