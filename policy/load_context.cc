// Typed reading of the words, citations and dates of policy documents.
#include "policy/load_context.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace fusionhub::policy {
namespace {

const std::vector<YamlNode::Entry>& NoEntries() {
  static const std::vector<YamlNode::Entry>* const kNone = new std::vector<YamlNode::Entry>();
  return *kNone;
}

const std::vector<YamlNode>& NoItems() {
  static const std::vector<YamlNode>* const kNone = new std::vector<YamlNode>();
  return *kNone;
}

std::string Hint(absl::string_view word, const WordSet& set) {
  const std::string nearest = NearestWord(word, set.words);
  const std::string where = set.where.empty() ? "" : absl::StrCat(" (see ", set.where, ")");
  if (!nearest.empty()) return absl::StrCat("did you mean '", nearest, "'?", where);
  return where.empty() ? "" : absl::StrCat("use a word that is defined there", where);
}

}  // namespace

bool WordSet::Has(absl::string_view word) const {
  return std::binary_search(words.begin(), words.end(), word);
}

YamlMapReader ReaderOf(const YamlNode& node, std::string what, LoadContext& context) {
  return YamlMapReader(node, context.file, "P", std::move(what), context.diagnostics);
}

void Unenforced(const YamlNode& node, std::string rule, std::string why, LoadContext& context) {
  context.unenforced.push_back({context.file, node.at.line, std::move(rule), std::move(why)});
}

bool CheckWord(YamlMapReader& reader, const YamlNode* node, absl::string_view word,
               const WordSet& set) {
  if (set.Has(word)) return true;
  reader.Report(node, set.code, absl::StrCat("'", word, "' is not ", set.noun), Hint(word, set));
  return false;
}

std::vector<std::string> ReadWords(YamlMapReader& reader, absl::string_view key, bool required,
                                   const WordSet& set, bool scalar_ok) {
  std::vector<std::string> words = reader.StringList(key, required, scalar_ok);
  const YamlNode* node = reader.node().Find(key);
  if (node == nullptr) return words;
  if (node->kind == YamlNode::Kind::kScalar) {
    if (!words.empty()) CheckWord(reader, node, node->scalar, set);
    return words;
  }
  std::set<std::string> seen;
  for (const YamlNode& item : node->items) {
    if (item.kind != YamlNode::Kind::kScalar || item.scalar.empty()) continue;  // reported
    CheckWord(reader, &item, item.scalar, set);
    if (!seen.insert(item.scalar).second) {
      reader.Report(&item, "0312", absl::StrCat("'", item.scalar, "' stands here twice"),
                    "remove one");
    }
  }
  return words;
}

std::string ReadWord(YamlMapReader& reader, absl::string_view key, bool required,
                     const WordSet& set) {
  const std::string word = required ? reader.RequiredString(key) : reader.OptionalString(key);
  if (!word.empty()) CheckWord(reader, reader.node().Find(key), word, set);
  return word;
}

std::string ReadClause(YamlMapReader& reader, absl::string_view key, bool required,
                       const LoadContext& context, const std::set<std::string>& own) {
  const std::string clause = required ? reader.RequiredString(key) : reader.OptionalString(key);
  if (clause.empty() || own.count(clause) > 0) return clause;
  const YamlNode* node = reader.node().Find(key);
  if (context.known.missing_clauses.count(clause) > 0) {
    reader.Report(node, "0305", absl::StrCat("the text of '", clause, "' is not in hand"),
                  "cite a clause whose text is known");
  } else if (!absl::StrContains(clause, '#')) {
    reader.Report(node, "0209", absl::StrCat("'", clause, "' is not a citation"),
                  "write DOCUMENT#clause, for example MOU#IV.B.1");
  } else {
    CheckWord(reader, node, clause, context.known.clauses);
  }
  return clause;
}

const std::vector<YamlNode::Entry>& ReadEntries(YamlMapReader& reader, absl::string_view key,
                                                bool required) {
  const YamlNode* node = required ? reader.Required(key) : reader.Optional(key);
  if (node == nullptr) return NoEntries();
  if (node->kind != YamlNode::Kind::kMapping) {
    reader.Report(node, "0101", absl::StrCat("'", key, "' must be a mapping"),
                  "write its words indented below it, each with its text");
    return NoEntries();
  }
  return node->entries;
}

std::map<std::string, std::string> ReadTexts(YamlMapReader& reader, absl::string_view key,
                                             bool required) {
  std::map<std::string, std::string> texts;
  for (const YamlNode::Entry& entry : ReadEntries(reader, key, required)) {
    if (entry.value->kind != YamlNode::Kind::kScalar || entry.value->scalar.empty()) {
      reader.Report(entry.value.get(), "0103", absl::StrCat("'", entry.key, "' must be a text"));
      continue;
    }
    texts[entry.key] = entry.value->scalar;
  }
  return texts;
}

const std::vector<YamlNode>& ReadItems(YamlMapReader& reader, absl::string_view key,
                                       bool required) {
  const YamlNode* node = required ? reader.Required(key) : reader.Optional(key);
  if (node == nullptr) return NoItems();
  if (node->kind != YamlNode::Kind::kSequence) {
    reader.Report(node, "0103", absl::StrCat("'", key, "' must be a list"), "begin each with '-'");
    return NoItems();
  }
  return node->items;
}

std::optional<absl::CivilDay> ReadDay(YamlMapReader& reader, absl::string_view key, bool required) {
  const std::string text = required ? reader.RequiredString(key) : reader.OptionalString(key);
  if (text.empty()) return std::nullopt;
  absl::CivilDay day;
  if (text.size() == 10 && absl::ParseCivilTime(text, &day)) return day;
  reader.Report(reader.node().Find(key), "0304", absl::StrCat("'", key, "' is not a date"),
                "write 2025-03-21");
  return std::nullopt;
}

std::optional<absl::Time> ReadTime(YamlMapReader& reader, absl::string_view key, bool required,
                                   absl::TimeZone zone) {
  const std::string text = required ? reader.RequiredString(key) : reader.OptionalString(key);
  if (text.empty()) return std::nullopt;
  absl::CivilDay day;
  if (text.size() == 10 && absl::ParseCivilTime(text, &day)) return absl::FromCivil(day, zone);
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return time;
  reader.Report(reader.node().Find(key), "0304",
                absl::StrCat("'", key, "' is neither a date nor a time"),
                "write 2025-03-21 or 2025-03-21T14:02:11-05:00");
  return std::nullopt;
}

std::pair<std::string, absl::TimeZone> ReadZone(YamlMapReader& reader, absl::string_view key) {
  const std::string name = reader.RequiredString(key);
  absl::TimeZone zone = absl::UTCTimeZone();
  // A region's name has a slash: "EST" or "localtime" would mean different things on different
  // machines.
  const bool named = absl::StrContains(name, '/') || name == "UTC";
  if (!name.empty() && (!named || !absl::LoadTimeZone(name, &zone))) {
    reader.Report(reader.node().Find(key), "0313",
                  absl::StrCat("'", name, "' is not a time zone known here"),
                  "write an IANA name, for example America/Chicago");
  }
  return {name, zone};
}

}  // namespace fusionhub::policy
