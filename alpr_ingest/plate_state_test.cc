#include "alpr_ingest/plate_state.h"

#include <gtest/gtest.h>

namespace fusionhub::alpr_ingest {
namespace {

TEST(PlateStateTest, TakesStatesOfKnownCountries) {
  EXPECT_EQ(StateFromRegion("us-mo"), "MO");
  EXPECT_EQ(StateFromRegion("US-IL"), "IL");
  EXPECT_EQ(StateFromRegion("ca-on"), "ON");
}

TEST(PlateStateTest, LeavesEverythingElseUnknown) {
  for (const char* region :
       {"", "us", "us-", "us-zz", "us-moo", "mx-nle", "eu-de", "mo", "u-smo", "us-m\xC3"}) {
    EXPECT_EQ(StateFromRegion(region), "") << region;
  }
}

TEST(PlateStateTest, NamesEveryMatch) {
  EXPECT_EQ(StateMatchWord(StateMatch::kSame), "same");
  EXPECT_EQ(StateMatchWord(StateMatch::kUnknown), "unknown");
  EXPECT_EQ(StateMatchWord(StateMatch::kDifferent), "different");
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
