// Tests waiting: woken, timed out, and for ever.
#include "base/mutex.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace fusionhub {
namespace {

TEST(MutexTest, LetsOneThreadInAtATime) {
  Mutex mu;
  int count = 0;
  const auto add = [&] {
    for (int i = 0; i < 10000; ++i) {
      MutexLock lock(mu);
      ++count;
    }
  };
  std::thread first(add);
  std::thread second(add);
  first.join();
  second.join();
  EXPECT_EQ(count, 20000);
}

TEST(CondVarTest, WaitForEndsWithItsTimeout) {
  Mutex mu;
  CondVar wake;
  MutexLock lock(mu);
  // A spurious wake-up ends a wait early, but not every one of them.
  bool timed_out = false;
  for (int i = 0; i < 100 && !timed_out; ++i) {
    timed_out = !wake.WaitFor(mu, absl::Milliseconds(1));
  }
  EXPECT_TRUE(timed_out);
}

TEST(CondVarTest, AnEndlessTimeoutWaitsForTheNotification) {
  for (const absl::Duration timeout : {absl::InfiniteDuration(), absl::Hours(24 * 365 * 1000)}) {
    Mutex mu;
    CondVar wake;
    bool ready = false;
    bool timed_out = false;
    std::atomic<bool> waiting = false;
    std::thread waiter([&] {
      MutexLock lock(mu);
      waiting = true;
      while (!ready && !timed_out) timed_out = !wake.WaitFor(mu, timeout);
    });
    while (!waiting.load()) std::this_thread::yield();
    {
      MutexLock lock(mu);
      ready = true;
    }
    wake.NotifyAll();
    waiter.join();
    EXPECT_FALSE(timed_out) << timeout;
  }
}

}  // namespace
}  // namespace fusionhub
