// Tests how many lines of an event pass, and that suppression is told.
#include "base/log_limiter.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace fusionhub {
namespace {

TEST(LogLimiterTest, SuppressesPastTheAllowanceAndTellsLater) {
  LogLimiter limiter(/*lines_per_second=*/2, /*max_events=*/10);
  EXPECT_EQ(limiter.Admit("e", 5), 0U);
  EXPECT_EQ(limiter.Admit("e", 5), 0U);
  EXPECT_EQ(limiter.Admit("e", 5), std::nullopt);
  EXPECT_EQ(limiter.Admit("e", 5), std::nullopt);
  EXPECT_EQ(limiter.Admit("e", 6), 2U);
  EXPECT_EQ(limiter.Admit("e", 6), 0U);
}

TEST(LogLimiterTest, EventsDoNotShareAnAllowance) {
  LogLimiter limiter(1, 10);
  EXPECT_EQ(limiter.Admit("a", 1), 0U);
  EXPECT_EQ(limiter.Admit("b", 1), 0U);
  EXPECT_EQ(limiter.Admit("a", 1), std::nullopt);
}

TEST(LogLimiterTest, EventsPastTheBoundShareOne) {
  LogLimiter limiter(1, 2);
  EXPECT_EQ(limiter.Admit("a", 1), 0U);
  EXPECT_EQ(limiter.Admit("b", 1), 0U);
  EXPECT_EQ(limiter.Admit("c", 1), 0U);
  EXPECT_EQ(limiter.Admit("d", 1), std::nullopt);
  EXPECT_EQ(limiter.Admit("a", 2), 0U);
  EXPECT_EQ(limiter.Admit("d", 2), 1U);
}

}  // namespace
}  // namespace fusionhub
