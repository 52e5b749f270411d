// Tests order, cancelling and the end of the timer's thread, without guessing at durations.
#include "base/timer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>

namespace fusionhub {
namespace {

using ::testing::ElementsAre;

TEST(TimerQueueTest, RunsInTheOrderOfTheirTimes) {
  std::vector<int> order;
  std::promise<void> done;
  TimerQueue timers;
  timers.Schedule(absl::Milliseconds(40), [&] {
    order.push_back(3);
    done.set_value();
  });
  timers.Schedule(absl::Milliseconds(20), [&] { order.push_back(2); });
  timers.Schedule(absl::ZeroDuration(), [&] { order.push_back(1); });
  done.get_future().wait();
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

TEST(TimerQueueTest, WaitsItsTime) {
  std::promise<absl::Duration> waited;
  TimerQueue timers;
  const auto start = std::chrono::steady_clock::now();
  timers.Schedule(absl::Milliseconds(20), [&] {
    waited.set_value(absl::FromChrono(std::chrono::steady_clock::now() - start));
  });
  EXPECT_GE(waited.get_future().get(), absl::Milliseconds(20));
}

TEST(TimerQueueTest, NegativeDurationsRunAtOnce) {
  std::promise<void> done;
  TimerQueue timers;
  timers.Schedule(-absl::InfiniteDuration(), [&] { done.set_value(); });
  done.get_future().wait();
  EXPECT_FALSE(timers.Cancel(1));
}

TEST(TimerQueueTest, CancelledCallbacksNeverRun) {
  bool ran = false;
  std::promise<void> later;
  TimerQueue timers;
  const TimerQueue::Id id = timers.Schedule(absl::Milliseconds(10), [&] { ran = true; });
  EXPECT_TRUE(timers.Cancel(id));
  EXPECT_FALSE(timers.Cancel(id));
  timers.Schedule(absl::Milliseconds(30), [&] { later.set_value(); });
  later.get_future().wait();
  EXPECT_FALSE(ran);
}

TEST(TimerQueueTest, AfterShutdownNothingRuns) {
  bool ran = false;
  TimerQueue timers;
  const TimerQueue::Id pending = timers.Schedule(absl::Milliseconds(10), [&] { ran = true; });
  timers.Shutdown();
  timers.Shutdown();
  const TimerQueue::Id late = timers.Schedule(absl::ZeroDuration(), [&] { ran = true; });
  EXPECT_FALSE(timers.Cancel(pending));
  EXPECT_FALSE(timers.Cancel(late));
  EXPECT_FALSE(ran);
}

TEST(TimerQueueTest, CancelIsFalseOnceStarted) {
  std::promise<void> started;
  std::promise<void> go_on;
  TimerQueue timers;
  const TimerQueue::Id id = timers.Schedule(absl::ZeroDuration(), [&] {
    started.set_value();
    go_on.get_future().wait();
  });
  started.get_future().wait();
  EXPECT_FALSE(timers.Cancel(id));
  EXPECT_FALSE(timers.Cancel(id + 1000));
  go_on.set_value();
}

TEST(TimerQueueTest, ACallbackMayScheduleAndCancel) {
  std::promise<bool> cancelled;
  TimerQueue timers;
  timers.Schedule(absl::ZeroDuration(), [&] {
    const TimerQueue::Id next = timers.Schedule(absl::Hours(1), [] {});
    timers.Schedule(absl::ZeroDuration(), [&, next] { cancelled.set_value(timers.Cancel(next)); });
  });
  EXPECT_TRUE(cancelled.get_future().get());
}

TEST(TimerQueueTest, ANearerTimeOvertakesOneFarOff) {
  std::promise<void> done;
  TimerQueue timers;
  timers.Schedule(absl::InfiniteDuration(), [] { FAIL() << "infinity has come"; });
  timers.Schedule(absl::Milliseconds(5), [&] { done.set_value(); });
  done.get_future().wait();
  EXPECT_TRUE(timers.Cancel(1));
}

TEST(TimerQueueTest, TheDestructorDropsWhatIsPending) {
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = held;
  {
    TimerQueue timers;
    timers.Schedule(absl::Hours(1), [held = std::move(held)] { FAIL() << *held; });
  }
  EXPECT_TRUE(watch.expired());
}

TEST(TimerQueueTest, WhatACancelledCallbackHeldMayCallBack) {
  TimerQueue timers;
  struct CancelsOnDeath {
    TimerQueue& timers;
    bool& died;
    ~CancelsOnDeath() {
      timers.Cancel(999);
      died = true;
    }
  };
  bool died = false;
  auto held = std::make_shared<CancelsOnDeath>(timers, died);
  const TimerQueue::Id id = timers.Schedule(absl::Hours(1), [held = std::move(held)] {});
  EXPECT_TRUE(timers.Cancel(id));
  EXPECT_TRUE(died);
}

}  // namespace
}  // namespace fusionhub
