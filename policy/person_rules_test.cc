// Who may use the data: training, revalidation, vetting, to the second; and who employs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/decide.h"
#include "policy/stl_requests.h"

namespace fusionhub::policy {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;

class PersonRulesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { policy_ = StlRegion().Compile(); }
  static void TearDownTestSuite() { policy_.reset(); }
  static std::shared_ptr<const Policy> policy_;
};

std::shared_ptr<const Policy> PersonRulesTest::policy_;

TEST_F(PersonRulesTest, REJ_3B1_TrainingLapsesAfterAYear) {
  Request request = FaceRequest();
  request.person.trained = absl::CivilDay(2024, 3, 20);
  const absl::Time lapse = Local("2025-03-20 00:00:00");
  const Decision before = Decide(*policy_, request, lapse - absl::Seconds(1), Side::kOwner);
  EXPECT_EQ(before.outcome, Outcome::kPermit);
  EXPECT_EQ(before.valid_until, lapse);
  for (const absl::Time t : {lapse, lapse + absl::Seconds(1)}) {
    const Decision after = Decide(*policy_, request, t, Side::kOwner);
    EXPECT_EQ(after.outcome, Outcome::kRefuse);
    EXPECT_THAT(ChecksOf(after), Each("training"));
    EXPECT_THAT(ClausesOf(after), Contains("SMRT#protection"));
    EXPECT_EQ(after.failures[0].seen, "2024-03-20");
    EXPECT_EQ(after.failures[0].needed, "within 365 days");
    EXPECT_EQ(after.failures[0].fixable_by, FixableBy::kAdmin);
  }
}

TEST_F(PersonRulesTest, MissingOrFutureTrainingRefuses) {
  Request request = FaceRequest();
  request.person.trained.reset();
  EXPECT_EQ(DecideNow(*policy_, request).failures[0].seen, "none");
  request.person.trained = absl::CivilDay(2025, 3, 11);
  const Decision decision = DecideNow(*policy_, request);
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_EQ(decision.failures[0].seen, "a date to come");
}

TEST_F(PersonRulesTest, EO_3_3_RevalidationLapsesAfterAYear) {
  Request request = FaceRequest();
  request.person.revalidated = absl::CivilDay(2024, 3, 9);
  const Decision decision = DecideNow(*policy_, request);
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_THAT(ClausesOf(decision), ElementsAre("SCPD-AR#2", "SLMPD-AR#2"));
  request.person.revalidated = absl::CivilDay(2024, 3, 11);
  EXPECT_EQ(DecideNow(*policy_, request).outcome, Outcome::kPermit);
}

TEST_F(PersonRulesTest, RefusesAPersonOfAnotherAgency) {
  Request request = FaceRequest();
  request.person.employer_agency = "st_louis_county_pd";
  EXPECT_THAT(ClausesOf(DecideNow(*policy_, request)), ElementsAre("X#identity"));
  request.person.employer_agency = "st_charles_pd";
  request.person.id.clear();
  EXPECT_THAT(ClausesOf(DecideNow(*policy_, request)), ElementsAre("X#identity"));
}

TEST_F(PersonRulesTest, RequestersOwnRulesApplyToo) {
  TestRegion region = StlRegion();
  region.Edit("audit/st-charles-pd.yaml", "training_days: 365", "training_days: 100");
  const Decision decision = DecideNow(*region.Compile(), FaceRequest());
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_THAT(ClausesOf(decision), ElementsAre("SCPD-AR#2"));
}

}  // namespace
}  // namespace fusionhub::policy
