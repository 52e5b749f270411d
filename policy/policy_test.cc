// What others may ask of a compiled policy.
#include "policy/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/stl_requests.h"
#include "policy/vocabulary.h"

namespace fusionhub::policy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::SizeIs;

TEST(PolicyTest, KnowsItsWords) {
  const auto policy = StlRegion().Compile();
  EXPECT_TRUE(policy->IsData("mugshots"));
  EXPECT_FALSE(policy->IsData("mugshot"));
  EXPECT_TRUE(policy->IsAction("compare"));
  EXPECT_FALSE(policy->IsAction("mugshots"));
  EXPECT_TRUE(policy->IsPurpose("REJ-4.2"));
  EXPECT_FALSE(policy->IsPurpose("civil lawsuit"));
  EXPECT_THAT(policy->Purposes(), Contains("REJ-4.2"));
  EXPECT_THAT(policy->Purposes(), Not(Contains("so_b2_other")));
  EXPECT_TRUE(policy->IsFact("person_status", "suspect"));
  EXPECT_FALSE(policy->IsFact("person_status", "guilty"));
  EXPECT_EQ(policy->FieldKind("mugshots", "image"), "jpeg");
  EXPECT_EQ(policy->FieldKind("mugshots", "captured_at"), std::nullopt);
  EXPECT_THAT(policy->FieldNames("plate_reads"), Contains("read_ref"));
  EXPECT_EQ(policy->Title("booked_at"), "booked at");
  EXPECT_EQ(policy->Title("no such word"), "no such word");
}

TEST(PolicyTest, KnowsItsAgencies) {
  const auto policy = StlRegion().Compile();
  EXPECT_THAT(policy->Agencies(), SizeIs(8));
  EXPECT_EQ(policy->FindAgency("nobody"), nullptr);
  const Agency* slmpd = policy->FindAgency("slmpd");
  ASSERT_NE(slmpd, nullptr);
  EXPECT_EQ(slmpd->timezone_name, "America/Chicago");
  EXPECT_THAT(slmpd->nodes, ElementsAre("slmpd-1"));
  ASSERT_THAT(slmpd->issuers, SizeIs(1));
  EXPECT_EQ(slmpd->issuers[0].issuer, "https://idp.slmpd.example");
  ASSERT_NE(slmpd->FindNodeKey("answers-1"), nullptr);
  EXPECT_EQ(slmpd->FindNodeKey("answers-1")->use, NodeKey::Use::kAnswers);
  EXPECT_EQ(slmpd->FindNodeKey("chief-demo"), nullptr);
  ASSERT_NE(slmpd->FindOfficerKey("chief-demo"), nullptr);
  EXPECT_TRUE(slmpd->FindOfficerKey("chief-demo")->HasRole("chief_or_designee"));
  EXPECT_FALSE(slmpd->FindOfficerKey("mayor-demo")->HasRole("signatory"));
  EXPECT_THAT(policy->OwnersOf("plate_reads"),
              ElementsAre("slmpd", "st_charles_pd", "st_louis_county_pd"));
  EXPECT_THAT(policy->OwnersOf("video_live"), SizeIs(0));
}

TEST(PolicyTest, KnowsItsClausesAndTheirStatus) {
  const auto policy = StlRegion().Compile();
  EXPECT_EQ(policy->ClauseText("MOU#IV.B.1"),
            "Shared with law enforcement agencies within the UASI region");
  EXPECT_EQ(policy->ClauseText("MOU#IX"), "");
  EXPECT_NE(policy->ClauseText("X#4"), "");
  EXPECT_EQ(policy->AuthorityStatus("MOU"), "in_force");
  EXPECT_EQ(policy->AuthorityStatus("REJ"), "draft");
  EXPECT_EQ(policy->AuthorityStatus("ALPR"), "as_submitted");
  EXPECT_EQ(policy->AuthorityStatus("NONE"), "");
}

TEST(PolicyTest, DigestCoversEveryByteAndEverySignature) {
  TestRegion region = StlRegion();
  const std::string digest = region.Compile()->digest();
  EXPECT_EQ(digest.size(), 32u);
  EXPECT_EQ(StlRegion().Compile()->digest(), digest);
  region.Edit("release.yaml", "revision: 1", "revision: 2");
  EXPECT_NE(region.Compile()->digest(), digest);
  region = StlRegion();
  region.Unsign("agreements/hotlist-slmpd.yaml");
  EXPECT_NE(region.Compile()->digest(), digest);
}

TEST(VocabularyTest, IndependentCityIsNotTheCityOfThatNameInACounty) {
  const Region region = {
      "r", {{"St. Louis", "", "MO"}, {"", "Jefferson", "MO"}, {"Arnold", "Cole", "MO"}}};
  EXPECT_TRUE(Covers(region, {"St. Louis", "", "MO"}));
  EXPECT_FALSE(Covers(region, {"St. Louis", "Gratiot", "MI"}));
  EXPECT_FALSE(Covers(region, {"", "St. Louis", "MO"}));
  EXPECT_TRUE(Covers(region, {"Festus", "Jefferson", "MO"}));
  EXPECT_FALSE(Covers(region, {"", "Jefferson", "IL"}));
  EXPECT_TRUE(Covers(region, {"Arnold", "Cole", "MO"}));
  EXPECT_FALSE(Covers(region, {"", "Cole", "MO"}));
}

}  // namespace
}  // namespace fusionhub::policy
