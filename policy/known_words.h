// Gathers all words that documents may use before any document is read in full, so that every
// document can be checked with positions in one run.
#ifndef FUSIONHUB_POLICY_KNOWN_WORDS_H_
#define FUSIONHUB_POLICY_KNOWN_WORDS_H_

#include <memory>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "policy/document_set.h"
#include "policy/load_context.h"

namespace fusionhub::policy {

// One document as a tree.
struct ParsedDocument {
  const DocumentFile* file = nullptr;
  std::unique_ptr<YamlNode> root;
  std::string kind;
  std::string digest_hex;
};

KnownWords GatherWords(const std::vector<ParsedDocument>& documents);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_KNOWN_WORDS_H_
