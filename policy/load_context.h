// What every loader shares: the words that documents may use, and where its findings go.
#ifndef FUSIONHUB_POLICY_LOAD_CONTEXT_H_
#define FUSIONHUB_POLICY_LOAD_CONTEXT_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/yaml.h"
#include "policy/document_set.h"
#include "policy/documents.h"
#include "policy/vocabulary.h"

namespace fusionhub::policy {

// A closed set of words, with what to say about a word that is not in it.
struct WordSet {
  std::string code;                // of the diagnostic, without the "P"
  std::string noun;                // "a data category"
  std::string where;               // "vocabulary.yaml"
  std::vector<std::string> words;  // sorted

  bool Has(absl::string_view word) const;
};

// All words of a document set, gathered before any document is read in full.
struct KnownWords {
  WordSet classes, data, actions, purposes, facts, identifiers, labels, roles, regions,
      usage_policies;
  WordSet agencies, authorities, agreements, clauses;
  std::set<std::string> missing_clauses;  // citations of texts that are not in hand
};

struct LoadContext {
  std::string file;
  const Vocabulary& vocabulary;
  const KnownWords& known;
  std::vector<Diagnostic>& diagnostics;
  std::vector<UnenforcedRule>& unenforced;
  std::vector<PolicyWarning>& warnings;
};

YamlMapReader ReaderOf(const YamlNode& node, std::string what, LoadContext& context);
void Unenforced(const YamlNode& node, std::string rule, std::string why, LoadContext& context);

// The scalars of a list, or of a single value when `scalar_ok`; each must be in `set`, none twice.
std::vector<std::string> ReadWords(YamlMapReader& reader, absl::string_view key, bool required,
                                   const WordSet& set, bool scalar_ok = false);
std::string ReadWord(YamlMapReader& reader, absl::string_view key, bool required,
                     const WordSet& set);
// Reports `node` when `word` is not in `set`, with "did you mean".
bool CheckWord(YamlMapReader& reader, const YamlNode* node, absl::string_view word,
               const WordSet& set);

// A citation "DOC#clause" that the set contains. `own` holds citations known beside the set's.
std::string ReadClause(YamlMapReader& reader, absl::string_view key, bool required,
                       const LoadContext& context, const std::set<std::string>& own = {});

// The entries of the mapping at `key`; empty (and reported when it is no mapping) otherwise.
const std::vector<YamlNode::Entry>& ReadEntries(YamlMapReader& reader, absl::string_view key,
                                                bool required);
// The same with single values: word -> text.
std::map<std::string, std::string> ReadTexts(YamlMapReader& reader, absl::string_view key,
                                             bool required);
// The items of the sequence at `key`.
const std::vector<YamlNode>& ReadItems(YamlMapReader& reader, absl::string_view key, bool required);

// "2025-03-21".
std::optional<absl::CivilDay> ReadDay(YamlMapReader& reader, absl::string_view key, bool required);
// "2025-03-21" (the start of that day in `zone`) or "2025-03-21T14:02:11-05:00".
std::optional<absl::Time> ReadTime(YamlMapReader& reader, absl::string_view key, bool required,
                                   absl::TimeZone zone);
// An IANA name, e.g. America/Chicago; UTC after reporting.
std::pair<std::string, absl::TimeZone> ReadZone(YamlMapReader& reader, absl::string_view key);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_LOAD_CONTEXT_H_
