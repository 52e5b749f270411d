// Reads the named conditions of a cell's `when:`.
#ifndef FUSIONHUB_POLICY_LOAD_CONDITION_H_
#define FUSIONHUB_POLICY_LOAD_CONDITION_H_

#include <map>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "policy/cell.h"
#include "policy/load_context.h"

namespace fusionhub::policy {

// `clauses`: condition name -> citation where `cite` gives one; all others cite `clause`.
std::vector<Condition> LoadConditions(const YamlNode& when, const std::string& clause,
                                      const std::map<std::string, std::string>& clauses,
                                      LoadContext& context);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_LOAD_CONDITION_H_
