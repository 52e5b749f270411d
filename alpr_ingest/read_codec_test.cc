#include "alpr_ingest/read_codec.h"

#include <gtest/gtest.h>

#include "alpr_ingest/alpr_testing.h"
#include "base/status_matchers.h"

namespace fusionhub::alpr_ingest {
namespace {

TEST(ReadCodecTest, AReadComesBackAsItWas) {
  PlateRead read = SampleRead("TST1", SampleNow(), 5);
  read.vehicle = "red";
  read.heading = 12.5;
  read.longitude.reset();
  read.retention_class = 1;
  const auto back = DecodeRead(EncodeRead(read));
  FUSIONHUB_ASSERT_OK(back);
  EXPECT_EQ(back->read_ref, read.read_ref);
  EXPECT_EQ(back->plate, "TST1");
  EXPECT_EQ(back->state, "MO");
  EXPECT_EQ(back->confidence, 93.5);
  EXPECT_EQ(back->reader, "north-7");
  EXPECT_EQ(back->captured_at, read.captured_at);
  EXPECT_EQ(back->received_at, read.received_at);
  EXPECT_EQ(back->latitude, read.latitude);
  EXPECT_FALSE(back->longitude.has_value());
  EXPECT_EQ(back->image, read.image);
  EXPECT_EQ(back->vehicle, "red");
  EXPECT_EQ(back->heading, 12.5);
  EXPECT_EQ(back->retention_class, 1);
  EXPECT_EQ(back->source_key, "");
}

TEST(ReadCodecTest, AHitComesBackAsItWas) {
  const Hit hit{"id",
                "ref",
                "slmpd",
                "e1",
                7,
                "stolen_vehicle",
                HitGrade::kG1,
                SampleNow() - absl::Hours(3),
                SampleNow() - absl::Hours(1),
                "red",
                SampleNow()};
  const auto back = DecodeHit(EncodeHit(hit));
  FUSIONHUB_ASSERT_OK(back);
  EXPECT_EQ(back->hit_id, "id");
  EXPECT_EQ(back->read_ref, "ref");
  EXPECT_EQ(back->owner, "slmpd");
  EXPECT_EQ(back->entry_id, "e1");
  EXPECT_EQ(back->list_version, 7u);
  EXPECT_EQ(back->category, "stolen_vehicle");
  EXPECT_EQ(back->grade, HitGrade::kG1);
  EXPECT_EQ(back->entered_at, hit.entered_at);
  EXPECT_EQ(back->confirmed_at, hit.confirmed_at);
  EXPECT_EQ(back->vehicle, "red");
  EXPECT_EQ(back->matched_at, hit.matched_at);
}

TEST(ReadCodecTest, EveryPrefixAndEverySuffixIsRefused) {
  const std::string bytes = EncodeRead(SampleRead("TST1", SampleNow(), 5));
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(DecodeRead(bytes.substr(0, size)).ok()) << size;
  }
  EXPECT_THAT(DecodeRead(bytes + "x"), StatusIs(absl::StatusCode::kDataLoss, testing::_));
  EXPECT_FALSE(DecodeHit("").ok());
  EXPECT_FALSE(DecodeIndexEntry(bytes).ok());
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
