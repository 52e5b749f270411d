#include "rpc/backoff.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace fusionhub::rpc {
namespace {

TEST(BackoffTest, StaysWithinItsBounds) {
  SeededRandom random(1);
  for (int run = 0; run < 50; ++run) {
    Backoff backoff({}, random);
    absl::Duration ceiling = absl::Milliseconds(200);
    for (int n = 1; n <= 40; ++n) {
      ceiling = std::min(absl::Seconds(30), 2 * ceiling);
      const absl::Duration wait = backoff.Next();
      EXPECT_GE(wait, absl::Milliseconds(200));
      EXPECT_LE(wait, ceiling);
    }
  }
}

TEST(BackoffTest, SpreadsOverTheWholeRange) {
  SeededRandom random(2);
  Backoff backoff({}, random);
  for (int n = 0; n < 20; ++n) backoff.Next();
  absl::Duration least = absl::InfiniteDuration(), most;
  for (int n = 0; n < 500; ++n) {
    const absl::Duration wait = backoff.Next();
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  EXPECT_LT(least, absl::Seconds(1));
  EXPECT_GT(most, absl::Seconds(29));
}

TEST(BackoffTest, BeginsAnewAfterReset) {
  SeededRandom random(3);
  Backoff backoff({}, random);
  for (int n = 0; n < 20; ++n) backoff.Next();
  backoff.Reset();
  EXPECT_LE(backoff.Next(), absl::Milliseconds(400));
}

}  // namespace
}  // namespace fusionhub::rpc
