// Kills a process with SIGKILL while it stores reads: whatever was acknowledged is there
// afterwards, with its hit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "alpr_ingest/alpr_testing.h"
#include "alpr_ingest/read_store.h"
#include "base/random.h"
#include "base/status_matchers.h"
#include "storage/rocksdb_store.h"

namespace fusionhub::alpr_ingest {
namespace {

const absl::Time kNow = SampleNow();
constexpr int kThreads = 8;

Hit HitFor(const PlateRead& read) {
  Hit hit;
  hit.owner = "slmpd";
  hit.entry_id = absl::StrCat("entry-", read.plate);
  hit.category = "stolen_vehicle";
  hit.matched_at = read.captured_at;
  return hit;
}

// Appends without end, writing each number to `pipe` once its read is acknowledged. Never returns.
[[noreturn]] void StoreUntilKilled(const std::string& folder, int round, int pipe) {
  SystemRandom random;
  auto store = storage::OpenRocksDb({.path = folder + "/db", .families = {}});
  if (!store.ok()) _exit(2);
  auto reads = ReadStore::Open(SampleStoreOptions(folder), **store, random, kNow);
  if (!reads.ok()) _exit(3);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = t;; i += kThreads) {
        const int number = round * 1'000'000 + i;
        // Over many days, so that keys and families are made at all times.
        const absl::Time captured = kNow - absl::Hours(24 * (i % 29));
        const PlateRead read = SampleRead(absl::StrCat("T", number), captured, number);
        if (!(*reads)->Append(read, {HitFor(read)}, kNow).ok()) _exit(4);
        if (write(pipe, &number, sizeof(number)) != sizeof(number)) _exit(5);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  _exit(6);
}

// The numbers that a child acknowledged before it was killed.
std::vector<int> RunAndKill(const std::string& folder, int round) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) StoreUntilKilled(folder, round, ends[1]);
  close(ends[1]);
  std::vector<int> acknowledged;
  int number = 0;
  const size_t wanted = 20 + static_cast<size_t>(round) * 37;
  while (acknowledged.size() < wanted && read(ends[0], &number, sizeof(number)) == sizeof(number)) {
    acknowledged.push_back(number);
  }
  kill(child, SIGKILL);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status)) << "exit " << WEXITSTATUS(status);
  while (read(ends[0], &number, sizeof(number)) == sizeof(number)) acknowledged.push_back(number);
  close(ends[0]);
  return acknowledged;
}

TEST(ReadStoreCrashTest, WhatWasAcknowledgedSurvivesAKill) {
  const std::string folder = FreshFolder("node");
  std::vector<int> acknowledged;
  for (int round = 1; round <= 10; ++round) {
    for (const int number : RunAndKill(folder, round)) acknowledged.push_back(number);
  }
  ASSERT_GT(acknowledged.size(), 1000u);
  SystemRandom random;
  auto store = storage::OpenRocksDb({.path = folder + "/db", .families = {}});
  FUSIONHUB_ASSERT_OK(store);
  auto reads = ReadStore::Open(SampleStoreOptions(folder), **store, random, kNow);
  FUSIONHUB_ASSERT_OK(reads);
  for (const int number : acknowledged) {
    const std::string plate = absl::StrCat("T", number);
    ASSERT_THAT((*reads)->Detail(absl::StrFormat("%032x", number), plate, kNow), IsOk()) << number;
    ASSERT_EQ(
        (*reads)->Index(plate, "MO", absl::InfinitePast(), absl::InfiniteFuture(), kNow)->count,
        1u);
  }
  const auto pending = (*reads)->PendingHits(1'000'000, kNow);
  FUSIONHUB_ASSERT_OK(pending);
  EXPECT_GE(pending->size(), acknowledged.size());
  for (const Hit& hit : *pending) ASSERT_THAT((*reads)->Alert(hit.hit_id, kNow), IsOk());
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
