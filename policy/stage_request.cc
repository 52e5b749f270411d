// Stages 1 and 2: what can be judged without looking at any agreement.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "policy/hub_rules.h"
#include "policy/stages.h"

namespace fusionhub::policy {
namespace {

constexpr size_t kMaxIdentifier = 64;
constexpr absl::string_view kOtherNamed = "other_named";
constexpr absl::string_view kDistribute = "distribute";

bool Contains(const std::vector<std::string>& words, absl::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Unknown words are never repeated: a requester may have typed anything there.
class WellFormedCheck {
 public:
  explicit WellFormedCheck(Evaluation& evaluation)
      : evaluation_(evaluation),
        request_(evaluation.request),
        vocabulary_(evaluation.policy.vocabulary) {}

  void Run() {
    CheckAgencies();
    CheckSubject();
    CheckPurpose();
    CheckFacts(request_.facts, /*recorded=*/false);
    CheckFacts(request_.recorded_facts, /*recorded=*/true);
    CheckCategory();
    CheckIdentifier();
  }

 private:
  void Fail(absl::string_view check, absl::string_view clause, std::string seen, std::string needed,
            FixableBy who = FixableBy::kRequester) {
    evaluation_.Fail({std::string(check), std::string(clause), Stage::kWellFormed, std::move(seen),
                      std::move(needed), who});
  }

  void CheckAgencies() {
    if (evaluation_.owner == nullptr) {
      Fail("owner", kWordsClause, "an unknown agency", "an agency of this region");
    }
    if (evaluation_.requester == nullptr) {
      Fail("requester", kWordsClause, "an unknown agency", "an agency of this region",
           FixableBy::kAdmin);
    }
    if (request_.standing_distribution) return;  // nobody asks
    if (request_.person.id.empty() ||
        request_.person.employer_agency != request_.requester_agency) {
      Fail("employer", kIdentityClause,
           request_.person.id.empty() ? "no person" : "another agency's person",
           "a person whom the requesting agency employs", FixableBy::kNobody);
    }
  }

  void CheckSubject() {
    if (vocabulary_.data.count(request_.data) == 0) {
      Fail("data", kWordsClause, "not a data category", "a data category of this region");
    }
    if (vocabulary_.actions.count(request_.action) == 0) {
      Fail("action", kWordsClause, "not an action", "an action of this region");
    }
    // Without this, a flag would set any question free of the rules about persons.
    if (request_.standing_distribution && request_.action != kDistribute) {
      Fail("standing_distribution", kIdentityClause, "no person",
           "a person, for everything but the distribution of hotlists", FixableBy::kNobody);
    }
  }

  void CheckPurpose() {
    const Purpose* purpose = evaluation_.purpose;
    if (purpose == nullptr) {
      Fail("purpose", kPurposeClause, request_.purpose.empty() ? "none" : "not a purpose code",
           "a purpose code of this region");
    } else if (purpose->off) {
      Fail("purpose", purpose->clause, request_.purpose,
           "a purpose code that is in use; this one needs an amendment", FixableBy::kAdmin);
    }
  }

  void CheckFacts(const std::vector<Fact>& facts, bool recorded) {
    std::set<std::string> names;
    for (const Fact& fact : facts) {
      const auto known = vocabulary_.facts.find(fact.name);
      if (known == vocabulary_.facts.end()) {
        Fail("facts", kWordsClause, "an unknown fact", "facts of the vocabulary");
        continue;
      }
      if (!names.insert(fact.name).second) {
        Fail(fact.name, kWordsClause, "stated twice", "one word");
      }
      if (!Contains(known->second.words, fact.value)) {
        Fail(fact.name, kWordsClause, "an unknown word", JoinWords(known->second.words));
      }
      if (!recorded && known->second.from != FactWord::From::kRequester) {
        Fail(fact.name, kWordsClause, "stated by the requester",
             "a record or an approval of the owner");
      }
    }
  }

  void CheckCategory() {
    if (!request_.hotlist_category.has_value()) return;
    const auto known = vocabulary_.facts.find("hotlist_category");
    if (known != vocabulary_.facts.end() &&
        Contains(known->second.words, *request_.hotlist_category)) {
      return;
    }
    Fail("hotlist_category", kWordsClause, "an unknown word", "a category of the vocabulary");
  }

  void CheckIdentifier() {
    if (!request_.identifier.has_value()) return;
    const Identifier& identifier = *request_.identifier;
    if (vocabulary_.identifiers.count(identifier.kind) == 0) {
      Fail("identifier", kWordsClause, "an unknown kind of identifier",
           JoinWords(vocabulary_.identifier_order));
    }
    if (identifier.value.size() > kMaxIdentifier || identifier.other_name.size() > kMaxIdentifier) {
      Fail("identifier", kWordsClause, "longer than 64 bytes", "at most 64 bytes");
    }
    const bool other = identifier.kind == kOtherNamed;
    if (other == identifier.other_name.empty()) {
      Fail("identifier", kWordsClause, other ? "no name" : "a name that belongs to another kind",
           "a name for the kind 'other (named)', and only there");
    }
  }

  Evaluation& evaluation_;
  const Request& request_;
  const Vocabulary& vocabulary_;
};

}  // namespace

void CheckWellFormed(Evaluation& evaluation) { WellFormedCheck(evaluation).Run(); }

void CheckRelease(Evaluation& evaluation) {
  const absl::Time t = evaluation.t;
  if (t == absl::InfinitePast() || t == absl::InfiniteFuture()) {
    evaluation.indeterminate = true;
    evaluation.Fail({"clock", std::string(kReleaseClause), Stage::kRelease, "no time",
                     "a trustworthy clock", FixableBy::kAdmin});
    return;
  }
  const Release& release = evaluation.policy.release;
  evaluation.MayChangeAt(release.activate_at);
  evaluation.MayChangeAt(release.expires);
  if (t >= release.activate_at && t < release.expires) return;
  evaluation.Fail({"release", std::string(kReleaseClause), Stage::kRelease,
                   t < release.activate_at ? "not active yet" : "expired",
                   "a release that is active", FixableBy::kAdmin});
}

}  // namespace fusionhub::policy
