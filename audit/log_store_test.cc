#include "audit/log_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_matchers.h"
#include "storage/memory_store.h"

namespace fusionhub::audit {
namespace {

using ::testing::ElementsAre;

class LogStoreTest : public ::testing::Test {
 protected:
  absl::Status Append(int count) {
    std::vector<SealedEntry> entries(count);
    std::vector<const SealedEntry*> pointers;
    for (SealedEntry& entry : entries) {
      const std::string number = std::to_string(next_++);
      entry.leaf = "leaf " + number;
      entry.ciphertext = "ciphertext " + number;
      entry.wrap = "wrap " + number;
      entry.query_id = std::string(15, 'q') + static_cast<char>(next_ % 2);
      pointers.push_back(&entry);
    }
    return log_.Append(pointers, range_);
  }
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  LogStore log_ = LogStore::Open(*store_).value();
  CompactRange range_;
  int next_ = 0;
};

TEST_F(LogStoreTest, WhatIsAppendedIsFound) {
  EXPECT_EQ(log_.Size().value(), 0u);
  FUSIONHUB_ASSERT_OK(Append(3));
  FUSIONHUB_ASSERT_OK(Append(4));
  EXPECT_EQ(log_.Size().value(), 7u);
  EXPECT_EQ(log_.Leaf(5).value(), "leaf 5");
  EXPECT_EQ(log_.Ciphertext(5).value(), "ciphertext 5");
  EXPECT_EQ(log_.Wrap(5).value(), "wrap 5");
  EXPECT_THAT(log_.Leaves(2, 2).value(), ElementsAre("leaf 2", "leaf 3"));
  EXPECT_EQ(ReadRoot(7, log_.Reader()).value(), range_.Root());
}

TEST_F(LogStoreTest, EntriesOfAQueryAreFoundUpToABound) {
  FUSIONHUB_ASSERT_OK(Append(7));
  const std::string id = std::string(15, 'q') + '\x01';
  EXPECT_THAT(log_.EntriesOf(id, 10).value(), ElementsAre(0, 2, 4, 6));
  EXPECT_THAT(log_.EntriesOf(id, 2).value(), ElementsAre(0, 2));
}

TEST_F(LogStoreTest, AnEntryIsNeverWrittenOver) {
  FUSIONHUB_ASSERT_OK(Append(3));
  range_ = CompactRange();  // as a second writer would have it
  EXPECT_EQ(Append(1).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(log_.Leaf(0).value(), "leaf 0");
}

TEST_F(LogStoreTest, WhatIsMissingIsDataLoss) {
  FUSIONHUB_ASSERT_OK(Append(3));
  EXPECT_EQ(log_.Leaves(2, 2).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(log_.Node(5, 0).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace fusionhub::audit
