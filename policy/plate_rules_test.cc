// Plates and hotlists: the ALPR plan's rules and the terms of the other owners.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/decide.h"
#include "policy/stl_requests.h"

namespace fusionhub::policy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class PlateRulesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { policy_ = StlRegion().Compile(); }
  static void TearDownTestSuite() { policy_.reset(); }
  Decision Ask(const Request& request) { return DecideNow(*policy_, request); }
  static VerifiedApproval Approval() {
    return {"auth-1", "chief_or_designee", "chief-demo", Now() + absl::Hours(1)};
  }
  static std::shared_ptr<const Policy> policy_;
};

std::shared_ptr<const Policy> PlateRulesTest::policy_;

TEST_F(PlateRulesTest, IndexStepShowsCountsAndTimesOnly) {
  const Decision decision = Ask(IndexRequest());
  EXPECT_EQ(decision.outcome, Outcome::kPermit);
  EXPECT_THAT(decision.fields.show, UnorderedElementsAre("read_ref", "count", "first_read_at",
                                                         "last_read_at", "captured_at"));
  EXPECT_EQ(decision.records.max_age_days, 90);
}

TEST_F(PlateRulesTest, DetailStepShowsWhatTheOwnersAgreementLists) {
  Request request = IndexRequest();
  request.action = "view";
  EXPECT_THAT(Ask(request).fields.show, Contains("vehicle"));
  Request other = By("st_louis_county_pd", request);
  other.owner = "st_charles_pd";
  const Decision decision = Ask(other);
  EXPECT_EQ(decision.outcome, Outcome::kPermit);
  EXPECT_THAT(decision.fields.show, Contains("image"));
  EXPECT_THAT(decision.fields.show, Not(Contains("vehicle")));
}

TEST_F(PlateRulesTest, ALPR_1_RefusesOtherPurposes) {
  for (const char* purpose : {"crime", "traffic_monitoring", "missing_endangered"}) {
    Request request = SlmpdIndex();
    request.purpose = purpose;
    const Decision decision = Ask(request);
    EXPECT_EQ(decision.outcome, Outcome::kRefuse) << purpose;
    EXPECT_THAT(ClausesOf(decision), ElementsAre("ALPR#purpose")) << purpose;
  }
  Request request = IndexRequest();
  request.purpose = "traffic_monitoring";
  EXPECT_THAT(ClausesOf(Ask(request)), ElementsAre("PLATES#2"));
}

TEST_F(PlateRulesTest, ALPR_2_AlertsOnlyForStolenAndFelonyVehicles) {
  for (const char* category : {"stolen_vehicle", "felony_vehicle"}) {
    Request request = AlertRequest();
    request.hotlist_category = category;
    EXPECT_EQ(Ask(request).outcome, Outcome::kPermit) << category;
  }
  for (const char* category : {"missing_person", "endangered_person", "stolen_plate",
                               "misdemeanor_warrant", "protection_order", "immigration",
                               "sex_offender", "gang", "supervised_release", "amber_alert"}) {
    Request request = AlertRequest();
    request.hotlist_category = category;
    EXPECT_EQ(Ask(request).outcome, Outcome::kRefuse) << category;
    EXPECT_THAT(ClausesOf(Ask(request)), ElementsAre("PLATES#3")) << category;
    request.owner = "slmpd";
    EXPECT_THAT(ClausesOf(Ask(request)), ElementsAre("ALPR#authorized.b")) << category;
  }
}

TEST_F(PlateRulesTest, ALPR_2_CategoryIsTheEntrysNotTheRequesters) {
  Request request = AlertRequest();
  request.hotlist_category.reset();
  EXPECT_EQ(Ask(request).outcome, Outcome::kRefuse);
  request.facts = {{"hotlist_category", "stolen_vehicle"}};
  EXPECT_EQ(Ask(request).outcome, Outcome::kRefuse);
}

TEST_F(PlateRulesTest, ALPR_6_EveryOutsideRequestIsHeldForTheChief) {
  for (const char* action : {"search", "view"}) {
    Request request = SlmpdIndex();
    request.action = action;
    const Decision decision = Ask(request);
    EXPECT_EQ(decision.outcome, Outcome::kHold) << action;
    ASSERT_EQ(decision.holds.size(), 1u);
    EXPECT_EQ(decision.holds[0].role, "chief_or_designee");
    EXPECT_EQ(decision.holds[0].clause, "ALPR#sharing.b");
    EXPECT_EQ(decision.holds[0].expires, absl::Hours(72));
    EXPECT_THAT(decision.fields.show, IsEmpty());
  }
}

