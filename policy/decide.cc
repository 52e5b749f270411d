// Runs the stages and combines what they found.
#include "policy/decide.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "policy/compiled_policy.h"
#include "policy/evaluation.h"
#include "policy/facts_digest.h"
#include "policy/hub_rules.h"
#include "policy/matrix.h"
#include "policy/stages.h"
#include "policy/terms.h"

namespace fusionhub::policy {
namespace {

constexpr size_t kVersionDigits = 12;

template <typename Map>
std::string IfKnown(const Map& words, const std::string& word) {
  return words.count(word) > 0 ? word : "";
}

Decision NewDecision(const Evaluation& evaluation, Side side) {
  const Vocabulary& vocabulary = evaluation.policy.vocabulary;
  Decision decision;
  decision.t = evaluation.t;
  decision.side = side;
  decision.policy_digest = evaluation.policy.digest;
  decision.revision = evaluation.policy.release.revision;
  decision.owner = evaluation.owner == nullptr ? "" : evaluation.owner->id;
  decision.requester_agency = evaluation.requester == nullptr ? "" : evaluation.requester->id;
  decision.data = IfKnown(vocabulary.data, evaluation.request.data);
  decision.action = IfKnown(vocabulary.actions, evaluation.request.action);
  decision.purpose = IfKnown(vocabulary.purposes, evaluation.request.purpose);
  decision.facts_digest = FactsDigest(evaluation.request);
  return decision;
}

// By stage, clause and check; one failure per check and clause, the owner's own rule before a
// cell's.
std::vector<Failure> Ordered(std::vector<Failure> failures) {
  std::stable_sort(failures.begin(), failures.end(), [](const Failure& a, const Failure& b) {
    return std::tie(a.stage, a.clause, a.check) < std::tie(b.stage, b.clause, b.check);
  });
  std::vector<Failure> unique;
  std::set<std::pair<std::string, std::string>> seen;
  for (Failure& failure : failures) {
    if (seen.emplace(failure.check, failure.clause).second) unique.push_back(std::move(failure));
  }
  return unique;
}

// Stage 12: what must be approved, unless it has been.
std::vector<Hold> OpenHolds(Evaluation& evaluation, const std::vector<DecidingCell>& cells) {
  std::vector<Hold> holds;
  for (const DecidingCell& deciding : cells) {
    if (!deciding.cell->hold.has_value()) continue;
    const HoldTerms& hold = *deciding.cell->hold;
    if (evaluation.FindApproval(hold.role) != nullptr) continue;
    const bool listed = std::any_of(holds.begin(), holds.end(), [&](const Hold& other) {
      return other.role == hold.role && other.clause == deciding.cell->clause;
    });
    if (listed) continue;
    holds.push_back({hold.role, deciding.cell->clause, absl::Hours(hold.expires_hours)});
  }
  return holds;
}

Outcome Combine(const Evaluation& evaluation, const MatrixResult& matrix,
                const std::vector<Hold>& holds) {
  const bool refused = std::any_of(evaluation.failures.begin(), evaluation.failures.end(),
                                   [&](const Failure& failure) {
                                     return !evaluation.indeterminate || failure.check != "clock";
                                   });
  if (refused) return Outcome::kRefuse;
  if (evaluation.indeterminate) return Outcome::kIndeterminate;
  if (!matrix.opened) return Outcome::kRefuse;
  return holds.empty() ? Outcome::kPermit : Outcome::kHold;
}

void NameDecidingCell(const MatrixResult& matrix, Decision& decision) {
  if (matrix.cells.empty()) return;
  const DecidingCell& first = matrix.cells.front();
  decision.agreement = first.document->id;
  decision.agreement_version = first.document->digest_hex.substr(0, kVersionDigits);
  decision.cell = absl::StrCat(first.document->id, "/", first.cell->id);
}

// "Destroy by" takes the earliest reading: the start of the last day, in the owner's zone.
absl::Time DeleteBy(const Evaluation& evaluation, const Terms& terms) {
  if (!terms.retain_days.has_value()) return absl::InfiniteFuture();
  const absl::CivilDay today = absl::ToCivilDay(evaluation.t, evaluation.owner->timezone);
  return std::max(evaluation.t,
                  absl::FromCivil(today + *terms.retain_days, evaluation.owner->timezone));
}

bool AllCanBeFixed(const std::vector<Failure>& failures) {
  return std::none_of(failures.begin(), failures.end(), [](const Failure& failure) {
    return failure.fixable_by == FixableBy::kNobody;
  });
}

void AddTerms(const Evaluation& evaluation, const MatrixResult& matrix, Decision& decision) {
  const bool opens = !matrix.cells.empty() && matrix.cells.front().opens;
  if (!opens) return;
  Terms terms = MergeTerms(matrix.cells);
  if (!decision.permitted()) {
    if (AllCanBeFixed(decision.failures)) decision.if_fixed = std::move(terms);
    return;
  }
  decision.delete_by = DeleteBy(evaluation, terms);
  decision.labels = std::move(terms.labels);
  decision.obligations = std::move(terms.obligations);
  decision.fields = std::move(terms.fields);
  decision.records = terms.records;
}

void AddClausesFor(const MatrixResult& matrix, Decision& decision) {
  std::set<std::string> clauses;
  for (const DecidingCell& deciding : matrix.cells) clauses.insert(deciding.cell->clause);
  decision.clauses_for.assign(clauses.begin(), clauses.end());
}

bool Accepts(const Cell& cell, const std::string& code, const Purpose& purpose) {
  return cell.purposes.empty() ||
         std::any_of(cell.purposes.begin(), cell.purposes.end(), [&](const std::string& listed) {
           return listed == code || purpose.counts_as.count(listed) > 0;
         });
}

// A requester whose purpose is no code learns which codes come into question.
void SuggestPurposes(const MatrixResult& matrix, Evaluation& evaluation) {
  if (evaluation.purpose != nullptr || matrix.cells.empty()) return;
  std::vector<std::string> codes;
  for (const auto& [code, purpose] : evaluation.policy.vocabulary.purposes) {
    const auto accepts = [&, code = code, &purpose = purpose](const DecidingCell& deciding) {
      // Of the cells of one document any will do, of all documents each must.
      return std::any_of(matrix.cells.begin(), matrix.cells.end(), [&](const DecidingCell& other) {
        return other.document == deciding.document && Accepts(*other.cell, code, purpose);
      });
    };
    if (!purpose.off && std::all_of(matrix.cells.begin(), matrix.cells.end(), accepts)) {
      codes.push_back(code);
    }
  }
  if (codes.empty()) return;
  for (Failure& failure : evaluation.failures) {
    if (failure.check == "purpose" && failure.stage == Stage::kWellFormed) {
      failure.needed = absl::StrCat("a purpose code: ", JoinWords(codes));
    }
  }
}

// All stages always run, except that without a time nothing else means anything.
MatrixResult RunStages(Evaluation& evaluation) {
  CheckRelease(evaluation);
  if (evaluation.indeterminate) return {};
  CheckWellFormed(evaluation);
  CheckPerson(evaluation);
  CheckProhibitions(evaluation);
  MatrixResult matrix = CheckMatrix(evaluation);
  CheckAuditRules(evaluation);
  SuggestPurposes(matrix, evaluation);
  return matrix;
}

}  // namespace

Decision Decide(const Policy& policy, const Request& request, absl::Time t, Side side) {
  Evaluation evaluation(policy.compiled(), request, t);
  const MatrixResult matrix = RunStages(evaluation);
  std::vector<Hold> holds = OpenHolds(evaluation, matrix.cells);

  Decision decision = NewDecision(evaluation, side);
  decision.outcome = Combine(evaluation, matrix, holds);
  decision.failures = Ordered(std::move(evaluation.failures));
  NameDecidingCell(matrix, decision);
  if (decision.outcome == Outcome::kHold) decision.holds = std::move(holds);
  const bool not_refused =
      decision.outcome == Outcome::kPermit || decision.outcome == Outcome::kHold;
  if (not_refused) {
    AddClausesFor(matrix, decision);
    decision.approvals_used = {evaluation.approvals_used.begin(), evaluation.approvals_used.end()};
  }
  AddTerms(evaluation, matrix, decision);
  decision.valid_until = evaluation.valid_until;
  return decision;
}

}  // namespace fusionhub::policy
