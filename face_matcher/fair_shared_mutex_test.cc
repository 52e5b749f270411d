// Readers together, writers alone, and no writer waits for ever.
#include "face_matcher/fair_shared_mutex.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace fusionhub::face_matcher {
namespace {

TEST(FairSharedMutexTest, ReadersShare) {
  FairSharedMutex mu;
  ReaderLock first(mu);
  std::atomic<bool> read{false};
  std::thread other([&] {
    ReaderLock second(mu);
    read = true;
  });
  other.join();
  EXPECT_TRUE(read);
}

TEST(FairSharedMutexTest, WritersGetInAlthoughReadersKeepComing) {
  FairSharedMutex mu;
  std::atomic<bool> stop{false};
  int value = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      int last = 0;
      while (!stop.load()) {
        ReaderLock lock(mu);
        EXPECT_GE(value, last);
        last = value;
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    WriterLock lock(mu);
    ++value;
  }
  stop.store(true);
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(value, 200);
}

}  // namespace
}  // namespace fusionhub::face_matcher
