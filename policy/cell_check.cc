// Whether one cell permits a request.
#include "policy/cell_check.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "policy/conditions.h"

namespace fusionhub::policy {
namespace {

std::string ClassesOf(const Evaluation& evaluation) {
  return evaluation.requester->classes.empty() ? "no class"
                                               : JoinWords(evaluation.requester->classes);
}

void CheckRecipient(const Evaluation& evaluation, const Cell& cell,
                    std::vector<Failure>& failures) {
  if (evaluation.RequesterHas(cell.never_to)) {
    failures.push_back({"recipient", cell.clause, Stage::kMatrix, ClassesOf(evaluation),
                        absl::StrCat("none of ", JoinWords(cell.never_to)), FixableBy::kNobody});
    return;
  }
  // Only the cells of a software use agreement name no class: they are for its user.
  if (cell.to.empty() || evaluation.RequesterHas(cell.to)) return;
  failures.push_back({"recipient", cell.clause, Stage::kMatrix, ClassesOf(evaluation),
                      JoinWords(cell.to), FixableBy::kNobody});
}

// A cell for another class or purpose is farther than one whose conditions do not hold.
size_t Distance(const std::vector<Failure>& failures) {
  constexpr size_t kOtherCell = 1000;
  size_t distance = failures.size();
  for (const Failure& failure : failures) {
    if (failure.stage == Stage::kMatrix) distance += kOtherCell;
  }
  return distance;
}

}  // namespace

std::vector<Failure> CheckCell(Evaluation& evaluation, const Cell& cell,
                               const Agreement* agreement) {
  std::vector<Failure> failures;
  CheckRecipient(evaluation, cell, failures);
  if (evaluation.Involves(cell.never_with)) {
    failures.push_back({"excluded_data", cell.clause, Stage::kProhibition, evaluation.request.data,
                        absl::StrCat("none of ", JoinWords(cell.never_with)), FixableBy::kNobody});
  }
  // An unknown purpose is refused once, not by every cell.
  if (evaluation.purpose != nullptr && !cell.purposes.empty() &&
      !evaluation.PurposeIn(cell.purposes)) {
    failures.push_back({"purpose", cell.purpose_clause, Stage::kMatrix, evaluation.request.purpose,
                        JoinWords(cell.purposes), FixableBy::kRequester});
  }
  CheckConditions(evaluation, cell.when, agreement, failures);
  return failures;
}

CellChoice ChooseCell(Evaluation& evaluation, const std::vector<const Cell*>& candidates,
                      const Agreement* agreement) {
  CellChoice choice;
  for (const Cell* cell : candidates) {
    std::vector<Failure> failures = CheckCell(evaluation, *cell, agreement);
    if (failures.empty()) {
      choice.permitting.push_back(cell);
    } else if (choice.nearest == nullptr ||
               Distance(failures) < Distance(choice.nearest_failures)) {
      choice.nearest = cell;
      choice.nearest_failures = std::move(failures);
    }
  }
  if (!choice.permitting.empty()) {
    choice.nearest = nullptr;
    choice.nearest_failures.clear();
  }
  return choice;
}

}  // namespace fusionhub::policy
