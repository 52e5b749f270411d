// Reads `kind: Vocabulary`.
#ifndef FUSIONHUB_POLICY_LOAD_VOCABULARY_H_
#define FUSIONHUB_POLICY_LOAD_VOCABULARY_H_

#include "base/yaml.h"
#include "policy/load_context.h"
#include "policy/vocabulary.h"

namespace fusionhub::policy {

// The context's own vocabulary and words of the vocabulary are not looked at, only the clauses.
Vocabulary LoadVocabulary(const YamlNode& node, LoadContext& context);

// A territory: {county, city, state}.
Jurisdiction LoadJurisdiction(const YamlNode& node, LoadContext& context);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_LOAD_VOCABULARY_H_