TEST_F(PlateRulesTest, ALPR_6_AVerifiedApprovalLiftsTheHold) {
  Request request = SlmpdIndex();
  request.approvals = {Approval()};
  const Decision decision = Ask(request);
  EXPECT_EQ(decision.outcome, Outcome::kPermit);
  EXPECT_THAT(decision.approvals_used, ElementsAre("auth-1"));
  EXPECT_THAT(decision.clauses_for, ElementsAre("ALPR#sharing.b"));
  EXPECT_EQ(decision.valid_until, Now() + absl::Hours(1));
}

TEST_F(PlateRulesTest, ALPR_6_OtherApprovalsDoNotLiftTheHold) {
  std::vector<VerifiedApproval> useless(5, Approval());
  useless[0].role = "mayor";
  useless[1].key_id = "mayor-demo";  // a key of the owner without the role
  useless[2].key_id = "nobody";
  useless[3].expires_at = Now();         // just expired
  useless[4].key_id = "commander-demo";  // a key of another agency
  for (const VerifiedApproval& approval : useless) {
    Request request = SlmpdIndex();
    request.approvals = {approval};
    EXPECT_EQ(Ask(request).outcome, Outcome::kHold) << approval.role << " " << approval.key_id;
  }
}

TEST_F(PlateRulesTest, ALPR_6_ApprovalLiftsAHoldNotARefusal) {
  Request request = SlmpdIndex();
  request.approvals = {Approval()};
  request.identifier.reset();
  const Decision decision = Ask(request);
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_THAT(decision.approvals_used, IsEmpty());
}

TEST_F(PlateRulesTest, ALPR_8_OwnTrainedUsersAreNotHeld) {
  Request request = By("slmpd", SlmpdIndex());
  request.facts = {{"targeting", "false"}};
  const Decision decision = Ask(request);
  EXPECT_EQ(decision.outcome, Outcome::kPermit);
  EXPECT_THAT(decision.clauses_for, ElementsAre("ALPR#protection", "EO#2.7.r1"));
}

TEST_F(PlateRulesTest, ALPR_12_RefusesClassesThatThePlanDoesNotName) {
  const Decision decision = Ask(By("stl_public_health", SlmpdIndex()));
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_THAT(ClausesOf(decision), Contains("ALPR#sharing.a"));
  EXPECT_THAT(ClausesOf(decision), Contains("EO#2.8.r2"));
}

TEST_F(PlateRulesTest, EO_T2b_PublicHealthGetsNoHotlists) {
  const Decision decision = Ask(By("stl_public_health", HotlistRequest()));
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_THAT(ClausesOf(decision), Contains("EO#2.8.r2"));
}

TEST_F(PlateRulesTest, EO_T2d_EmergencyResponseGetsNoPlates) {
  EXPECT_EQ(Ask(By("stl_emergency", SlmpdIndex())).failures[0].clause, "EO#2.8.r4");
}

TEST_F(PlateRulesTest, HotlistCheckByOwnersWhoseTermsAllow) {
  for (const char* owner : {"slmpd", "st_louis_county_pd"}) {
    EXPECT_EQ(Ask(HotlistRequest(owner)).outcome, Outcome::kPermit) << owner;
  }
  EXPECT_EQ(Ask(By("boone_county_so", HotlistRequest())).outcome, Outcome::kRefuse);
}

TEST_F(PlateRulesTest, HotlistDistributionOnlyForAlertableCategories) {
  Request request = HotlistRequest();
  request.action = "distribute";
  request.hotlist_category = "felony_vehicle";
  EXPECT_EQ(Ask(request).outcome, Outcome::kPermit);
  request.hotlist_category = "immigration";
  EXPECT_EQ(Ask(request).outcome, Outcome::kRefuse);
}

TEST_F(PlateRulesTest, StandingDistributionNeedsNoPersonAndIsNothingElse) {
  Request request = HotlistRequest();
  request.action = "distribute";
  request.hotlist_category = "felony_vehicle";
  request.person = {};
  EXPECT_EQ(Ask(request).outcome, Outcome::kRefuse);
  request.standing_distribution = true;
  EXPECT_EQ(Ask(request).outcome, Outcome::kPermit);
  request.hotlist_category = "immigration";
  EXPECT_EQ(Ask(request).outcome, Outcome::kRefuse);
  for (Request other : {FaceRequest(), IndexRequest(), HotlistRequest(), AlertRequest()}) {
    other.standing_distribution = true;
    EXPECT_EQ(Ask(other).outcome, Outcome::kRefuse) << other.data;
  }
}

TEST(HotlistTermsTest, OwnerWithoutTermsRefusesByDefault) {
  TestRegion region = StlRegion();
  region.Remove("agreements/hotlist-slmpd.yaml");
  const Decision decision = DecideNow(*region.Compile(), HotlistRequest("slmpd"));
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_THAT(ClausesOf(decision), ElementsAre("X#deny"));
}

}  // namespace
}  // namespace fusionhub::policy
