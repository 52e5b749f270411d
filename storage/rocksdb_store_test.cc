// What only a store on disk promises: it survives, it notices damage, and it stops after a failed
// write.
#include "storage/rocksdb_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"

namespace fusionhub::storage {
namespace {

namespace fs = std::filesystem;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RocksDbStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
    options_.path = absl::StrCat(::testing::TempDir(), "/rocksdb_", info->name(), "/db");
    options_.families = {"a"};
    fs::remove_all(fs::path(options_.path).parent_path());
  }

  std::unique_ptr<Store> Open() {
    absl::StatusOr<std::unique_ptr<Store>> store = OpenRocksDb(options_);
    EXPECT_THAT(store, IsOk());
    return store.ok() ? *std::move(store) : nullptr;
  }

  static absl::Status Put(Store& store, absl::string_view key, absl::string_view value,
                          Sync sync = Sync::kYes) {
    WriteBatch batch;
    batch.Put("a", key, value);
    return store.Write(batch, sync);
  }

  // The one file with `extension`.
  fs::path FileWith(const std::string& extension) const {
    for (const fs::directory_entry& entry : fs::directory_iterator(options_.path)) {
      if (entry.path().extension() == extension) return entry.path();
    }
    ADD_FAILURE() << "no file " << extension;
    return {};
  }

  RocksDbOptions options_;
};

void FlipByte(const fs::path& path, std::streamoff offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  char byte = 0;
  file.seekg(offset).get(byte);
  file.seekp(offset).put(static_cast<char>(byte ^ 0x10));
  EXPECT_TRUE(file.good()) << path;
}

TEST_F(RocksDbStoreTest, KeepsContentAndFamiliesAcrossReopening) {
  {
    const std::unique_ptr<Store> store = Open();
    ASSERT_NE(store, nullptr);
    FUSIONHUB_ASSERT_OK(store->CreateFamily("day-1"));
    FUSIONHUB_ASSERT_OK(store->CreateFamily("day-2"));
    FUSIONHUB_ASSERT_OK(store->DropFamily("day-1"));
    FUSIONHUB_ASSERT_OK(Put(*store, "synced", "1", Sync::kYes));
    FUSIONHUB_ASSERT_OK(Put(*store, "closed", "2", Sync::kNo));
  }
  const std::unique_ptr<Store> store = Open();
  ASSERT_NE(store, nullptr);
  EXPECT_THAT(store->Families(), ElementsAre("a", "day-2"));
  EXPECT_EQ(store->Get("a", "synced").value_or("?"), "1");
  EXPECT_EQ(store->Get("a", "closed").value_or("?"), "2");
}

TEST_F(RocksDbStoreTest, OpensWithFamiliesOnDiskAndNewOnes) {
  { ASSERT_NE(Open(), nullptr); }
  options_.families = {"b", "a", "b"};
  const std::unique_ptr<Store> store = Open();
  ASSERT_NE(store, nullptr);
  EXPECT_THAT(store->Families(), ElementsAre("a", "b"));
}

TEST_F(RocksDbStoreTest, WhatIsSyncedSurvivesWithoutClosing) {
  const std::unique_ptr<Store> store = Open();
  ASSERT_NE(store, nullptr);
  FUSIONHUB_ASSERT_OK(Put(*store, "key", "value"));
  // The files as a crash would leave them at this moment.
  const std::string copy = absl::StrCat(options_.path, ".copy");
  fs::copy(options_.path, copy, fs::copy_options::recursive);
  options_.path = copy;
  const std::unique_ptr<Store> after = Open();
  ASSERT_NE(after, nullptr);
  EXPECT_EQ(after->Get("a", "key").value_or("?"), "value");
}

TEST_F(RocksDbStoreTest, RefusesASecondOpening) {
  const std::unique_ptr<Store> store = Open();
  ASSERT_NE(store, nullptr);
  EXPECT_THAT(OpenRocksDb(options_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another process")));
}

TEST_F(RocksDbStoreTest, RefusesABadFamilyName) {
  options_.families = {"default"};
  EXPECT_THAT(OpenRocksDb(options_), StatusIs(absl::StatusCode::kInvalidArgument, _));
}

TEST_F(RocksDbStoreTest, RefusesAFileInTheFoldersPlace) {
  fs::create_directories(fs::path(options_.path).parent_path());
  std::ofstream(options_.path) << "a file";
  EXPECT_THAT(OpenRocksDb(options_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(options_.path)));
}

TEST_F(RocksDbStoreTest, AFlippedByteIsDataLoss) {
  {
    const std::unique_ptr<Store> store = Open();
    ASSERT_NE(store, nullptr);
    FUSIONHUB_ASSERT_OK(Put(*store, "key", std::string(1000, 'v')));
  }
  { ASSERT_NE(Open(), nullptr); }  // recovery moves the log into a table
  FlipByte(FileWith(".sst"), 500);
  const std::unique_ptr<Store> store = Open();
  ASSERT_NE(store, nullptr);
  EXPECT_THAT(store->Get("a", "key"), StatusIs(absl::StatusCode::kDataLoss, _));
  EXPECT_THAT(store->Last("a", ""), StatusIs(absl::StatusCode::kDataLoss, _));
  EXPECT_THAT(store->Scan("a", "", "", [](auto, auto) { return true; }),
              StatusIs(absl::StatusCode::kDataLoss, _));
  WriteBatch batch;
  batch.Require("a", "key", std::nullopt);
  EXPECT_THAT(store->Write(batch, Sync::kYes), StatusIs(absl::StatusCode::kDataLoss, _));
}

TEST_F(RocksDbStoreTest, DataWithoutItsCurrentFileIsDataLoss) {
  {
    const std::unique_ptr<Store> store = Open();
    ASSERT_NE(store, nullptr);
    FUSIONHUB_ASSERT_OK(Put(*store, "key", "value"));
  }
  fs::remove(absl::StrCat(options_.path, "/CURRENT"));
  EXPECT_THAT(OpenRocksDb(options_),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("no CURRENT")));
}

TEST_F(RocksDbStoreTest, AFailedWriteIsFinal) {
  const std::unique_ptr<Store> store = Open();
  ASSERT_NE(store, nullptr);
  FUSIONHUB_ASSERT_OK(Put(*store, "before", "1"));
  rlimit whole = {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &whole), 0);
  signal(SIGXFSZ, SIG_IGN);  // so that the limit is an error and not a signal
  const absl::Cleanup restore = [&whole] { setrlimit(RLIMIT_FSIZE, &whole); };
  const rlimit tight = {4096, whole.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  EXPECT_THAT(Put(*store, "during", std::string(100000, 'v')),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("cannot write")));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &whole), 0);
  EXPECT_THAT(Put(*store, "after", "2"), StatusIs(absl::StatusCode::kDataLoss, _));
  EXPECT_EQ(store->Get("a", "before").value_or("?"), "1");
}

}  // namespace
}  // namespace fusionhub::storage
