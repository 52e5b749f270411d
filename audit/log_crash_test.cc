// What the log does when it opens on what a crash, a restored backup, a flipped bit or an attacker
// left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "audit/byte_codec.h"
#include "audit/fsck.h"
#include "audit/log.h"
#include "audit/test_log.h"
#include "base/status_matchers.h"
#include "storage/memory_store.h"

namespace fusionhub::audit {
namespace {

using ::testing::HasSubstr;

class LogCrashTest : public ::testing::Test {
 protected:
  LogCrashTest() : test_(::testing::UnitTest::GetInstance()->current_test_info()->name()) {}

  void Append(uint64_t count) {
    const auto log = test_.Open();
    FUSIONHUB_ASSERT_OK(log);
    for (uint64_t i = 0; i < count; ++i) {
      FUSIONHUB_ASSERT_OK((*log)->AppendAndWait(IntentDraft(i, {"slmpd"})));
    }
  }
  void ExpectSound(uint64_t size) {
    const auto report = Fsck(FolderSource(test_.tiles()),
                             {.log_key = test_.vkey(), .origin = "", .parse_leaves = true});
    FUSIONHUB_ASSERT_OK(report);
    for (const FsckFinding& finding : report->findings) ADD_FAILURE() << finding.text;
    EXPECT_EQ(report->size, size);
  }
  // Removes the last leaf, as a crash that lost a synced batch would.
  void DropLeaf(uint64_t index) {
    storage::WriteBatch batch;
    batch.Delete("log_leaf", BigEndian64(index));
    FUSIONHUB_ASSERT_OK(test_.store().Write(batch, storage::Sync::kYes));
  }
  void FlipLeafByte(uint64_t index, size_t position) {
    std::string leaf = test_.store().Get("log_leaf", BigEndian64(index)).value();
    leaf[position] = static_cast<char>(leaf[position] ^ 0x10);
    storage::WriteBatch batch;
    batch.Put("log_leaf", BigEndian64(index), leaf);
    FUSIONHUB_ASSERT_OK(test_.store().Write(batch, storage::Sync::kYes));
  }

  TestLog test_;
};

TEST_F(LogCrashTest, ReopeningContinues) {
  Append(3);
  Append(300);
  const auto log = test_.Open().value();
  EXPECT_EQ(log->LatestCheckpoint().size, 303u);
  EXPECT_EQ(log->read_only_reason(), "");
  ExpectSound(303);
}

TEST_F(LogCrashTest, AStoreLongerThanSignedIsSignedForward) {
  Append(3);
  const std::string state = ReadWholeFile(test_.signer_state());
  Append(2);
  WriteWholeFile(test_.signer_state(), state);  // killed between the store's sync and the signer's
  const auto log = test_.Open();
  FUSIONHUB_ASSERT_OK(log);
  EXPECT_EQ((*log)->LatestCheckpoint().size, 5u);
  ExpectSound(5);
}

TEST_F(LogCrashTest, AStoreShorterThanSignedIsReadOnly) {
  Append(5);
  DropLeaf(4);
  const auto log = test_.Open();
  FUSIONHUB_ASSERT_OK(log);
  EXPECT_THAT((*log)->read_only_reason(), HasSubstr("Fetch the missing entries"));
  EXPECT_THAT((*log)->AppendAndWait(IntentDraft(9, {"slmpd"})),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("read only")));
  EXPECT_EQ((*log)->LatestCheckpoint().size, 5u);
  EXPECT_EQ((*log)->Leaves(0, 4)->size(), 4u);
  ExpectSound(5);  // the files are left as they are: they hold the missing entry
}

TEST_F(LogCrashTest, AnEmptiedStoreIsReadOnlyNotANewLog) {
  Append(5);
  test_.ReplaceStore();
  const auto log = test_.Open();
  FUSIONHUB_ASSERT_OK(log);
  EXPECT_THAT((*log)->read_only_reason(), HasSubstr("holds 0 entries, but 5 are signed"));
}

TEST_F(LogCrashTest, AnotherStoreOfTheSameSizeIsRefused) {
  Append(5);
  TestLog other("other_store");
  {
    const auto log = other.Open().value();
    for (uint64_t i = 0; i < 5; ++i) {
      FUSIONHUB_ASSERT_OK(log->AppendAndWait(IntentDraft(100 + i, {"st_charles_pd"})));
    }
  }
  EXPECT_THAT(Log::Open(test_.Options(), other.store(), test_.random()),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("another tree of 5")));
}

TEST_F(LogCrashTest, AForkedLongerStoreIsRefused) {
  Append(5);
  TestLog other("other_longer_store");
  {
    const auto log = other.Open().value();
    for (uint64_t i = 0; i < 9; ++i) {
      FUSIONHUB_ASSERT_OK(log->AppendAndWait(IntentDraft(100 + i, {"st_charles_pd"})));
    }
  }
  EXPECT_EQ(Log::Open(test_.Options(), other.store(), test_.random()).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(LogCrashTest, AFlippedByteOfALeafIsFoundAndNamed) {
  Append(40);
  const size_t size = test_.store().Get("log_leaf", BigEndian64(17))->size();
  for (size_t position = 0; position < size; ++position) {
    FlipLeafByte(17, position);
    EXPECT_THAT(test_.Open(), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("log entry 17 ")));
    FlipLeafByte(17, position);
  }
  FUSIONHUB_EXPECT_OK(test_.Open());
}

TEST_F(LogCrashTest, AFlippedTreeNodeIsFound) {
  Append(40);
  storage::WriteBatch batch;
  batch.Put("log_node", ByteWriter().U8(3).U64(2).bytes(), std::string(32, 'x'));
  FUSIONHUB_ASSERT_OK(test_.store().Write(batch, storage::Sync::kYes));
  EXPECT_THAT(test_.Open(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("tree node 2 of level 3")));
}

TEST_F(LogCrashTest, AMissingLeafInTheMiddleIsFound) {
  Append(40);
  DropLeaf(17);
  EXPECT_THAT(test_.Open(), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("lacks an entry")));
}

