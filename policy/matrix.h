// Stages 4, 6 and 7: which agreements and orders speak about a request, and whether a cell of each
// permits it.
#ifndef FUSIONHUB_POLICY_MATRIX_H_
#define FUSIONHUB_POLICY_MATRIX_H_

#include <string>
#include <vector>

#include "policy/documents.h"
#include "policy/evaluation.h"

namespace fusionhub::policy {

// One cell that decides, and the document that it stands in.
struct DecidingCell {
  const DocumentHead* document = nullptr;
  const Cell* cell = nullptr;
  bool opens = false;  // agreements between owner and recipient, and orders that do not only narrow
};

struct MatrixResult {
  // Cells that permit, or where a document refuses the one that comes nearest; openers first.
  std::vector<DecidingCell> cells;
  bool opened = false;  // some document opens the data: narrowing documents alone do not
};

// Every document that binds either side must permit; adds the failures of those that do not.
MatrixResult CheckMatrix(Evaluation& evaluation);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_MATRIX_H_
