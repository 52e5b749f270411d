// Reads the named conditions of a cell's `when:`.
#include "policy/load_condition.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace fusionhub::policy {
namespace {

struct BuiltIn {
  absl::string_view name;
  Condition::Kind kind;
};

constexpr BuiltIn kBuiltIns[] = {
    {"region", Condition::Kind::kRegion},
    {"identifier", Condition::Kind::kIdentifier},
    {"information_sharing_agreement", Condition::Kind::kSharingAgreement},
    {"use_agreement", Condition::Kind::kUseAgreement},
    {"participates", Condition::Kind::kParticipates},
    {"usage_policy", Condition::Kind::kUsagePolicy},
    {"if_targeting", Condition::Kind::kIfTargeting},
};

std::optional<Condition::Kind> BuiltInKind(absl::string_view name) {
  for (const BuiltIn& built_in : kBuiltIns) {
    if (built_in.name == name) return built_in.kind;
  }
  return std::nullopt;
}

// Reads all conditions of one mapping.
class ConditionLoader {
 public:
  ConditionLoader(const std::string& clause, const std::map<std::string, std::string>& clauses,
                  LoadContext& context)
      : clause_(clause), clauses_(clauses), context_(context) {}

  std::vector<Condition> Load(const YamlNode& when, bool nested) {
    YamlMapReader reader = ReaderOf(when, nested ? "'if_targeting'" : "'when'", context_);
    std::vector<Condition> conditions;
    for (const YamlNode::Entry& entry : when.entries) {
      conditions.push_back(LoadOne(reader, entry, nested));
    }
    return conditions;
  }

 private:
  Condition LoadOne(YamlMapReader& reader, const YamlNode::Entry& entry, bool nested) {
    Condition condition;
    condition.name = entry.key;
    const auto cited = clauses_.find(entry.key);
    condition.clause = cited == clauses_.end() ? clause_ : cited->second;
    const std::optional<Condition::Kind> kind = BuiltInKind(entry.key);
    if (!kind.has_value()) {
      LoadFact(reader, entry, condition);
      return condition;
    }
    condition.kind = *kind;
    if (nested) {
      ReportAt(entry, "0206", absl::StrCat("'", entry.key, "' cannot stand in 'if_targeting'"),
               "write it beside 'if_targeting'");
    } else if (*kind == Condition::Kind::kIfTargeting) {
      condition.nested = Load(*entry.value, /*nested=*/true);
    } else {
      LoadBuiltIn(reader, entry, condition);
    }
    return condition;
  }

  void LoadBuiltIn(YamlMapReader& reader, const YamlNode::Entry& entry, Condition& condition) {
    switch (condition.kind) {
      case Condition::Kind::kRegion:
        condition.words = ReadWords(reader, entry.key, true, context_.known.regions, true);
        if (condition.words.size() > 1) {
          ReportAt(entry, "0206", "'region' names one region", "define their union");
        }
        return;
      case Condition::Kind::kUsagePolicy:
        condition.words = ReadWords(reader, entry.key, true, context_.known.usage_policies, true);
        return;
      case Condition::Kind::kIdentifier:
        if (entry.value->kind == YamlNode::Kind::kScalar) {
          reader.Word(entry.key, {"required"}, /*required=*/true);
        } else {
          condition.words = ReadWords(reader, entry.key, true, context_.known.identifiers);
        }
        return;
      default:
        reader.Word(entry.key, {"in_force"}, /*required=*/true);
    }
  }

  void LoadFact(YamlMapReader& reader, const YamlNode::Entry& entry, Condition& condition) {
    condition.kind = Condition::Kind::kFact;
    const auto fact = context_.vocabulary.facts.find(entry.key);
    if (fact == context_.vocabulary.facts.end()) {
      WordSet names = context_.known.facts;
      for (const BuiltIn& built_in : kBuiltIns) names.words.emplace_back(built_in.name);
      const std::string nearest = NearestWord(entry.key, names.words);
      ReportAt(entry, "0206", absl::StrCat("'", entry.key, "' is not a condition"),
               nearest.empty() ? "define it in the vocabulary"
                               : absl::StrCat("did you mean '", nearest, "'?"));
      return;
    }
    WordSet words{"0207", absl::StrCat("a word of '", entry.key, "'"), context_.vocabulary.file,
                  fact->second.words};
    std::sort(words.words.begin(), words.words.end());
    condition.words = ReadWords(reader, entry.key, true, words, /*scalar_ok=*/true);
  }

  void ReportAt(const YamlNode::Entry& entry, absl::string_view code, std::string message,
                std::string hint) {
    context_.diagnostics.push_back({context_.file, entry.key_at, absl::StrCat("P", code),
                                    std::move(message), std::move(hint)});
  }

  const std::string& clause_;
  const std::map<std::string, std::string>& clauses_;
  LoadContext& context_;
};

}  // namespace

std::vector<Condition> LoadConditions(const YamlNode& when, const std::string& clause,
                                      const std::map<std::string, std::string>& clauses,
                                      LoadContext& context) {
  return ConditionLoader(clause, clauses, context).Load(when, /*nested=*/false);
}

}  // namespace fusionhub::policy
