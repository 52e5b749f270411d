// Reads one cell of a `sharing:` matrix.
#include "policy/load_cell.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "policy/load_condition.h"
#include "policy/obligations.h"

namespace fusionhub::policy {
namespace {

constexpr int64_t kMaxDays = 36500;
constexpr int64_t kMaxHours = 24 * 366;

// Masks from weakest to strongest; see MergeMasks in terms.cc.
const std::vector<std::string>& MaskWords() {
  static const auto* const kWords =
      new std::vector<std::string>{"year_only", "initials", "withheld"};
  return *kWords;
}

class CellLoader {
 public:
  CellLoader(const YamlNode& node, const CellRules& rules, LoadContext& context)
      : node_(node), rules_(rules), context_(context) {}

  Cell Load() {
    cell_.at = node_.at;
    const YamlNode* id = node_.Find("id");
    name_ = id == nullptr ? "cell" : absl::StrCat("cell '", id->scalar, "'");
    YamlMapReader reader = ReaderOf(node_, name_, context_);
    cell_.id = reader.RequiredString("id");
    cell_.clause = ReadClause(reader, "clause", /*required=*/true, context_, rules_.own_clauses);
    ReadWho(reader);
    ReadWhat(reader);
    ReadWhen(reader);
    ReadFields(reader);
    ReadRecords(reader);
    ReadThen(reader);
    ReadHold(reader);
    reader.Finish();
    return std::move(cell_);
  }

 private:
  void ReadWho(YamlMapReader& reader) {
    cell_.to = ReadWords(reader, "to", rules_.to_required, context_.known.classes);
    cell_.never_to = ReadWords(reader, "never_to", /*required=*/false, context_.known.classes);
  }

  // Empty lists are allowed when written: a row that names a class and opens nothing (EO#2.8.r3).
  void ReadWhat(YamlMapReader& reader) {
    reader.Required("data");
    reader.Required("actions");
    cell_.data = ReadWords(reader, "data", /*required=*/false, context_.known.data);
    cell_.actions = ReadWords(reader, "actions", /*required=*/false, context_.known.actions);
    cell_.purposes = ReadWords(reader, "purposes", /*required=*/false, context_.known.purposes);
    cell_.never_with = ReadWords(reader, "never_with", /*required=*/false, context_.known.data);
  }

  void ReadWhen(YamlMapReader& reader) {
    const std::map<std::string, std::string> clauses = ReadCite(reader);
    const auto purpose = clauses.find("purpose");
    cell_.purpose_clause = purpose == clauses.end() ? cell_.clause : purpose->second;
    const YamlNode* when = reader.Optional("when");
    if (when != nullptr) cell_.when = LoadConditions(*when, cell_.clause, clauses, context_);
  }

  // `cite: {identifier: SO#C.2}`: conditions that cite another clause than the cell's.
  std::map<std::string, std::string> ReadCite(YamlMapReader& reader) {
    std::map<std::string, std::string> clauses;
    const YamlNode* cite = reader.Optional("cite");
    if (cite == nullptr) return clauses;
    YamlMapReader cites = ReaderOf(*cite, "'cite'", context_);
    const YamlNode* when = node_.Find("when");
    const YamlNode* targeting = when == nullptr ? nullptr : when->Find("if_targeting");
    for (const YamlNode::Entry& entry : cite->entries) {
      const bool in_when = when != nullptr && when->Find(entry.key) != nullptr;
      const bool nested = targeting != nullptr && targeting->Find(entry.key) != nullptr;
      if (!in_when && !nested && entry.key != "purpose") {
        context_.diagnostics.push_back(
            {context_.file, entry.key_at, "P0206",
             absl::StrCat("this cell has no condition '", entry.key, "'"),
             "name a condition of 'when', or purpose"});
      }
      clauses[entry.key] = ReadClause(cites, entry.key, true, context_, rules_.own_clauses);
    }
    return clauses;
  }

  bool AllDataHas(absl::string_view field) const {
    return std::all_of(cell_.data.begin(), cell_.data.end(), [&](const std::string& data) {
      const auto found = context_.vocabulary.data.find(data);
      return found == context_.vocabulary.data.end() ||  // reported already
             found->second.fields.count(std::string(field)) > 0;
    });
  }

