// Whether one cell permits a request, and which cell of several comes nearest.
#ifndef FUSIONHUB_POLICY_CELL_CHECK_H_
#define FUSIONHUB_POLICY_CELL_CHECK_H_

#include <vector>

#include "policy/documents.h"
#include "policy/evaluation.h"

namespace fusionhub::policy {

// Everything that keeps `cell`, which is about the request's data and action, from permitting it.
// `agreement`: the one that the cell stands in, null for orders.
std::vector<Failure> CheckCell(Evaluation& evaluation, const Cell& cell,
                               const Agreement* agreement);

struct CellChoice {
  std::vector<const Cell*> permitting;
  const Cell* nearest = nullptr;          // when none permits: the first of those that fail least
  std::vector<Failure> nearest_failures;  // of `nearest`
};

CellChoice ChooseCell(Evaluation& evaluation, const std::vector<const Cell*>& candidates,
                      const Agreement* agreement);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_CELL_CHECK_H_
