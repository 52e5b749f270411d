// Who is asked, and what is decided for each.
#include "broker/planning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "broker/test_course.h"
#include "policy/decide.h"
#include "query/test_query.h"

namespace fusionhub::broker {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Text(const QueryPlan& plan) {
  std::vector<std::string> lines;
  for (const OwnerPlan& owner : plan.owners) {
    lines.push_back(owner.owner + " " + std::string(policy::OutcomeWord(owner.decision.outcome)));
  }
  return lines;
}

class PlanningTest : public ::testing::Test {
 protected:
  QueryPlan Plan(const v1::Query& query) { return hub_.Plan(hub_.Admit(query)); }
  static v1::Query Index() {
    v1::Query query = query::TestPlateIndex(query::TestQuestioner::Now());
    query.clear_facts();
    return query;
  }
  TestCourse hub_{"planning"};
};

TEST_F(PlanningTest, AsksEveryContributorButTheRequester) {
  EXPECT_THAT(Text(Plan(hub_.world().FaceQuestion())),
              ElementsAre("slmpd permit", "st_louis_county_pd permit"));
}

TEST_F(PlanningTest, DecidesForEachOwner) {
  const QueryPlan plan = Plan(Index());
  EXPECT_THAT(Text(plan), ElementsAre("slmpd hold", "st_louis_county_pd permit"));
  EXPECT_TRUE(plan.Any(policy::Outcome::kPermit));
  EXPECT_TRUE(plan.Any(policy::Outcome::kHold));
  EXPECT_FALSE(plan.Any(policy::Outcome::kRefuse));
}

TEST_F(PlanningTest, NamedOwnersAreTheOnlyOnes) {
  v1::Query query = hub_.world().FaceQuestion();
  query.add_owners("st_louis_county_pd");
  query.add_owners("nowhere_pd");
  EXPECT_THAT(Text(Plan(query)), ElementsAre("nowhere_pd refuse", "st_louis_county_pd permit"));
}

TEST_F(PlanningTest, TheRequestersOwnDataIsAskedOnlyWhenItIsNamed) {
  v1::Query query = hub_.world().FaceQuestion();
  query.add_owners("st_charles_pd");  // its own-use order then decides
  EXPECT_THAT(Text(Plan(query)), ElementsAre("st_charles_pd permit"));
}

TEST_F(PlanningTest, ApprovalsAreLookedUpPerOwnerAndGoWithTheOrder) {
  const Question question = hub_.Admit(Index());
  std::set<std::string> looked_up;
  const QueryPlan plan = PlanQuery(
      question,
      [&](const std::string& owner) {
        looked_up.insert(owner);
        CitedApprovals cited;
        if (owner == "slmpd") {
          cited.authorisations.emplace_back().set_authorisation("as signed");
          cited.verified.push_back(
              {"H-1", "chief_or_designee", "chief-demo", hub_.clock().Now() + absl::Hours(1)});
        }
        return cited;
      },
      policy::Decide);
  EXPECT_THAT(looked_up, ElementsAre("slmpd", "st_louis_county_pd"));
  EXPECT_THAT(Text(plan), ElementsAre("slmpd permit", "st_louis_county_pd permit"));
  EXPECT_EQ(plan.owners[0].authorisations.size(), 1u);
  EXPECT_THAT(plan.owners[0].decision.approvals_used, ElementsAre("H-1"));
  EXPECT_THAT(plan.owners[1].authorisations, IsEmpty());
}

TEST_F(PlanningTest, DecidesAtTheQuestionsTimeForTheRequestersSide) {
  const Question question = hub_.Admit(hub_.world().Question());
  PlanQuery(
      question, [](const std::string&) { return CitedApprovals(); },
      [&](const policy::Policy& policy, const policy::Request& request, absl::Time at,
          policy::Side side) {
        EXPECT_EQ(&policy, question.policy.get());
        EXPECT_EQ(at, question.decided_at);
        EXPECT_EQ(side, policy::Side::kRequester);
        EXPECT_EQ(request.requester_agency, "st_charles_pd");
        return policy::Decision();
      });
}

TEST_F(PlanningTest, AHitIsPutToOneOwnerWithItsCategory) {
  v1::Query query = query::TestSubscription(query::TestQuestioner::Now());
  query.clear_facts();
  const Question question = hub_.Admit(query);
  EXPECT_THAT(Text(PlanHit(question, "st_louis_county_pd", "stolen_vehicle", policy::Decide)),
              ElementsAre("st_louis_county_pd permit"));
  EXPECT_THAT(Text(PlanHit(question, "st_louis_county_pd", "no such category", policy::Decide)),
              ElementsAre("st_louis_county_pd refuse"));
}

TEST_F(PlanningTest, NobodyToAskIsAnEmptyPlan) {
  const QueryPlan plan = QueryPlan();
  EXPECT_FALSE(plan.Any(policy::Outcome::kPermit));
  EXPECT_FALSE(plan.Any(policy::Outcome::kHold));
}

}  // namespace
}  // namespace fusionhub::broker
