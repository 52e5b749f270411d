// Stage 3: the standing of the person, as the audit rules of both agencies demand.
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "policy/stages.h"

namespace fusionhub::policy {
namespace {

// Applies one agency's rules, with that agency's calendar.
class PersonCheck {
 public:
  PersonCheck(Evaluation& evaluation, const AuditRules& rules, absl::TimeZone zone)
      : evaluation_(evaluation),
        rules_(rules),
        zone_(zone),
        today_(absl::ToCivilDay(evaluation.t, zone)) {}

  void Run() {
    CheckHuman();
    if (evaluation_.request.standing_distribution) return;
    const PersonFacts& person = evaluation_.request.person;
    const UserRules& users = rules_.users;
    if (users.commissioned && !person.commissioned) {
      Fail("commissioned", "not commissioned", "a commissioned person");
    }
    if (users.cjis_cleared && !person.cjis_cleared) {
      Fail("cjis", "not cleared", "CJIS clearance");
    }
    if (users.vetted) CheckDone("vetted", person.vetted, users.vetted_days);
    if (users.training_days) CheckDone("training", person.trained, users.training_days);
    if (users.revalidated_days) {
      CheckDone("revalidated", person.revalidated, users.revalidated_days);
    }
  }

 private:
  void Fail(const std::string& check, std::string seen, std::string needed) {
    const auto clause = rules_.users.clauses.find(check);
    evaluation_.Fail({check, clause == rules_.users.clauses.end() ? rules_.clause : clause->second,
                      Stage::kPerson, std::move(seen), std::move(needed), FixableBy::kAdmin});
  }

  // Done on some day up to today, and good for `days` days from then: it lapses when the last one
  // begins that is as many days later.
  void CheckDone(const std::string& check, std::optional<absl::CivilDay> done,
                 std::optional<int> days) {
    const std::string needed =
        days.has_value() ? absl::StrCat("within ", *days, " days") : "a date";
    if (!done.has_value()) return Fail(check, "none", needed);
    evaluation_.MayChangeAt(absl::FromCivil(*done, zone_));
    if (days.has_value()) evaluation_.MayChangeAt(absl::FromCivil(*done + *days, zone_));
    const bool lapsed = days.has_value() && today_ - *done >= *days;
    if (*done > today_) return Fail(check, "a date to come", needed);
    if (lapsed) Fail(check, absl::FormatCivilTime(*done), needed);
  }

  void CheckHuman() {
    for (const std::string& data : rules_.human_initiated_data) {
      if (data != evaluation_.request.data || evaluation_.request.person.human) continue;
      evaluation_.Fail({"human_initiated", rules_.human_initiated_clause, Stage::kPerson,
                        "not a person", "a query that a person starts", FixableBy::kNobody});
    }
  }

  Evaluation& evaluation_;
  const AuditRules& rules_;
  const absl::TimeZone zone_;
  const absl::CivilDay today_;
};

void CheckUnder(const Agency* agency, Evaluation& evaluation) {
  if (agency == nullptr) return;
  for (const AuditRules* rules : evaluation.policy.AuditRulesOf(agency->id)) {
    if (!rules->AppliesTo(evaluation.request.data)) continue;
    PersonCheck(evaluation, *rules, agency->timezone).Run();
  }
}

}  // namespace

void CheckPerson(Evaluation& evaluation) {
  CheckUnder(evaluation.owner, evaluation);
  if (!evaluation.own_data) CheckUnder(evaluation.requester, evaluation);
}

}  // namespace fusionhub::policy