TEST_F(LogCrashTest, OlderLeavesAreTrustedToTheNodesAboveThem) {
  Append(600);
  LogOptions options = test_.Options();
  options.rehash_at_start = 10;
  FUSIONHUB_EXPECT_OK(Log::Open(options, test_.store(), test_.random()));
  FlipLeafByte(590, 3);
  EXPECT_EQ(Log::Open(options, test_.store(), test_.random()).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(LogCrashTest, AMissingSignerStateIsRefused) {
  Append(5);
  std::filesystem::remove(test_.signer_state());
  EXPECT_THAT(test_.Open(), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("missing")));
}

TEST_F(LogCrashTest, LosingStoreAndSignerStateDoesNotStartAnew) {
  Append(5);
  std::filesystem::remove(test_.signer_state());
  test_.ReplaceStore();
  EXPECT_THAT(test_.Open(), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("missing")));
}

TEST_F(LogCrashTest, LostTileFilesAreWrittenAgain) {
  Append(300);
  std::filesystem::remove_all(test_.tiles());
  std::filesystem::create_directories(test_.tiles());
  Append(1);
  ExpectSound(301);
}

TEST_F(LogCrashTest, DamagedTileFilesAreWrittenAgain) {
  Append(300);
  WriteWholeFile(test_.tiles() + "/tile/0/000", "short");
  WriteWholeFile(test_.tiles() + "/tile/entries/001.p/44", "");
  FUSIONHUB_ASSERT_OK(test_.Open());
  ExpectSound(300);
}

TEST_F(LogCrashTest, TwoLogsOnOneSignerStateAreRefused) {
  const auto log = test_.Open().value();
  EXPECT_EQ(test_.Open().status().code(), absl::StatusCode::kFailedPrecondition);
}

// A store whose disk fails after some writes, or that writes other than it was told.
class FaultyStore final : public storage::Store {
 public:
  enum class Fault { kWriteFails, kWriteFlipsABit };
  FaultyStore(Fault fault, int good_writes)
      : fault_(fault), good_writes_(good_writes), store_(storage::NewMemoryStore()) {}
  absl::StatusOr<std::string> Get(absl::string_view f, absl::string_view k) const override {
    return store_->Get(f, k);
  }
  absl::Status Scan(
      absl::string_view f, absl::string_view b, absl::string_view e,
      const std::function<bool(absl::string_view, absl::string_view)>& v) const override {
    return store_->Scan(f, b, e, v);
  }
  absl::StatusOr<std::pair<std::string, std::string>> Last(absl::string_view f,
                                                           absl::string_view e) const override {
    return store_->Last(f, e);
  }
  absl::Status Write(const storage::WriteBatch& batch, storage::Sync sync) override {
    if (good_writes_-- > 0) return store_->Write(batch, sync);
    if (fault_ == Fault::kWriteFails) return absl::DataLossError("disk");
    storage::WriteBatch flipped;
    for (const auto& operation : batch.operations()) {
      std::string value = operation.value;
      if (operation.family == "log_leaf") value[20] = static_cast<char>(value[20] ^ 1);
      flipped.Put(operation.family, operation.key, value);
    }
    return store_->Write(flipped, sync);
  }
  absl::Status CreateFamily(absl::string_view f) override { return store_->CreateFamily(f); }
  absl::Status DropFamily(absl::string_view f) override { return store_->DropFamily(f); }
  std::vector<std::string> Families() const override { return store_->Families(); }

 private:
  const Fault fault_;
  int good_writes_;
  std::unique_ptr<storage::Store> store_;
};

void AppendUntilItDies(TestLog& test, FaultyStore::Fault fault) {
  FaultyStore store(fault, 2);
  const auto log = Log::Open(test.Options(), store, test.random()).value();
  for (uint64_t i = 0; i < 10; ++i) {
    (void)log->AppendAndWait(IntentDraft(i, {"slmpd"}));
  }
}

TEST(LogDeathTest, AFailedWriteEndsTheProcess) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  TestLog test("log_death_write");
  EXPECT_DEATH(AppendUntilItDies(test, FaultyStore::Fault::kWriteFails), "audit_commit_failed");
}

TEST(LogDeathTest, ABitThatFlipsOnTheWayToTheStoreIsNeverSigned) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  TestLog test("log_death_flip");
  EXPECT_DEATH(AppendUntilItDies(test, FaultyStore::Fault::kWriteFlipsABit),
               "log entry 2 reads back other");
  EXPECT_THAT(ReadWholeFile(test.signer_state()), HasSubstr("hub.test/log\n2\n"));
}

}  // namespace
}  // namespace fusionhub::audit
