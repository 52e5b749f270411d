// Reads `kind: Vocabulary`.
#include "policy/load_vocabulary.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace fusionhub::policy {
namespace {

const std::vector<std::string>& FieldKinds() {
  static const auto* const kKinds =
      new std::vector<std::string>{"text", "time", "date", "number", "jpeg"};
  return *kKinds;
}

// Names of conditions that the code evaluates by itself; a fact must not take one.
bool IsBuiltInCondition(absl::string_view name) {
  for (absl::string_view word :
       {"region", "identifier", "information_sharing_agreement", "use_agreement", "participates",
        "usage_policy", "if_targeting", "purpose"}) {
    if (name == word) return true;
  }
  return false;
}

DataField LoadField(const YamlNode::Entry& entry, LoadContext& context) {
  DataField field;
  if (entry.value->kind == YamlNode::Kind::kScalar) {
    field.kind = entry.value->scalar;
    field.title = entry.key;
    std::replace(field.title.begin(), field.title.end(), '_', ' ');
    if (std::find(FieldKinds().begin(), FieldKinds().end(), field.kind) == FieldKinds().end()) {
      context.diagnostics.push_back({context.file, entry.value->at, "P0108",
                                     absl::StrCat("'", field.kind, "' is not a kind of field"),
                                     "write text, time, date, number or jpeg"});
    }
    return field;
  }
  YamlMapReader reader = ReaderOf(*entry.value, absl::StrCat("field '", entry.key, "'"), context);
  field.kind = reader.Word("kind", FieldKinds(), /*required=*/true);
  field.title = reader.RequiredString("title");
  reader.Finish();
  return field;
}

DataCategory LoadData(const YamlNode::Entry& entry, const std::vector<YamlNode::Entry>& all,
                      LoadContext& context) {
  DataCategory data;
  YamlMapReader reader = ReaderOf(*entry.value, absl::StrCat("data '", entry.key, "'"), context);
  data.title = reader.RequiredString("title");
  WordSet categories{"0203", "a data category", "", {}};
  for (const YamlNode::Entry& other : all) categories.words.push_back(other.key);
  std::sort(categories.words.begin(), categories.words.end());
  data.uses = ReadWords(reader, "uses", /*required=*/false, categories);
  for (const YamlNode::Entry& field : ReadEntries(reader, "fields", /*required=*/false)) {
    data.fields[field.key] = LoadField(field, context);
  }
  reader.Finish();
  return data;
}

Purpose LoadPurpose(const YamlNode::Entry& entry, const WordSet& codes, LoadContext& context) {
  Purpose purpose;
  if (entry.value->kind == YamlNode::Kind::kScalar) {
    purpose.title = entry.value->scalar;
    return purpose;
  }
  YamlMapReader reader = ReaderOf(*entry.value, absl::StrCat("purpose '", entry.key, "'"), context);
  purpose.title = reader.RequiredString("title");
  purpose.off = reader.OptionalBool("off", false);
  purpose.clause = ReadClause(reader, "clause", purpose.off, context);
  const std::vector<std::string> others = ReadWords(reader, "counts_as", false, codes);
  purpose.counts_as = {others.begin(), others.end()};
  reader.Finish();
  return purpose;
}

FactWord LoadFact(const YamlNode::Entry& entry, const std::map<std::string, std::string>& roles,
                  LoadContext& context) {
  FactWord fact;
  YamlMapReader reader =
      ReaderOf(*entry.value, absl::StrCat("condition '", entry.key, "'"), context);
  fact.title = reader.RequiredString("title");
  fact.words = reader.StringList("words", /*required=*/true);
  const std::string from =
      reader.Word("from", {"requester", "record", "approval", "entry"}, /*required=*/true);
  if (from == "record") fact.from = FactWord::From::kRecord;
  if (from == "entry") fact.from = FactWord::From::kEntry;
  if (from == "approval") {
    fact.from = FactWord::From::kApproval;
    WordSet known{"0211", "a role", "", {}};
    for (const auto& [role, title] : roles) known.words.push_back(role);
    fact.role = ReadWord(reader, "role", /*required=*/true, known);
  }
  if (IsBuiltInCondition(entry.key)) {
    reader.Report(nullptr, "0314", absl::StrCat("'", entry.key, "' is built in"), "rename it");
  }
  reader.Finish();
  return fact;
}

Region LoadRegion(const YamlNode::Entry& entry, LoadContext& context) {
  Region region;
  YamlMapReader reader = ReaderOf(*entry.value, absl::StrCat("region '", entry.key, "'"), context);
  region.title = reader.RequiredString("title");
  for (const YamlNode& member : ReadItems(reader, "members", /*required=*/true)) {
    region.members.push_back(LoadJurisdiction(member, context));
  }
  reader.Finish();
  return region;
}

WordSet Codes(const std::vector<YamlNode::Entry>& purposes) {
  WordSet codes{"0205", "a purpose code", "", {}};
  for (const YamlNode::Entry& entry : purposes) codes.words.push_back(entry.key);
  std::sort(codes.words.begin(), codes.words.end());
  return codes;
}

}  // namespace

