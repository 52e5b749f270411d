#include "alpr_ingest/commit_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "storage/memory_store.h"

namespace fusionhub::alpr_ingest {
namespace {

CommitQueue::Item PutItem(const std::string& key, const std::string& value) {
  CommitQueue::Item item;
  item.operations.push_back({storage::WriteBatch::Operation::Kind::kPut, "f", key, value});
  return item;
}

CommitQueue::Item UniqueItem(const std::string& key, const std::string& value) {
  CommitQueue::Item item = PutItem(key, value);
  item.unique_family = "f";
  item.unique_key = key;
  return item;
}

// Counts writes, can be made to wait in one, and to fail.
class ProbedStore final : public storage::Store {
 public:
  ProbedStore() : store_(storage::NewMemoryStore()) { EXPECT_TRUE(store_->CreateFamily("f").ok()); }
  absl::StatusOr<std::string> Get(absl::string_view family, absl::string_view key) const override {
    return store_->Get(family, key);
  }
  absl::Status Scan(
      absl::string_view family, absl::string_view begin, absl::string_view end,
      const std::function<bool(absl::string_view, absl::string_view)>& visit) const override {
    return store_->Scan(family, begin, end, visit);
  }
  absl::StatusOr<std::pair<std::string, std::string>> Last(absl::string_view family,
                                                           absl::string_view end) const override {
    return store_->Last(family, end);
  }
  absl::Status Write(const storage::WriteBatch& batch, storage::Sync sync) override {
    EXPECT_EQ(sync, storage::Sync::kYes);
    ++writes;
    {
      MutexLock lock(mu_);
      entered_ = true;
      changed_.NotifyAll();
      while (blocked_) changed_.Wait(mu_);
    }
    if (fail) return absl::DataLossError("disk gone");
    return store_->Write(batch, sync);
  }
  absl::Status CreateFamily(absl::string_view family) override {
    return store_->CreateFamily(family);
  }
  absl::Status DropFamily(absl::string_view family) override { return store_->DropFamily(family); }
  std::vector<std::string> Families() const override { return store_->Families(); }

  void Block() {
    MutexLock lock(mu_);
    blocked_ = true;
    entered_ = false;
  }
  void AwaitWrite() {
    MutexLock lock(mu_);
    while (!entered_) changed_.Wait(mu_);
  }
  void Unblock() {
    MutexLock lock(mu_);
    blocked_ = false;
    changed_.NotifyAll();
  }
  std::atomic<int> writes{0};
  std::atomic<bool> fail{false};

 private:
  std::unique_ptr<storage::Store> store_;
  Mutex mu_;
  CondVar changed_;
  bool blocked_ = false;
  bool entered_ = false;
};

TEST(CommitQueueTest, IsDurableWhenItReturns) {
  ProbedStore store;
  CommitQueue queue(store, {});
  CommitQueue::Item item = PutItem("k", "v");
  FUSIONHUB_ASSERT_OK(queue.Commit(item));
  EXPECT_EQ(store.Get("f", "k").value(), "v");
  EXPECT_FALSE(item.skipped);
}

TEST(CommitQueueTest, WhatComesDuringASyncIsWrittenTogether) {
  ProbedStore store;
  CommitQueue queue(store, {});
  store.Block();
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    CommitQueue::Item item = PutItem("first", "v");
    EXPECT_THAT(queue.Commit(item), IsOk());
  });
  store.AwaitWrite();
  std::atomic<int> done{0};
  for (int i = 0; i < 20; ++i) {
    threads.emplace_back([&, i] {
      CommitQueue::Item item = PutItem(absl::StrCat(i), "v");
      ++done;
      EXPECT_THAT(queue.Commit(item), IsOk());
    });
  }
  while (done < 20) std::this_thread::yield();
  store.Unblock();
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(store.Get("f", absl::StrCat(i)).value(), "v");
  EXPECT_LE(store.writes, 21);
}

