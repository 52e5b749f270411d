#include "audit/served_queries.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "audit/test_log.h"
#include "base/status_matchers.h"
#include "storage/memory_store.h"

namespace fusionhub::audit {
namespace {

class ServedQueriesTest : public ::testing::Test {
 protected:
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ServedQueries served_ = ServedQueries::Open(*store_).value();
  const absl::Time t_ = TestTime();
};

TEST_F(ServedQueriesTest, AQueryIsServedOnceOnly) {
  FUSIONHUB_EXPECT_OK(served_.MarkServed(TestId(1), t_));
  EXPECT_TRUE(absl::IsAlreadyExists(served_.MarkServed(TestId(1), t_)));
  EXPECT_TRUE(absl::IsAlreadyExists(served_.MarkServed(TestId(1), t_ + absl::Hours(1))));
  FUSIONHUB_EXPECT_OK(served_.MarkServed(TestId(2), t_));
}

TEST_F(ServedQueriesTest, ARestartForgetsNothing) {
  FUSIONHUB_ASSERT_OK(served_.MarkServed(TestId(1), t_));
  ServedQueries again = ServedQueries::Open(*store_).value();
  EXPECT_TRUE(absl::IsAlreadyExists(again.MarkServed(TestId(1), t_)));
}

TEST_F(ServedQueriesTest, OnlyExpiredQueriesAreForgotten) {
  for (int i = 0; i < 10; ++i) {
    FUSIONHUB_ASSERT_OK(served_.MarkServed(TestId(i), t_ + absl::Minutes(i)));
  }
  EXPECT_EQ(served_.Prune(t_ + absl::Minutes(4)).value(), 4u);
  EXPECT_EQ(served_.Prune(t_ + absl::Minutes(4)).value(), 0u);
  EXPECT_TRUE(absl::IsAlreadyExists(served_.MarkServed(TestId(4), t_)));
  FUSIONHUB_EXPECT_OK(served_.MarkServed(TestId(3), t_));
}

TEST_F(ServedQueriesTest, PruningIsBounded) {
  for (int i = 0; i < 10; ++i) FUSIONHUB_ASSERT_OK(served_.MarkServed(TestId(i), t_));
  EXPECT_EQ(served_.Prune(t_ + absl::Hours(1), 7).value(), 7u);
  EXPECT_EQ(served_.Prune(t_ + absl::Hours(1), 7).value(), 3u);
}

TEST_F(ServedQueriesTest, OfManyThreadsOneServes) {
  std::atomic<int> served{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { served += served_.MarkServed(TestId(1), t_).ok() ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(served, 1);
}

TEST_F(ServedQueriesTest, AnIdOfAnotherSizeIsRefused) {
  EXPECT_EQ(served_.MarkServed("short", t_).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace fusionhub::audit
