// Gathers all words that documents may use.
#include "policy/known_words.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "policy/hub_rules.h"

namespace fusionhub::policy {
namespace {

void AddKeys(const YamlNode& root, absl::string_view section, WordSet& set) {
  const YamlNode* node = root.Find(section);
  if (node == nullptr) return;
  for (const YamlNode::Entry& entry : node->entries) set.words.push_back(entry.key);
}

std::string IdOf(const YamlNode& root) {
  const YamlNode* id = root.Find("id");
  return id == nullptr ? "" : id->scalar;
}

void AddVocabulary(const ParsedDocument& document, KnownWords& known) {
  const YamlNode& root = *document.root;
  AddKeys(root, "classes", known.classes);
  AddKeys(root, "data", known.data);
  AddKeys(root, "actions", known.actions);
  AddKeys(root, "purposes", known.purposes);
  AddKeys(root, "conditions", known.facts);
  AddKeys(root, "identifiers", known.identifiers);
  AddKeys(root, "labels", known.labels);
  AddKeys(root, "roles", known.roles);
  AddKeys(root, "regions", known.regions);
  AddKeys(root, "usage_policies", known.usage_policies);
  for (WordSet* set :
       {&known.classes, &known.data, &known.actions, &known.purposes, &known.facts,
        &known.identifiers, &known.labels, &known.roles, &known.regions, &known.usage_policies}) {
    set->where = document.file->path;
  }
}

void AddAuthority(const ParsedDocument& document, KnownWords& known) {
  const std::string id = IdOf(*document.root);
  known.authorities.words.push_back(id);
  if (const YamlNode* clauses = document.root->Find("clauses"); clauses != nullptr) {
    for (const YamlNode::Entry& entry : clauses->entries) {
      known.clauses.words.push_back(absl::StrCat(id, "#", entry.key));
    }
  }
  if (const YamlNode* missing = document.root->Find("missing_text"); missing != nullptr) {
    for (const YamlNode& item : missing->items) known.missing_clauses.insert(item.scalar);
  }
}

KnownWords EmptyWords() {
  KnownWords known;
  known.classes = {"0201", "a class", "", {std::string(kOwnerClass), std::string(kHubClass)}};
  known.agencies = {"0202", "an agency of this region", "", {}};
  known.data = {"0203", "a data category", "", {}};
  known.actions = {"0204", "an action", "", {}};
  known.purposes = {"0205", "a purpose code", "", {}};
  known.facts = {"0206", "a condition", "", {}};
  known.clauses = {"0209", "a clause of this set", "", {}};
  known.labels = {"0210", "a label", "", {}};
  known.roles = {"0211", "a role", "", {}};
  known.regions = {"0212", "a region", "", {}};
  known.identifiers = {"0213", "a kind of identifier", "", {}};
  known.authorities = {"0214", "an authority of this set", "", {}};
  known.usage_policies = {"0215", "a usage policy", "", {}};
  known.agreements = {"0216", "an agreement of this set", "", {}};
  for (const auto& [citation, text] : HubClauses()) known.clauses.words.push_back(citation);
  return known;
}

}  // namespace

KnownWords GatherWords(const std::vector<ParsedDocument>& documents) {
  KnownWords known = EmptyWords();
  for (const ParsedDocument& document : documents) {
    if (document.kind == "Vocabulary") AddVocabulary(document, known);
    if (document.kind == "Authority") AddAuthority(document, known);
    if (document.kind == "Agency") known.agencies.words.push_back(IdOf(*document.root));
    if (document.kind == "Agreement") known.agreements.words.push_back(IdOf(*document.root));
  }
  for (WordSet* set :
       {&known.classes, &known.data, &known.actions, &known.purposes, &known.facts,
        &known.identifiers, &known.labels, &known.roles, &known.regions, &known.usage_policies,
        &known.agencies, &known.authorities, &known.agreements, &known.clauses}) {
    std::sort(set->words.begin(), set->words.end());
    set->words.erase(std::unique(set->words.begin(), set->words.end()), set->words.end());
  }
  return known;
}

}  // namespace fusionhub::policy