TEST(CommitQueueTest, SkipsWhatIsThereAndSaysWhatItFound) {
  ProbedStore store;
  CommitQueue queue(store, {});
  CommitQueue::Item first = UniqueItem("k", "one"), second = UniqueItem("k", "two");
  FUSIONHUB_ASSERT_OK(queue.Commit(first));
  FUSIONHUB_ASSERT_OK(queue.Commit(second));
  EXPECT_FALSE(first.skipped);
  EXPECT_TRUE(second.skipped);
  EXPECT_EQ(second.found, "one");
  EXPECT_EQ(store.Get("f", "k").value(), "one");
}

TEST(CommitQueueTest, OfManyAtOnceOneWins) {
  ProbedStore store;
  CommitQueue queue(store, {});
  std::atomic<int> written{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 32; ++i) {
    threads.emplace_back([&, i] {
      CommitQueue::Item item = UniqueItem("k", absl::StrCat(i));
      EXPECT_THAT(queue.Commit(item), IsOk());
      if (!item.skipped) ++written;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(written, 1);
}

TEST(CommitQueueTest, AnInvalidItemFailsAlone) {
  ProbedStore store;
  CommitQueue queue(store, {});
  CommitQueue::Item bad = PutItem("bad", "v"), good = PutItem("good", "v");
  bad.still_valid = [] { return absl::OutOfRangeError("purged"); };
  EXPECT_THAT(queue.Commit(bad), StatusIs(absl::StatusCode::kOutOfRange, "purged"));
  FUSIONHUB_EXPECT_OK(queue.Commit(good));
  EXPECT_FALSE(store.Get("f", "bad").ok());
}

TEST(CommitQueueTest, RefusesWhenItIsFull) {
  ProbedStore store;
  CommitQueue queue(store, {.max_batch = 1, .max_queued = 1});
  store.Block();
  std::vector<std::thread> threads;
  const auto commit = [&](const std::string& key) {
    CommitQueue::Item item = PutItem(key, "v");
    return queue.Commit(item);
  };
  threads.emplace_back([&] { EXPECT_THAT(commit("a"), IsOk()); });
  store.AwaitWrite();
  std::atomic<int> refused{0}, taken{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const absl::Status status = commit(absl::StrCat(i));
      EXPECT_TRUE(status.ok() || absl::IsResourceExhausted(status)) << status;
      ++(status.ok() ? taken : refused);
    });
  }
  while (refused < 7) std::this_thread::yield();
  store.Unblock();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 1);
}

TEST(CommitQueueTest, RefusesMoreBytesThanAllowed) {
  ProbedStore store;
  CommitQueue queue(store, {.max_queued_bytes = 100});
  CommitQueue::Item item = PutItem("k", std::string(100, 'x'));
  EXPECT_THAT(queue.Commit(item), StatusIs(absl::StatusCode::kResourceExhausted, testing::_));
}

TEST(CommitQueueTest, AfterAFailedWriteNothingIsAcknowledged) {
  ProbedStore store;
  CommitQueue queue(store, {});
  EXPECT_TRUE(queue.healthy());
  store.fail = true;
  CommitQueue::Item item = PutItem("k", "v");
  EXPECT_THAT(queue.Commit(item),
              StatusIs(absl::StatusCode::kDataLoss, testing::HasSubstr("disk gone")));
  store.fail = false;
  EXPECT_FALSE(queue.healthy());
  EXPECT_THAT(queue.Commit(item), StatusIs(absl::StatusCode::kDataLoss, testing::_));
  EXPECT_EQ(store.writes, 1);
}

TEST(CommitQueueTest, ExclusiveChangesWaitForTheCommit) {
  ProbedStore store;
  CommitQueue queue(store, {});
  EXPECT_THAT(queue.Exclusively([] { return absl::AbortedError("no"); }),
              StatusIs(absl::StatusCode::kAborted, "no"));
  FUSIONHUB_EXPECT_OK(queue.Exclusively([] { return absl::OkStatus(); }));
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
