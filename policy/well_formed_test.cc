// Unknown words, missing facts, a bad clock and an expired release refuse, and nothing personal is
// repeated.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/decide.h"
#include "policy/explain_json.h"
#include "policy/stl_requests.h"

namespace fusionhub::policy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class WellFormedTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { policy_ = StlRegion().Compile(); }
  static void TearDownTestSuite() { policy_.reset(); }
  static std::shared_ptr<const Policy> policy_;
};

std::shared_ptr<const Policy> WellFormedTest::policy_;

TEST_F(WellFormedTest, RefusesUnknownWords) {
  constexpr char kSecret[] = "JOHN DOE";
  std::vector<Request> requests(9, FaceRequest());
  requests[0].owner = kSecret;
  requests[1].requester_agency = kSecret;
  requests[2].data = kSecret;
  requests[3].action = kSecret;
  requests[4].purpose = kSecret;
  requests[5].facts.push_back({kSecret, "x"});
  requests[6].facts[0].value = kSecret;
  requests[7].identifier->kind = kSecret;
  requests[8].hotlist_category = kSecret;
  for (size_t i = 0; i < requests.size(); ++i) {
    const Decision decision = DecideNow(*policy_, requests[i]);
    EXPECT_EQ(decision.outcome, Outcome::kRefuse) << i;
    EXPECT_THAT(ExplainJson(*policy_, decision), Not(HasSubstr("JOHN"))) << i;
  }
}

TEST_F(WellFormedTest, RefusesAFactStatedTwiceOrForAnother) {
  Request request = FaceRequest();
  request.facts.push_back({"person_status", "witness"});
  EXPECT_EQ(DecideNow(*policy_, request).outcome, Outcome::kRefuse);
  request = FaceRequest();
  request.facts.push_back({"authorised_by", "mayor"});  // a record, not the requester's word
  EXPECT_THAT(ClausesOf(DecideNow(*policy_, request)), ElementsAre("X#words"));
}

TEST_F(WellFormedTest, OtherIdentifierNeedsItsName) {
  Request request = FaceRequest();
  request.identifier = Identifier{"other_named", "17", ""};
  EXPECT_EQ(DecideNow(*policy_, request).outcome, Outcome::kRefuse);
  request.identifier = Identifier{"warrant", "17", "coroner"};
  EXPECT_EQ(DecideNow(*policy_, request).outcome, Outcome::kRefuse);
  request.identifier = Identifier{"warrant", std::string(65, '1'), ""};
  EXPECT_EQ(DecideNow(*policy_, request).outcome, Outcome::kRefuse);
}

TEST_F(WellFormedTest, WithoutATimeNothingIsDecided) {
  for (const absl::Time t : {absl::InfinitePast(), absl::InfiniteFuture()}) {
    const Decision decision = Decide(*policy_, FaceRequest(), t, Side::kOwner);
    EXPECT_EQ(decision.outcome, Outcome::kIndeterminate);
    EXPECT_THAT(ClausesOf(decision), ElementsAre("X#release"));
  }
}

TEST_F(WellFormedTest, ReleaseCountsFromActivationToExpiry) {
  TestRegion region = StlRegion();
  region.Put("release.yaml",
             "kind: Release\nrevision: 7\nactivate_at: 2025-03-08T00:00:00-06:00\n"
             "expires: 2025-03-11T00:00:00-05:00\n");
  const auto policy = region.Compile();
  EXPECT_EQ(policy->revision(), 7u);
  EXPECT_EQ(policy->release_expires(), Local("2025-03-11 00:00:00"));
  const auto at = [&](const char* text) {
    return Decide(*policy, FaceRequest(), Local(text), Side::kOwner).outcome;
  };
  EXPECT_EQ(at("2025-03-07 23:59:59"), Outcome::kRefuse);
  EXPECT_EQ(at("2025-03-08 00:00:00"), Outcome::kPermit);
  EXPECT_EQ(at("2025-03-10 23:59:59"), Outcome::kPermit);
  EXPECT_EQ(at("2025-03-11 00:00:00"), Outcome::kRefuse);
}

TEST_F(WellFormedTest, BothSidesDecideTheSame) {
  for (const Request& request :
       {FaceRequest(), SlmpdIndex(), By("boone_county_so", FaceRequest())}) {
    const Decision owner = Decide(*policy_, request, Now(), Side::kOwner);
    const Decision requester = Decide(*policy_, request, Now(), Side::kRequester);
    EXPECT_EQ(owner.outcome, requester.outcome);
    EXPECT_EQ(ClausesOf(owner), ClausesOf(requester));
    EXPECT_EQ(owner.facts_digest, requester.facts_digest);
    EXPECT_NE(owner.side, requester.side);
  }
}

TEST_F(WellFormedTest, DigestOfFactsChangesWithEveryFact) {
  const std::string digest = DecideNow(*policy_, FaceRequest()).facts_digest;
  Request request = FaceRequest();
  request.reason += ".";
  EXPECT_NE(DecideNow(*policy_, request).facts_digest, digest);
  request = FaceRequest();
  request.person.human = false;
  EXPECT_NE(DecideNow(*policy_, request).facts_digest, digest);
}

}  // namespace
}  // namespace fusionhub::policy
