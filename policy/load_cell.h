// Reads one cell of a `sharing:` matrix, in agreements and orders alike.
#ifndef FUSIONHUB_POLICY_LOAD_CELL_H_
#define FUSIONHUB_POLICY_LOAD_CELL_H_

#include <set>
#include <string>

#include "base/yaml.h"
#include "policy/cell.h"
#include "policy/load_context.h"

namespace fusionhub::policy {

struct CellRules {
  bool to_required = true;
  std::set<std::string> own_clauses;  // citations that the document itself defines
};

Cell LoadCell(const YamlNode& node, const CellRules& rules, LoadContext& context);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_LOAD_CELL_H_