Jurisdiction LoadJurisdiction(const YamlNode& node, LoadContext& context) {
  Jurisdiction place;
  YamlMapReader reader = ReaderOf(node, "jurisdiction", context);
  place.city = reader.OptionalString("city");
  place.county = reader.OptionalString("county");
  place.state = reader.RequiredString("state");
  if (place.city.empty() && place.county.empty()) {
    reader.Report(nullptr, "0315", "a jurisdiction names a county or a city",
                  "write {county: Jefferson, state: MO}");
  }
  const bool two_capitals = place.state.size() == 2 && absl::ascii_isupper(place.state[0]) &&
                            absl::ascii_isupper(place.state[1]);
  if (!place.state.empty() && !two_capitals) {
    reader.Report(node.Find("state"), "0315", "a state has two capital letters", "write MO");
  }
  reader.Finish();
  return place;
}

Vocabulary LoadVocabulary(const YamlNode& node, LoadContext& context) {
  Vocabulary vocabulary;
  vocabulary.file = context.file;
  YamlMapReader reader = ReaderOf(node, "vocabulary", context);
  reader.RequiredString("kind");
  reader.OptionalString("id");
  reader.OptionalString("title");
  vocabulary.classes = ReadTexts(reader, "classes", /*required=*/true);
  vocabulary.actions = ReadTexts(reader, "actions", /*required=*/true);
  vocabulary.identifiers = ReadTexts(reader, "identifiers", /*required=*/false);
  for (const YamlNode::Entry& entry : ReadEntries(reader, "identifiers", /*required=*/false)) {
    vocabulary.identifier_order.push_back(entry.key);
  }
  vocabulary.labels = ReadTexts(reader, "labels", /*required=*/false);
  vocabulary.roles = ReadTexts(reader, "roles", /*required=*/false);
  vocabulary.usage_policies = ReadTexts(reader, "usage_policies", /*required=*/false);
  const auto& data = ReadEntries(reader, "data", /*required=*/true);
  for (const YamlNode::Entry& entry : data) {
    vocabulary.data[entry.key] = LoadData(entry, data, context);
  }
  const auto& purposes = ReadEntries(reader, "purposes", /*required=*/true);
  const WordSet codes = Codes(purposes);
  for (const YamlNode::Entry& entry : purposes) {
    vocabulary.purposes[entry.key] = LoadPurpose(entry, codes, context);
  }
  for (const YamlNode::Entry& entry : ReadEntries(reader, "conditions", /*required=*/false)) {
    vocabulary.facts[entry.key] = LoadFact(entry, vocabulary.roles, context);
  }
  for (const YamlNode::Entry& entry : ReadEntries(reader, "regions", /*required=*/false)) {
    vocabulary.regions[entry.key] = LoadRegion(entry, context);
  }
  for (const std::string& word : reader.StringList("empty_words", /*required=*/false)) {
    vocabulary.empty_words.insert(absl::AsciiStrToLower(word));
  }
  reader.Finish();
  return vocabulary;
}

}  // namespace fusionhub::policy
