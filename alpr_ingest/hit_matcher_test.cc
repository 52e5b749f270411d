#include "alpr_ingest/hit_matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alpr_ingest/alpr_testing.h"
#include "base/status_matchers.h"

namespace fusionhub::alpr_ingest {
namespace {

const absl::Time kNow = SampleNow();

class HitMatcherTest : public testing::Test {
 protected:
  std::vector<Hit> Match(const PlateRead& read, const HotlistEntry& entry,
                         HitMatcherOptions options = {}) {
    HotlistBook book;
    EXPECT_THAT(book.Replace(SampleList("st_charles_pd", 3, {entry})), IsOk());
    const auto matcher = HitMatcher::Create(std::move(options));
    EXPECT_THAT(matcher, IsOk());
    return matcher->Match(read, *book.Current(), kNow);
  }
  PlateRead read_ = SampleRead("TST1", kNow - absl::Seconds(3), 1);
  HotlistEntry entry_ = SampleEntry("a", "TST1", kNow - absl::Hours(1));
};

TEST_F(HitMatcherTest, SamePlateAndStateIsG1) {
  const auto hits = Match(read_, entry_);
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].grade, HitGrade::kG1);
  EXPECT_EQ(hits[0].read_ref, read_.read_ref);
  EXPECT_EQ(hits[0].owner, "st_charles_pd");
  EXPECT_EQ(hits[0].entry_id, "a");
  EXPECT_EQ(hits[0].list_version, 3u);
  EXPECT_EQ(hits[0].category, "stolen_vehicle");
  EXPECT_EQ(hits[0].EntryAge(kNow), absl::Hours(49));
  EXPECT_EQ(hits[0].confirmed_at, kNow - absl::Hours(1));
  EXPECT_EQ(hits[0].vehicle, "red pickup");
  EXPECT_EQ(hits[0].matched_at, kNow);
}

TEST_F(HitMatcherTest, AnUnreadStateIsG2) {
  read_.state = "";
  EXPECT_EQ(Match(read_, entry_).at(0).grade, HitGrade::kG2);
  read_.state = "MO";
  entry_.state = "";
  EXPECT_EQ(Match(read_, entry_).at(0).grade, HitGrade::kG2);
}

TEST_F(HitMatcherTest, LowConfidenceIsG2) {
  read_.confidence = 79.9;
  EXPECT_EQ(Match(read_, entry_).at(0).grade, HitGrade::kG2);
  read_.confidence = 80;
  EXPECT_EQ(Match(read_, entry_).at(0).grade, HitGrade::kG1);
}

TEST_F(HitMatcherTest, AnotherStateNeverHits) {
  read_.state = "IL";
  EXPECT_TRUE(Match(read_, entry_).empty());
}

TEST_F(HitMatcherTest, ALookAlikeNeverHits) {
  read_.plate = "TSTI";
  EXPECT_TRUE(Match(read_, entry_).empty());
}

TEST_F(HitMatcherTest, X8_AStaleEntryNeverAlerts) {
  entry_.confirmed_at = kNow - absl::Hours(24);
  EXPECT_EQ(Match(read_, entry_).size(), 1u);
  entry_.confirmed_at = kNow - absl::Hours(24) - absl::Seconds(1);
  EXPECT_TRUE(Match(read_, entry_).empty());
}

TEST_F(HitMatcherTest, ALPR2_OnlyFelonyAndStolenVehiclesAlert) {
  for (const absl::string_view category : HotlistCategories()) {
    entry_.category = std::string(category);
    const bool alerts = category == "stolen_vehicle" || category == "felony_vehicle";
    EXPECT_EQ(Match(read_, entry_).size(), alerts ? 1u : 0u) << category;
  }
}

TEST_F(HitMatcherTest, TheListOfAlertingCategoriesIsAParameter) {
  entry_.category = "missing_person";
  EXPECT_EQ(Match(read_, entry_, {.alertable = {"missing_person"}}).size(), 1u);
  EXPECT_TRUE(Match(read_, entry_, {.alertable = {}}).empty());
}

TEST_F(HitMatcherTest, RefusesOptionsItDoesNotKnow) {
  EXPECT_THAT(HitMatcher::Create({.alertable = {"speeding"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, testing::HasSubstr("'speeding'")));
  EXPECT_THAT(HitMatcher::Create({.min_g1_confidence = 101}),
              StatusIs(absl::StatusCode::kInvalidArgument, testing::_));
}

TEST(HitGradeTest, HasWords) {
  EXPECT_EQ(HitGradeWord(HitGrade::kG1), "G1");
  EXPECT_EQ(HitGradeWord(HitGrade::kG2), "G2");
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
