// A second region with other agencies, documents and words: nothing of St. Louis is built in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/decide.h"
#include "policy/stl_requests.h"

namespace fusionhub::policy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SecondRegionTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    TestRegion region = TestRegion::LoadSigned("tests/region_delta/policy", SignedAt());
    EXPECT_THAT(region.Mistakes(), IsEmpty());
    policy_ = region.Compile();
  }
  static void TearDownTestSuite() { policy_.reset(); }

  static Request Face(const std::string& owner) {
    Request request = By("rivertown_pd", FaceRequest(owner));
    request.purpose = "D-face-lead";
    request.identifier = Identifier{"complaint", "D12345", ""};
    request.facts = {{"case_state", "open"}, {"subject_role", "suspect"}};
    return request;
  }
  static Request Plates(const std::string& owner, const std::string& action) {
    Request request = Face(owner);
    request.data = "plate_reads";
    request.action = action;
    request.purpose = "D-vehicle";
    request.facts.clear();
    return request;
  }
  Decision Ask(const Request& request) { return DecideNow(*policy_, request); }
  static std::shared_ptr<const Policy> policy_;
};

std::shared_ptr<const Policy> SecondRegionTest::policy_;

TEST_F(SecondRegionTest, DecidesByItsOwnDocuments) {
  const Decision face = Ask(Face("oakfield_so"));
  EXPECT_EQ(face.outcome, Outcome::kPermit);
  EXPECT_THAT(face.clauses_for, ElementsAre("CHARTER#5"));
  EXPECT_THAT(face.labels, ElementsAre("lead_only"));
  EXPECT_EQ(policy_->revision(), 41u);
  Request request = Face("oakfield_so");
  request.identifier.reset();
  const Decision refused = Ask(request);
  EXPECT_THAT(ClausesOf(refused), ElementsAre("CHARTER#6"));
  EXPECT_EQ(refused.failures[0].needed,
            "warrant, incident number, dispatch number or other (named)");
}

TEST_F(SecondRegionTest, RefusesByItsOwnDocuments) {
  Request request = Face("oakfield_so");
  request.purpose = "D-eviction";
  EXPECT_THAT(ClausesOf(Ask(request)), Contains("CHARTER#9"));
  request.purpose = "REJ-4.2";
  EXPECT_THAT(ClausesOf(Ask(request)), ElementsAre("X#4"));
  EXPECT_THAT(ClausesOf(Ask(By("lakeside_so", Face("oakfield_so")))), Contains("CHARTER#3"));
  EXPECT_EQ(Ask(By("delta_health", Face("hill_county_so"))).failures[0].clause, "PRIV#8");
}

TEST_F(SecondRegionTest, PlatesAreHeldWhereItsLawSaysSo) {
  EXPECT_EQ(Ask(Plates("oakfield_so", "search")).outcome, Outcome::kPermit);
  EXPECT_EQ(Ask(Plates("oakfield_so", "view")).outcome, Outcome::kPermit);
  Request request = Plates("hill_county_so", "search");
  const Decision held = Ask(request);
  EXPECT_EQ(held.outcome, Outcome::kHold);
  EXPECT_EQ(held.holds[0].role, "sheriff_or_designee");
  EXPECT_EQ(held.holds[0].clause, "PRIV#7");
  request.approvals = {{"h-1", "sheriff_or_designee", "head", Now() + absl::Hours(1)}};
  EXPECT_EQ(Ask(request).outcome, Outcome::kPermit);
}

TEST_F(SecondRegionTest, HotlistsOwnDataAndAlerts) {
  Request request = Plates("hill_county_so", "check");
  request.data = "hotlist_entries";
  EXPECT_EQ(Ask(request).outcome, Outcome::kPermit);
  EXPECT_EQ(Ask(Plates("rivertown_pd", "search")).outcome, Outcome::kPermit);
  request.data = "plate_alerts";
  request.action = "alert";
  request.hotlist_category = "stolen_vehicle";
  EXPECT_EQ(Ask(request).outcome, Outcome::kPermit);
  request.hotlist_category = "immigration";
  EXPECT_EQ(Ask(request).outcome, Outcome::kRefuse);
}

}  // namespace
}  // namespace fusionhub::policy