  void CheckField(YamlMapReader& reader, const YamlNode* at, const std::string& field) {
    if (AllDataHas(field)) return;
    std::vector<std::string> names;
    for (const std::string& data : cell_.data) {
      const auto found = context_.vocabulary.data.find(data);
      if (found == context_.vocabulary.data.end()) continue;
      for (const auto& [name, kind] : found->second.fields) names.push_back(name);
    }
    const std::string nearest = NearestWord(field, names);
    reader.Report(at, "0208", absl::StrCat("'", field, "' is not a field of this cell's data"),
                  nearest.empty() ? absl::StrCat("see ", context_.vocabulary.file)
                                  : absl::StrCat("did you mean '", nearest, "'?"));
  }

  void ReadFields(YamlMapReader& parent) {
    const YamlNode* node = parent.Optional("fields");
    if (node == nullptr) return;
    YamlMapReader reader = ReaderOf(*node, "'fields'", context_);
    FieldTerms fields;
    reader.StringList("show", /*required=*/true);
    for (const YamlNode& item : ReadItems(reader, "show", /*required=*/false)) {
      CheckField(reader, &item, item.scalar);
      if (!fields.show.insert(item.scalar).second) {
        reader.Report(&item, "0312", absl::StrCat("'", item.scalar, "' stands here twice"),
                      "remove one");
      }
    }
    const YamlNode* mask = reader.Optional("mask");
    if (mask != nullptr) {
      YamlMapReader masks = ReaderOf(*mask, "'mask'", context_);
      for (const YamlNode::Entry& entry : mask->entries) {
        CheckField(masks, entry.value.get(), entry.key);
        fields.mask[entry.key] = masks.Word(entry.key, MaskWords(), /*required=*/true);
      }
    }
    reader.Finish();
    cell_.fields = std::move(fields);
  }

  void ReadRecords(YamlMapReader& parent) {
    const YamlNode* node = parent.Optional("records");
    if (node == nullptr) return;
    YamlMapReader reader = ReaderOf(*node, "'records'", context_);
    RecordTerms records;
    if (reader.Optional("max_age_days") != nullptr) {
      records.max_age_days = static_cast<int>(reader.RequiredInt("max_age_days", 1, kMaxDays));
    }
    records.juvenile = reader.Word("juvenile", {"release", "withhold"}, false) == "release";
    reader.Finish();
    cell_.records = records;
  }

  void ReadThen(YamlMapReader& parent) {
    const YamlNode* node = parent.Optional("then");
    if (node == nullptr) return;
    YamlMapReader reader = ReaderOf(*node, "'then'", context_);
    if (reader.Optional("retain_days") != nullptr) {
      cell_.retain_days = static_cast<int>(reader.RequiredInt("retain_days", 0, kMaxDays));
    }
    cell_.labels = ReadWords(reader, "label", /*required=*/false, context_.known.labels, true);
    for (const std::string& word : ObligationWords()) {
      std::vector<std::string> values = reader.StringList(word, false, /*scalar_ok=*/true);
      if (values.empty()) continue;
      if (!IsEnforcedObligation(word)) {
        Unenforced(*node, absl::StrCat("then.", word), "this duty is stated and not carried out",
                   context_);
      }
      cell_.obligations.push_back({word, std::move(values), cell_.clause});
    }
    reader.Finish();
  }

  void ReadHold(YamlMapReader& parent) {
    const YamlNode* node = parent.Optional("hold_for");
    if (node == nullptr) return;
    YamlMapReader reader = ReaderOf(*node, "'hold_for'", context_);
    HoldTerms hold;
    hold.role = ReadWord(reader, "role", /*required=*/true, context_.known.roles);
    hold.expires_hours = static_cast<int>(reader.RequiredInt("expires_hours", 1, kMaxHours));
    reader.Finish();
    cell_.hold = std::move(hold);
  }

  const YamlNode& node_;
  const CellRules& rules_;
  LoadContext& context_;
  std::string name_;
  Cell cell_;
};

}  // namespace

Cell LoadCell(const YamlNode& node, const CellRules& rules, LoadContext& context) {
  return CellLoader(node, rules, context).Load();
}

}  // namespace fusionhub::policy
