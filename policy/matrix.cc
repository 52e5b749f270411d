// Stages 4, 6 and 7.
#include "policy/matrix.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "policy/cell_check.h"
#include "policy/conditions.h"
#include "policy/hub_rules.h"

namespace fusionhub::policy {
namespace {

using CellList = std::vector<const Cell*>;

CellList CellsAbout(const std::vector<Cell>& cells, const Request& request) {
  CellList about;
  for (const Cell& cell : cells) {
    if (cell.IsAbout(request.data, request.action)) about.push_back(&cell);
  }
  return about;
}

class Matrix {
 public:
  explicit Matrix(Evaluation& evaluation) : evaluation_(evaluation), request_(evaluation.request) {}

  MatrixResult Run() {
    const std::vector<const Agreement*> reaching = ReachingAgreements(evaluation_);
    if (!evaluation_.own_data) ApplyInForce(reaching);
    for (const Order& order : evaluation_.policy.orders) ApplyOrder(order);
    if (!evaluation_.own_data && !result_.opened && !agreement_spoke_) ExplainWithout(reaching);
    ApplyUseAgreements();
    if (!result_.opened && !opener_spoke_) {
      Fail({"matrix", std::string(kDenyClause), Stage::kMatrix,
            absl::StrCat(request_.data, "/", request_.action, " is opened by no document"),
            "an agreement or order of the owner that opens it", FixableBy::kOwner});
    }
    std::stable_partition(result_.cells.begin(), result_.cells.end(),
                          [](const DecidingCell& cell) { return cell.opens; });
    return std::move(result_);
  }

 private:
  void Fail(Failure failure) { evaluation_.Fail(std::move(failure)); }

  // Takes over a document's choice: its permitting cells, or the failures of the nearest.
  void Take(const DocumentHead& head, bool opens, CellChoice choice) {
    opener_spoke_ = opener_spoke_ || opens;
    for (const Cell* cell : choice.permitting) {
      result_.cells.push_back({&head, cell, opens});
      result_.opened = result_.opened || opens;
    }
    if (choice.nearest == nullptr) return;
    result_.cells.push_back({&head, choice.nearest, opens});
    for (Failure& failure : choice.nearest_failures) Fail(std::move(failure));
  }

  // Agreements that reach the requester and are in force must all permit.
  void ApplyInForce(const std::vector<const Agreement*>& reaching) {
    for (const Agreement* agreement : reaching) {
      if (!InForce(evaluation_, *agreement)) continue;
      agreement_spoke_ = true;
      Take(agreement->head, /*opens=*/true, Choose(*agreement));
    }
  }

  // Stage 4: nothing opens the data. An agreement that reaches the requester and is not in force
  // says why; without one, and when no order speaks either, the agreement that comes nearest.
  void ExplainWithout(const std::vector<const Agreement*>& reaching) {
    const Agreement* nearest = nullptr;
    if (!reaching.empty()) {
      nearest = reaching.front();
    } else if (!opener_spoke_) {
      nearest = NearestAgreement();
    }
    if (nearest == nullptr) return;
    if (!InForce(evaluation_, *nearest)) FailNotInForce(*nearest);
    Take(nearest->head, /*opens=*/true, NeverPermitting(*nearest));
  }

  CellChoice Choose(const Agreement& agreement) {
    return ChooseCell(evaluation_, CellsAbout(agreement.cells, request_), &agreement);
  }

  // The cells of an agreement that does not reach the requester or is not in force open nothing.
  CellChoice NeverPermitting(const Agreement& agreement) {
    CellChoice choice = Choose(agreement);
    if (choice.permitting.empty()) return choice;
    return {{}, choice.permitting.front(), {}};
  }

  // Of the owner's agreements about this data and action, one that others share through the hub.
  const Agreement* NearestAgreement() {
    for (const Agreement* agreement : evaluation_.policy.AgreementsOf(request_.owner)) {
      const Agency* recipient = evaluation_.policy.FindAgency(agreement->recipient);
      const bool through_hub = recipient != nullptr && recipient->HasClass(kHubClass);
      if (!through_hub && agreement->recipient != request_.requester_agency) continue;
      if (!CellsAbout(agreement->cells, request_).empty()) return agreement;
    }
    return nullptr;
  }

  void FailNotInForce(const Agreement& agreement) {
    std::string seen;
    std::string clause = agreement.term_clause;
    if (!agreement.missing_signatures.empty()) {
      seen = absl::StrCat(agreement.head.id, " is not signed by ",
                          absl::StrJoin(agreement.missing_signatures, " and "));
    } else if (evaluation_.t < agreement.from) {
      seen = absl::StrCat(agreement.head.id, " is not in force yet");
    } else {
      seen = absl::StrCat(agreement.head.id, " has ended");
      if (!agreement.ended_by.empty()) clause = agreement.terminate_clause;
    }
    if (clause.empty()) clause = std::string(kSignatureClause);
    Fail({"agreement", std::move(clause), Stage::kAgreement, std::move(seen),
          "an agreement in force, signed by both parties", FixableBy::kAdmin});
  }

