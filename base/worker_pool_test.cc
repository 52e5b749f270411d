// Tests the bound, the refusals and the end of the worker pool.
#include "base/worker_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <thread>

#include "base/status_matchers.h"

namespace fusionhub {
namespace {

using ::testing::HasSubstr;

// Holds a pool's only thread until released.
class Blocker {
 public:
  explicit Blocker(WorkerPool& pool) {
    const auto work = [state = state_] {
      state->started.count_down();
      state->released.wait();
    };
    EXPECT_THAT(pool.Submit(work), IsOk());
    state_->started.wait();
  }
  void Release() { state_->released.count_down(); }

 private:
  struct State {
    std::latch started{1};
    std::latch released{1};
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

TEST(WorkerPoolTest, RunsEverythingOnItsThreads) {
  std::atomic<int> ran = 0;
  {
    WorkerPool pool("test", 3, 1000);
    for (int i = 0; i < 500; ++i) FUSIONHUB_EXPECT_OK(pool.Submit([&ran] { ++ran; }));
  }
  EXPECT_EQ(ran.load(), 500);
}

TEST(WorkerPoolTest, ThreadsWorkAtTheSameTime) {
  WorkerPool pool("test", 2, 10);
  std::latch together(2);
  std::promise<void> done;
  FUSIONHUB_ASSERT_OK(pool.Submit([&] { together.arrive_and_wait(); }));
  FUSIONHUB_ASSERT_OK(pool.Submit([&] {
    together.arrive_and_wait();
    done.set_value();
  }));
  done.get_future().wait();
  pool.Shutdown();
  EXPECT_EQ(pool.queued(), 0U);
}

TEST(WorkerPoolTest, RefusesPastItsBound) {
  WorkerPool pool("search", 1, 2);
  Blocker blocker(pool);
  FUSIONHUB_EXPECT_OK(pool.Submit([] {}));
  FUSIONHUB_EXPECT_OK(pool.Submit([] {}));
  EXPECT_EQ(pool.queued(), 2U);
  EXPECT_THAT(pool.Submit([] { FAIL() << "refused work ran"; }),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("'search' is full")));
  blocker.Release();
}

TEST(WorkerPoolTest, ContinuationsPassTheBound) {
  std::atomic<bool> ran = false;
  {
    WorkerPool pool("test", 1, 1);
    Blocker blocker(pool);
    FUSIONHUB_EXPECT_OK(pool.Submit([] {}));
    pool.SubmitContinuation([&ran] { ran = true; });
    EXPECT_EQ(pool.queued(), 2U);
    blocker.Release();
  }
  EXPECT_TRUE(ran.load());
}

TEST(WorkerPoolTest, ShutdownFinishesWhatIsQueuedAndRefusesMore) {
  std::atomic<int> ran = 0;
  WorkerPool pool("test", 1, 100);
  for (int i = 0; i < 50; ++i) FUSIONHUB_EXPECT_OK(pool.Submit([&ran] { ++ran; }));
  pool.Shutdown();
  EXPECT_EQ(ran.load(), 50);
  EXPECT_THAT(pool.Submit([&ran] { ++ran; }),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("shutting down")));
  pool.Shutdown();
  EXPECT_EQ(ran.load(), 50);
}

TEST(WorkerPoolTest, AContinuationSubmittedDuringShutdownRuns) {
  std::atomic<bool> ran = false;
  WorkerPool pool("test", 1, 10);
  std::promise<void> started;
  std::promise<void> stopping;
  FUSIONHUB_ASSERT_OK(pool.Submit([&] {
    started.set_value();
    stopping.get_future().wait();
    pool.SubmitContinuation([&ran] { ran = true; });
  }));
  started.get_future().wait();
  std::thread shutdown([&pool] { pool.Shutdown(); });
  while (pool.Submit([] {}).ok()) std::this_thread::yield();
  stopping.set_value();
  shutdown.join();
  EXPECT_TRUE(ran.load());
}

TEST(WorkerPoolTest, AContinuationAfterTheEndRunsOnItsCaller) {
  WorkerPool pool("test", 1, 10);
  pool.Shutdown();
  std::thread::id ran_on;
  pool.SubmitContinuation([&ran_on] { ran_on = std::this_thread::get_id(); });
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(WorkerPoolTest, HasAtLeastOneThread) {
  WorkerPool pool("a name longer than the kernel's limit", 0, 1);
  std::promise<void> done;
  FUSIONHUB_EXPECT_OK(pool.Submit([&done] { done.set_value(); }));
  done.get_future().wait();
  pool.Shutdown();
  EXPECT_EQ(pool.queued(), 0U);
}

}  // namespace
}  // namespace fusionhub
