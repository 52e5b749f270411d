// Tests of timestamps.
#include "query/timestamp.h"

#include <gtest/gtest.h>

#include "base/status_matchers.h"

namespace fusionhub::query {
namespace {

google::protobuf::Timestamp Stamp(int64_t seconds, int32_t nanos) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(seconds);
  stamp.set_nanos(nanos);
  return stamp;
}

TEST(TimestampTest, ReadsWhatItWrites) {
  for (const absl::Time time :
       {absl::UnixEpoch(), absl::FromUnixNanos(1'800'000'000'123'456'789), absl::FromUnixNanos(-1),
        absl::FromUnixSeconds(-62135596800),
        absl::FromUnixSeconds(253402300799) + absl::Nanoseconds(999'999'999)}) {
    const auto read = FromProto(ToProto(time));
    FUSIONHUB_ASSERT_OK(read);
    EXPECT_EQ(*read, time);
  }
}

TEST(TimestampTest, CutsWhatIsFinerThanANanosecond) {
  const absl::Time time = absl::FromUnixSeconds(5) + absl::Nanoseconds(1) / 4;
  EXPECT_EQ(ToProto(time).nanos(), 0);
  EXPECT_EQ(ToProto(time).seconds(), 5);
}

TEST(TimestampTest, RefusesWhatIsNotATime) {
  EXPECT_THAT(FromProto(Stamp(0, -1)), ::testing::Not(IsOk()));
  EXPECT_THAT(FromProto(Stamp(0, 1'000'000'000)), ::testing::Not(IsOk()));
  EXPECT_THAT(FromProto(Stamp(253402300800, 0)), ::testing::Not(IsOk()));
  EXPECT_THAT(FromProto(Stamp(-62135596801, 0)), ::testing::Not(IsOk()));
  EXPECT_THAT(FromProto(Stamp(INT64_MAX, 0)), ::testing::Not(IsOk()));
}

}  // namespace
}  // namespace fusionhub::query