  bool Binds(const Order& order) {
    return (order.binds_owner && evaluation_.AuthorityBinds(order.authority, request_.owner)) ||
           (order.binds_requester &&
            evaluation_.AuthorityBinds(order.authority, request_.requester_agency));
  }

  static bool ListsData(const Order& order, const std::string& data) {
    return std::any_of(order.cells.begin(), order.cells.end(),
                       [&](const Cell& cell) { return cell.Lists(cell.data, data); });
  }

  // An order speaks about the data that its rows list, to the classes that they name; to classes in
  // `exhaustive_for` about everything; with a default clause also to classes that it does not name,
  // unless they are bound by it themselves.
  bool Speaks(const Order& order, const CellList& class_rows) {
    if (evaluation_.RequesterHas(order.exhaustive_for)) return true;
    if (!ListsData(order, request_.data)) return false;
    if (!class_rows.empty()) return true;
    return !order.default_clause.empty() &&
           !evaluation_.AuthorityBinds(order.authority, request_.requester_agency);
  }

  void ApplyOrder(const Order& order) {
    if (!Binds(order)) return;
    CellList class_rows;
    CellList candidates;
    for (const Cell& cell : order.cells) {
      if (!evaluation_.RequesterHas(cell.to) && !evaluation_.RequesterHas(cell.never_to)) continue;
      class_rows.push_back(&cell);
      if (cell.IsAbout(request_.data, request_.action)) candidates.push_back(&cell);
    }
    const std::vector<std::string> excluded_by = FailExcluded(class_rows);
    if (!Speaks(order, class_rows)) return;
    if (!candidates.empty()) {
      Take(order.head, !order.narrows_only, ChooseCell(evaluation_, candidates, nullptr));
      return;
    }
    opener_spoke_ = opener_spoke_ || !order.narrows_only;
    FailNotListed(order, class_rows, excluded_by);
  }

  // What a row excludes for its classes, it excludes whatever other document opens it. Returns the
  // clauses.
  std::vector<std::string> FailExcluded(const CellList& class_rows) {
    std::vector<std::string> clauses;
    for (const Cell* row : class_rows) {
      if (!evaluation_.Involves(row->never_with)) continue;
      clauses.push_back(row->clause);
      Fail({"excluded_data", row->clause, Stage::kProhibition, request_.data,
            absl::StrCat("none of ", JoinWords(row->never_with)), FixableBy::kNobody});
    }
    return clauses;
  }

  void FailNotListed(const Order& order, const CellList& class_rows,
                     const std::vector<std::string>& excluded_by) {
    const std::string seen = absl::StrCat(request_.data, "/", request_.action);
    if (class_rows.empty()) {
      const std::string& clause =
          order.default_clause.empty() ? std::string(kDenyClause) : order.default_clause;
      Fail({"recipient", clause, Stage::kMatrix, JoinWords(evaluation_.requester->classes),
            "a class that the order names", FixableBy::kNobody});
      return;
    }
    for (const Cell* row : class_rows) {
      const bool said =
          std::find(excluded_by.begin(), excluded_by.end(), row->clause) != excluded_by.end();
      if (said) continue;
      Fail({"data", row->clause, Stage::kMatrix, seen,
            row->data.empty() ? "nothing is shared"
                              : absl::StrCat(JoinWords(row->data), " to ", JoinWords(row->actions)),
            FixableBy::kNobody});
    }
  }

  // Whoever uses a provider's software under an agreement keeps to its terms; one that is not in
  // force does not set the requester free.
  void ApplyUseAgreements() {
    const std::vector<const Agreement*> all = UseAgreements(evaluation_);
    bool any_in_force = false;
    for (const Agreement* agreement : all) {
      if (!InForce(evaluation_, *agreement)) continue;
      any_in_force = true;
      Take(agreement->head, /*opens=*/false, Choose(*agreement));
    }
    if (all.empty() || any_in_force) return;
    FailNotInForce(*all.front());
    Take(all.front()->head, /*opens=*/false, NeverPermitting(*all.front()));
  }

  Evaluation& evaluation_;
  const Request& request_;
  MatrixResult result_;
  bool opener_spoke_ = false;     // a document that could open the data was about the request
  bool agreement_spoke_ = false;  // an agreement in force was
};

}  // namespace

MatrixResult CheckMatrix(Evaluation& evaluation) {
  const Vocabulary& vocabulary = evaluation.policy.vocabulary;
  const bool known = evaluation.owner != nullptr && evaluation.requester != nullptr &&
                     vocabulary.data.count(evaluation.request.data) > 0 &&
                     vocabulary.actions.count(evaluation.request.action) > 0;
  if (!known) return {};  // refused as not well-formed; what is unknown is in no matrix
  return Matrix(evaluation).Run();
}

}  // namespace fusionhub::policy
