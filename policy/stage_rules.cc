// Stages 5, 8 and 9: prohibitions, and the audit rules about identifier and reason.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "policy/conditions.h"
#include "policy/reason_text.h"
#include "policy/stages.h"

namespace fusionhub::policy {
namespace {

bool Contains(const std::vector<std::string>& words, absl::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool Forbids(const Prohibition& rule, Evaluation& evaluation) {
  const Request& request = evaluation.request;
  const bool bound = rule.authority.empty() ||
                     evaluation.AuthorityBinds(rule.authority, request.owner) ||
                     evaluation.AuthorityBinds(rule.authority, request.requester_agency);
  return bound && (rule.purposes.empty() || evaluation.PurposeIn(rule.purposes)) &&
         (rule.data.empty() || evaluation.Involves(rule.data)) &&
         (rule.actions.empty() || Contains(rule.actions, request.action)) &&
         (rule.to.empty() || evaluation.RequesterHas(rule.to));
}

class AuditCheck {
 public:
  AuditCheck(Evaluation& evaluation, const AuditRules& rules, Stage stage)
      : evaluation_(evaluation), rules_(rules), stage_(stage) {}

  void Run() {
    CheckIdentifier();
    for (const AuditRules::NumberPattern& number : rules_.patterns) CheckNumber(number);
    if (rules_.reason.has_value()) CheckReason(*rules_.reason);
  }

 private:
  void Fail(std::string check, std::string clause, std::string seen, std::string needed) {
    evaluation_.Fail({std::move(check), std::move(clause), stage_, std::move(seen),
                      std::move(needed), FixableBy::kRequester});
  }

  void CheckIdentifier() {
    if (rules_.identifier_any_of.empty()) return;
    const std::optional<Identifier>& identifier = evaluation_.request.identifier;
    const bool given = identifier.has_value() && !identifier->value.empty();
    if (given && Contains(rules_.identifier_any_of, identifier->kind)) return;
    Fail("identifier", rules_.identifier_clause, given ? "another kind of identifier" : "none",
         IdentifierTitles(evaluation_.policy.vocabulary, rules_.identifier_any_of));
  }

  void CheckNumber(const AuditRules::NumberPattern& number) {
    const std::optional<Identifier>& identifier = evaluation_.request.identifier;
    if (!identifier.has_value() || identifier->kind != number.kind) return;
    if (number.pattern.Matches(identifier->value)) return;
    Fail(number.check, number.clause, "a number of another form",
         absl::StrCat("the form ", number.pattern.text()));
  }

  void CheckReason(const AuditRules::ReasonText& reason) {
    const int words = CountContentWords(evaluation_.request.reason,
                                        evaluation_.policy.vocabulary.empty_words, reason.refuse);
    if (words >= reason.min_content_words) return;
    Fail("reason_text", reason.clause, absl::StrCat(words, " words that say something"),
         absl::StrCat("a reason with at least ", reason.min_content_words,
                      " words that say what happened and whom or what is sought"));
  }

  Evaluation& evaluation_;
  const AuditRules& rules_;
  const Stage stage_;
};

void CheckUnder(const std::string& agency, Stage stage, Evaluation& evaluation) {
  for (const AuditRules* rules : evaluation.policy.AuditRulesOf(agency)) {
    if (!rules->AppliesTo(evaluation.request.data)) continue;
    AuditCheck(evaluation, *rules, stage).Run();
  }
}

}  // namespace

void CheckProhibitions(Evaluation& evaluation) {
  for (const Prohibition& rule : evaluation.policy.prohibitions) {
    if (!Forbids(rule, evaluation)) continue;
    // No hint: nothing opens what is prohibited.
    evaluation.Fail({"prohibition", rule.clause, Stage::kProhibition,
                     rule.purposes.empty() ? "prohibited" : evaluation.request.purpose, "",
                     FixableBy::kNobody});
  }
}

void CheckAuditRules(Evaluation& evaluation) {
  CheckUnder(evaluation.request.owner, Stage::kOwnerRules, evaluation);
  if (evaluation.own_data) return;
  CheckUnder(evaluation.request.requester_agency, Stage::kRequesterRules, evaluation);
}

}  // namespace fusionhub::policy
