#include "alpr_ingest/read.h"

#include <gtest/gtest.h>

#include "alpr_ingest/alpr_testing.h"
#include "base/status_matchers.h"

namespace fusionhub::alpr_ingest {
namespace {

PlateRead FullRead() {
  PlateRead read = SampleRead("TST0A01", SampleNow(), 1);
  read.vehicle = "silver honda";
  read.heading = 210;
  return read;
}

TEST(FieldPolicyTest, ALPR3_UsePlanDropsWhatIsNotListed) {
  PlateRead read = FullRead();
  FieldPolicy::UsePlan().Apply(read);
  EXPECT_EQ(read.vehicle, "");
  EXPECT_FALSE(read.heading.has_value());
  EXPECT_EQ(read.plate, "TST0A01");
  EXPECT_EQ(read.state, "MO");
  EXPECT_EQ(read.confidence, 93.5);
  EXPECT_EQ(read.reader, "north-7");
  EXPECT_TRUE(read.latitude.has_value());
  EXPECT_FALSE(read.image.empty());
}

TEST(FieldPolicyTest, KeepsOnlyWhatTheWordsName) {
  const auto policy = FieldPolicy::FromWords({"vehicle", "heading"});
  FUSIONHUB_ASSERT_OK(policy);
  PlateRead read = FullRead();
  policy->Apply(read);
  EXPECT_EQ(read.vehicle, "silver honda");
  EXPECT_EQ(read.heading, 210);
  EXPECT_EQ(read.confidence, 0);
  EXPECT_FALSE(read.latitude.has_value());
  EXPECT_FALSE(read.longitude.has_value());
  EXPECT_EQ(read.image, "");
}

TEST(FieldPolicyTest, NamesAWordThatItDoesNotKnow) {
  EXPECT_THAT(FieldPolicy::FromWords({"image", "occupants"}),
              StatusIs(absl::StatusCode::kInvalidArgument, testing::HasSubstr("'occupants'")));
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
