// Whether the named conditions of a cell hold for a request.
#include "policy/conditions.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace fusionhub::policy {
namespace {

constexpr absl::string_view kTargeting = "targeting";
constexpr absl::string_view kHotlistCategory = "hotlist_category";

bool Contains(const std::vector<std::string>& words, absl::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<std::string> FindFact(const std::vector<Fact>& facts, absl::string_view name) {
  for (const Fact& fact : facts) {
    if (fact.name == name) return fact.value;
  }
  return std::nullopt;
}

// Whether some cell of `agreement` shares this data.
bool Covers(const Agreement& agreement, absl::string_view data) {
  return std::any_of(agreement.cells.begin(), agreement.cells.end(),
                     [&](const Cell& cell) { return cell.Lists(cell.data, data); });
}

class ConditionChecker {
 public:
  ConditionChecker(Evaluation& evaluation, const Agreement* agreement,
                   std::vector<Failure>& failures)
      : evaluation_(evaluation), agreement_(agreement), failures_(failures) {}

  void Check(const Condition& condition) {
    switch (condition.kind) {
      case Condition::Kind::kFact:
        return CheckFact(condition);
      case Condition::Kind::kIfTargeting:
        return CheckTargeting(condition);
      case Condition::Kind::kRegion:
        return CheckRegion(condition);
      case Condition::Kind::kIdentifier:
        return CheckIdentifier(condition);
      case Condition::Kind::kSharingAgreement:
        return CheckAnyInForce(condition, ReachingAgreements(evaluation_));
      case Condition::Kind::kUseAgreement:
        return CheckAnyInForce(condition, UseAgreements(evaluation_));
      case Condition::Kind::kParticipates:
        return CheckParticipates(condition);
      case Condition::Kind::kUsagePolicy:
        return CheckUsagePolicy(condition);
    }
  }

 private:
  void Fail(const Condition& condition, std::string seen, std::string needed, FixableBy who) {
    failures_.push_back({condition.name, condition.clause, Stage::kConditions, std::move(seen),
                         std::move(needed), who});
  }

  // Whoever may state a fact is part of the fact: the requester's word is no record, and no
  // approval.
  std::optional<std::string> Value(const std::string& name, const FactWord& fact) {
    switch (fact.from) {
      case FactWord::From::kRequester:
        return FindFact(evaluation_.request.facts, name);
      case FactWord::From::kRecord:
        return FindFact(evaluation_.request.recorded_facts, name);
      case FactWord::From::kEntry:
        if (name == kHotlistCategory) return evaluation_.request.hotlist_category;
        return FindFact(evaluation_.request.recorded_facts, name);
      case FactWord::From::kApproval:
        if (evaluation_.FindApproval(fact.role) == nullptr) return std::nullopt;
        return fact.words.front();
    }
    return std::nullopt;
  }

  void CheckFact(const Condition& condition) {
    const auto fact = evaluation_.policy.vocabulary.facts.find(condition.name);
    if (fact == evaluation_.policy.vocabulary.facts.end()) {
      return Fail(condition, "unknown", "a condition of the vocabulary", FixableBy::kAdmin);
    }
    const std::optional<std::string> value = Value(condition.name, fact->second);
    if (value.has_value() && Contains(condition.words, *value)) return;
    const bool known = value.has_value() && Contains(fact->second.words, *value);
    const FixableBy who =
        fact->second.from == FactWord::From::kRequester ? FixableBy::kRequester : FixableBy::kOwner;
    Fail(condition, !value.has_value() ? "none" : (known ? *value : "an unknown word"),
         absl::StrJoin(condition.words, " or "), who);
  }

  // Unless the requester says that nobody in particular is meant, somebody is.
  void CheckTargeting(const Condition& condition) {
    const std::optional<std::string> targeting = FindFact(evaluation_.request.facts, kTargeting);
    if (targeting.has_value() && *targeting == "false") return;
    for (const Condition& nested : condition.nested) Check(nested);
  }

  void CheckRegion(const Condition& condition) {
    const auto region = evaluation_.policy.vocabulary.regions.find(condition.words.front());
    const std::vector<Jurisdiction>& places = evaluation_.requester->jurisdictions;
    const bool inside = region != evaluation_.policy.vocabulary.regions.end() && !places.empty() &&
                        std::all_of(places.begin(), places.end(), [&](const Jurisdiction& place) {
                          return Covers(region->second, place);
                        });
    if (inside) return;
    std::vector<std::string> names;
    for (const Jurisdiction& place : places) {
      names.push_back(
          absl::StrCat(place.city.empty() ? absl::StrCat(place.county, " County") : place.city,
                       ", ", place.state));
    }
    Fail(condition, names.empty() ? "no jurisdiction" : JoinWords(names),
         region == evaluation_.policy.vocabulary.regions.end()
             ? condition.words.front()
             : absl::StrCat("an agency within the ", region->second.title),
         FixableBy::kNobody);
  }

  void CheckIdentifier(const Condition& condition) {
    const std::optional<Identifier>& identifier = evaluation_.request.identifier;
    const bool given = identifier.has_value() && !identifier->value.empty();
    if (given && (condition.words.empty() || Contains(condition.words, identifier->kind))) return;
    const Vocabulary& vocabulary = evaluation_.policy.vocabulary;
    Fail(condition, given ? "another kind of identifier" : "none",
         IdentifierTitles(vocabulary,
                          condition.words.empty() ? vocabulary.identifier_order : condition.words),
         FixableBy::kRequester);
  }

  void CheckAnyInForce(const Condition& condition, const std::vector<const Agreement*>& all) {
    bool any = false;
    for (const Agreement* agreement : all) any = InForce(evaluation_, *agreement) || any;
    if (any) return;
    Fail(condition, all.empty() ? "none" : absl::StrCat(all.front()->head.id, ", not in force"),
         "an agreement in force, signed by both parties", FixableBy::kAdmin);
  }

  void CheckParticipates(const Condition& condition) {
    bool participates = false;
    for (const Agreement* own :
         evaluation_.policy.AgreementsOf(evaluation_.request.requester_agency)) {
      const bool same_hub = agreement_ == nullptr || own->recipient == agreement_->recipient;
      const bool same_data = Covers(*own, evaluation_.request.data);
      participates = (same_hub && same_data && InForce(evaluation_, *own)) || participates;
    }
    if (participates) return;
    Fail(condition, "no agreement of the requester's agency in force",
         "the agency contributes under an agreement of its own", FixableBy::kAdmin);
  }

  void CheckUsagePolicy(const Condition& condition) {
    for (const std::string& policy : condition.words) {
      if (Contains(evaluation_.requester->usage_policies, policy)) return;
    }
    Fail(condition, "none on file",
         absl::StrCat("an internal usage policy for ", absl::StrJoin(condition.words, " or ")),
         FixableBy::kAdmin);
  }

  Evaluation& evaluation_;
  const Agreement* const agreement_;
  std::vector<Failure>& failures_;
};

// Whether some cell of `agreement` is about the request, for the requester's class.
bool Reaches(const Evaluation& evaluation, const Agreement& agreement) {
  const Agency* recipient = evaluation.policy.FindAgency(agreement.recipient);
  const bool through_hub = recipient != nullptr && recipient->HasClass(kHubClass);
  if (agreement.recipient != evaluation.request.requester_agency && !through_hub) return false;
  return std::any_of(agreement.cells.begin(), agreement.cells.end(), [&](const Cell& cell) {
    return cell.IsAbout(evaluation.request.data, evaluation.request.action) &&
           evaluation.RequesterHas(cell.to) && !evaluation.RequesterHas(cell.never_to);
  });
}

}  // namespace

bool InForce(Evaluation& evaluation, const Agreement& agreement) {
  evaluation.MayChangeAt(agreement.from);
  evaluation.MayChangeAt(agreement.to);
  return agreement.InForce(evaluation.t);
}

std::vector<const Agreement*> ReachingAgreements(Evaluation& evaluation) {
  std::vector<const Agreement*> reaching;
  for (const Agreement* agreement : evaluation.policy.AgreementsOf(evaluation.request.owner)) {
    if (Reaches(evaluation, *agreement)) reaching.push_back(agreement);
  }
  return reaching;
}

std::vector<const Agreement*> UseAgreements(Evaluation& evaluation) {
  std::vector<const Agreement*> using_it;
  const auto found =
      evaluation.policy.use_agreements_by_user.find(evaluation.request.requester_agency);
  if (found == evaluation.policy.use_agreements_by_user.end()) return using_it;
  for (const Agreement* agreement : found->second) {
    const bool about =
        std::any_of(agreement->cells.begin(), agreement->cells.end(), [&](const Cell& cell) {
          return cell.IsAbout(evaluation.request.data, evaluation.request.action);
        });
    if (about) using_it.push_back(agreement);
  }
  return using_it;
}

std::string IdentifierTitles(const Vocabulary& vocabulary, const std::vector<std::string>& kinds) {
  std::string text;
  for (size_t i = 0; i < kinds.size(); ++i) {
    const auto title = vocabulary.identifiers.find(kinds[i]);
    const absl::string_view separator = i == 0 ? "" : (i + 1 == kinds.size() ? " or " : ", ");
    absl::StrAppend(&text, separator,
                    title == vocabulary.identifiers.end() ? kinds[i] : title->second);
  }
  return text;
}

void CheckConditions(Evaluation& evaluation, const std::vector<Condition>& conditions,
                     const Agreement* agreement, std::vector<Failure>& failures) {
  ConditionChecker checker(evaluation, agreement, failures);
  for (const Condition& condition : conditions) checker.Check(condition);
}

}  // namespace fusionhub::policy
