// Tests of single use.
#include "identity/replay_guard.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "identity/reasons.h"
#include "query/error_detail.h"

namespace fusionhub::identity {
namespace {

using ::testing::_;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);
const absl::Time kExpiry = kNow + absl::Minutes(5);

TEST(ReplayGuardTest, TakesAnAssertionOnce) {
  ReplayGuard guard;
  FUSIONHUB_EXPECT_OK(guard.Use("slmpd", "a", kExpiry, kNow));
  const absl::Status again = guard.Use("slmpd", "a", kExpiry, kNow + absl::Minutes(4));
  EXPECT_THAT(again, StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("used before")));
  EXPECT_EQ(query::ReasonOf(again), kAssertionReplayed);
}

TEST(ReplayGuardTest, KeepsAgenciesApart) {
  ReplayGuard guard;
  FUSIONHUB_EXPECT_OK(guard.Use("slmpd", "a", kExpiry, kNow));
  FUSIONHUB_EXPECT_OK(guard.Use("st_charles_pd", "a", kExpiry, kNow));
  FUSIONHUB_EXPECT_OK(guard.Use("slmpd", "b", kExpiry, kNow));
}

TEST(ReplayGuardTest, RefusesExpiredAssertions) {
  ReplayGuard guard;
  const absl::Status status = guard.Use("slmpd", "a", kNow, kNow);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("expired")));
  EXPECT_EQ(query::ReasonOf(status), kAssertionExpired);
}

TEST(ReplayGuardTest, RemembersBeyondExpiryForClocksThatAreSetBack) {
  ReplayGuard guard;
  FUSIONHUB_ASSERT_OK(guard.Use("slmpd", "a", kExpiry, kNow));
  FUSIONHUB_ASSERT_OK(guard.Use("slmpd", "b", kExpiry + absl::Hours(1), kExpiry));
  EXPECT_THAT(guard.Use("slmpd", "a", kExpiry, kExpiry - absl::Seconds(1)),
              StatusIs(absl::StatusCode::kAlreadyExists, _));
}

TEST(ReplayGuardTest, ForgetsWhatHasExpired) {
  ReplayGuard guard;
  FUSIONHUB_ASSERT_OK(guard.Use("slmpd", "a", kExpiry, kNow));
  const absl::Time later = kExpiry + absl::Hours(1);
  FUSIONHUB_ASSERT_OK(guard.Use("slmpd", "b", later + absl::Minutes(5), later));
  EXPECT_EQ(guard.size(), 1u);
}

TEST(ReplayGuardTest, RefusesWhenFullUntilSomeExpire) {
  ReplayGuard guard({.max_total = 2, .max_per_agency = 2});
  FUSIONHUB_ASSERT_OK(guard.Use("a", "1", kExpiry, kNow));
  FUSIONHUB_ASSERT_OK(guard.Use("b", "2", kExpiry, kNow));
  EXPECT_THAT(guard.Use("c", "3", kExpiry, kNow),
              StatusIs(absl::StatusCode::kResourceExhausted, _));
  EXPECT_THAT(guard.Use("a", "1", kExpiry, kNow), StatusIs(absl::StatusCode::kAlreadyExists, _));
  const absl::Time later = kExpiry + absl::Minutes(10);
  FUSIONHUB_EXPECT_OK(guard.Use("c", "3", later + absl::Minutes(5), later));
}

TEST(ReplayGuardTest, OneAgencyCannotLockOutAnother) {
  ReplayGuard guard({.max_total = 10, .max_per_agency = 2});
  FUSIONHUB_ASSERT_OK(guard.Use("a", "1", kExpiry, kNow));
  FUSIONHUB_ASSERT_OK(guard.Use("a", "2", kExpiry, kNow));
  EXPECT_THAT(guard.Use("a", "3", kExpiry, kNow),
              StatusIs(absl::StatusCode::kResourceExhausted, _));
  FUSIONHUB_EXPECT_OK(guard.Use("b", "1", kExpiry, kNow));
}

TEST(ReplayGuardTest, LoadsIdsFromTheLog) {
  ReplayGuard guard;
  FUSIONHUB_EXPECT_OK(guard.Load("slmpd", "a", kExpiry, kNow));
  FUSIONHUB_EXPECT_OK(guard.Load("slmpd", "a", kExpiry, kNow));
  FUSIONHUB_EXPECT_OK(guard.Load("slmpd", "long ago", kNow - absl::Hours(1), kNow));
  EXPECT_EQ(guard.size(), 1u);
  EXPECT_THAT(guard.Use("slmpd", "a", kExpiry, kNow),
              StatusIs(absl::StatusCode::kAlreadyExists, _));
}

TEST(ReplayGuardTest, OnlyOneOfManyThreadsWins) {
  ReplayGuard guard;
  std::atomic<int> won{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int id = 0; id < 200; ++id) {
        if (guard.Use("slmpd", absl::StrCat(id), kExpiry, kNow).ok()) ++won;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 200);
}

}  // namespace
}  // namespace fusionhub::identity
