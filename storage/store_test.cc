// One suite for every store: the same promises hold in memory and on disk.
#include "storage/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "storage/memory_store.h"
#include "storage/rocksdb_store.h"

namespace fusionhub::storage {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

using Entries = std::vector<std::pair<std::string, std::string>>;

struct Kind {
  const char* name;
  std::function<std::unique_ptr<Store>(const std::string& folder)> make;
};

std::unique_ptr<Store> OpenInFolder(const std::string& folder) {
  RocksDbOptions options;
  options.path = folder;
  absl::StatusOr<std::unique_ptr<Store>> store = OpenRocksDb(options);
  EXPECT_THAT(store, IsOk());
  return store.ok() ? *std::move(store) : nullptr;
}

class StoreTest : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
    std::string name = info->name();
    std::replace(name.begin(), name.end(), '/', '_');
    const std::string folder = absl::StrCat(::testing::TempDir(), "/store_", name);
    std::filesystem::remove_all(folder);
    store_ = GetParam().make(folder);
    ASSERT_NE(store_, nullptr);
    FUSIONHUB_ASSERT_OK(store_->CreateFamily("a"));
    FUSIONHUB_ASSERT_OK(store_->CreateFamily("b"));
  }

  void Put(absl::string_view family, absl::string_view key, absl::string_view value) {
    WriteBatch batch;
    batch.Put(family, key, value);
    FUSIONHUB_ASSERT_OK(store_->Write(batch, Sync::kNo));
  }

  Entries Scan(absl::string_view begin, absl::string_view end) {
    Entries entries;
    EXPECT_THAT(store_->Scan("a", begin, end,
                             [&entries](absl::string_view key, absl::string_view value) {
                               entries.emplace_back(key, value);
                               return true;
                             }),
                IsOk());
    return entries;
  }

  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(
    Stores, StoreTest,
    ::testing::Values(Kind{"Memory", [](const std::string&) { return NewMemoryStore(); }},
                      Kind{"RocksDb", OpenInFolder}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_P(StoreTest, GetReturnsWhatWasPutLast) {
  Put("a", "key", "first");
  Put("a", "key", "second");
  const absl::StatusOr<std::string> value = store_->Get("a", "key");
  FUSIONHUB_ASSERT_OK(value);
  EXPECT_EQ(*value, "second");
}

TEST_P(StoreTest, GetOfAnAbsentKeyIsNotFound) {
  EXPECT_THAT(store_->Get("a", "key"), StatusIs(absl::StatusCode::kNotFound, _));
  Put("b", "key", "in another family");
  EXPECT_THAT(store_->Get("a", "key"), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST_P(StoreTest, KeysAndValuesAreAnyBytes) {
  const std::string bytes("\0\xff\n\0", 4);
  Put("a", bytes, bytes);
  Put("a", "", "the empty key");
  Put("a", "empty value", "");
  EXPECT_EQ(store_->Get("a", bytes).value_or("?"), bytes);
  EXPECT_EQ(store_->Get("a", "").value_or("?"), "the empty key");
  EXPECT_EQ(store_->Get("a", "empty value").value_or("?"), "");
}

TEST_P(StoreTest, DeleteRemovesAndToleratesAbsence) {
  Put("a", "key", "value");
  WriteBatch batch;
  batch.Delete("a", "key");
  batch.Delete("a", "never there");
  FUSIONHUB_ASSERT_OK(store_->Write(batch, Sync::kYes));
  EXPECT_THAT(store_->Get("a", "key"), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST_P(StoreTest, LaterOperationsOfABatchWin) {
  WriteBatch batch;
  batch.Put("a", "key", "first");
  batch.Delete("a", "key");
  batch.Put("a", "key", "last");
  FUSIONHUB_ASSERT_OK(store_->Write(batch, Sync::kYes));
  EXPECT_EQ(store_->Get("a", "key").value_or("?"), "last");
}

TEST_P(StoreTest, ScanKeepsToItsBoundsInByteOrder) {
  for (const char* key : {"b", "a", "\xff", "c", "ab"}) Put("a", key, key);
  EXPECT_THAT(Scan("", ""), ElementsAre(Pair("a", _), Pair("ab", _), Pair("b", _), Pair("c", _),
                                        Pair("\xff", _)));
  EXPECT_THAT(Scan("ab", "c"), ElementsAre(Pair("ab", "ab"), Pair("b", "b")));
  EXPECT_THAT(Scan("aa", "b"), ElementsAre(Pair("ab", "ab")));
  EXPECT_THAT(Scan("b", "b"), IsEmpty());
  EXPECT_THAT(Scan("c", "a"), IsEmpty());
  EXPECT_THAT(Scan("d", ""), ElementsAre(Pair("\xff", _)));
}

TEST_P(StoreTest, ScanStopsWhenToldTo) {
  for (const char* key : {"1", "2", "3"}) Put("a", key, "v");
  int visited = 0;
  FUSIONHUB_ASSERT_OK(store_->Scan(
      "a", "", "", [&visited](absl::string_view, absl::string_view) { return ++visited < 2; }));
  EXPECT_EQ(visited, 2);
}

TEST_P(StoreTest, ScanSeesTheFamilyAsItWasAndMayWrite) {
  for (const char* key : {"1", "2"}) Put("a", key, "v");
  int visited = 0;
  FUSIONHUB_ASSERT_OK(store_->Scan("a", "", "", [&](absl::string_view key, absl::string_view) {
    Put("a", absl::StrCat(key, "x"), "new");
    return ++visited < 10;
  }));
  EXPECT_EQ(visited, 2);
  EXPECT_EQ(Scan("", "").size(), 4U);
}

TEST_P(StoreTest, LastFindsTheKeyBelowTheBound) {
  EXPECT_THAT(store_->Last("a", ""), StatusIs(absl::StatusCode::kNotFound, _));
  for (const char* key : {"1", "3", "5"}) Put("a", key, absl::StrCat("v", key));
  const auto last = [this](absl::string_view end) {
    return store_->Last("a", end).value_or(std::make_pair("none", ""));
  };
  EXPECT_THAT(last(""), Pair("5", "v5"));
  EXPECT_THAT(last("5"), Pair("3", "v3"));
  EXPECT_THAT(last("4"), Pair("3", "v3"));
  EXPECT_THAT(last("9"), Pair("5", "v5"));
  EXPECT_THAT(last("1"), Pair("none", ""));
}

TEST_P(StoreTest, ABatchPassesWhenItsPreconditionsHold) {
  Put("a", "held", "old");
  WriteBatch batch;
  batch.Require("a", "held", "old");
  batch.Require("a", "absent", std::nullopt);
  batch.Put("b", "key", "new");
  FUSIONHUB_EXPECT_OK(store_->Write(batch, Sync::kYes));
  EXPECT_EQ(store_->Get("b", "key").value_or("?"), "new");
}

TEST_P(StoreTest, ABatchIsAbortedWholeWhenOnePreconditionFails) {
  Put("a", "held", "other");
  const std::vector<std::pair<std::string, std::optional<std::string>>> failing = {
      {"held", "old"}, {"held", ""}, {"held", std::nullopt}, {"absent", "x"}, {"absent", ""}};
  for (const auto& [key, expected] : failing) {
    WriteBatch batch;
    batch.Put("b", "first", "v");
    batch.Require("a", "missing", std::nullopt);
    batch.Require("a", key, expected);
    batch.Put("b", "second", "v");
    EXPECT_THAT(store_->Write(batch, Sync::kYes),
                StatusIs(absl::StatusCode::kAborted, Not(HasSubstr("held"))));
  }
  EXPECT_THAT(store_->Get("b", "first"), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_THAT(store_->Get("b", "second"), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST_P(StoreTest, AFamilyThatDoesNotExistIsRefusedEverywhere) {
  const auto refused = StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("'nowhere'"));
  EXPECT_THAT(store_->Get("nowhere", "k"), refused);
  EXPECT_THAT(store_->Last("nowhere", ""), refused);
  EXPECT_THAT(store_->Scan("nowhere", "", "", [](auto, auto) { return true; }), refused);
  WriteBatch batch;
  batch.Put("a", "k", "v");
  batch.Put("nowhere", "k", "v");
  EXPECT_THAT(store_->Write(batch, Sync::kYes), refused);
  EXPECT_THAT(store_->Get("a", "k"), StatusIs(absl::StatusCode::kNotFound, _));
  WriteBatch conditional;
  conditional.Require("nowhere", "k", std::nullopt);
  EXPECT_THAT(store_->Write(conditional, Sync::kYes), refused);
}

TEST_P(StoreTest, DropFamilyRemovesItsContentForGood) {
  Put("a", "key", "value");
  FUSIONHUB_ASSERT_OK(store_->DropFamily("a"));
  EXPECT_THAT(store_->Families(), ElementsAre("b"));
  EXPECT_THAT(store_->Get("a", "key"), StatusIs(absl::StatusCode::kFailedPrecondition, _));
  EXPECT_THAT(store_->DropFamily("a"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("'a'")));
  FUSIONHUB_ASSERT_OK(store_->CreateFamily("a"));
  EXPECT_THAT(store_->Get("a", "key"), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST_P(StoreTest, CreateFamilyKeepsWhatExists) {
  Put("a", "key", "value");
  FUSIONHUB_ASSERT_OK(store_->CreateFamily("a"));
  EXPECT_EQ(store_->Get("a", "key").value_or("?"), "value");
  EXPECT_THAT(store_->Families(), ElementsAre("a", "b"));
}

TEST_P(StoreTest, RefusesFamilyNamesOutsideTheRule) {
  for (const std::string& name : {std::string(), std::string("default"), std::string(129, 'f')}) {
    EXPECT_THAT(store_->CreateFamily(name), StatusIs(absl::StatusCode::kInvalidArgument, _));
  }
  FUSIONHUB_EXPECT_OK(store_->CreateFamily(std::string(128, 'f')));
}

TEST_P(StoreTest, PreconditionsHoldAgainstConcurrentWriters) {
  Put("a", "count", "0");
  std::atomic<int> committed = 0;
  std::atomic<bool> stop = false;
  std::thread plain([&] {
    for (int i = 0; !stop.load(); ++i) Put("b", absl::StrCat(i % 100), "noise");
  });
  std::vector<std::thread> counters;
  for (int t = 0; t < 3; ++t) {
    counters.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const std::string now = store_->Get("a", "count").value_or("?");
        int number = 0;
        if (!absl::SimpleAtoi(now, &number)) return;
        WriteBatch batch;
        batch.Require("a", "count", now);
        batch.Put("a", "count", absl::StrCat(number + 1));
        if (store_->Write(batch, Sync::kNo).ok()) ++committed;
      }
    });
  }
  for (std::thread& counter : counters) counter.join();
  stop = true;
  plain.join();
  EXPECT_GE(committed.load(), 200);
  EXPECT_EQ(store_->Get("a", "count").value_or("?"), absl::StrCat(committed.load()));
}

TEST_P(StoreTest, ReadersAndWritersGoOnWhileFamiliesComeAndGo) {
  std::atomic<bool> stop = false;
  std::atomic<int> unexpected = 0;
  std::thread user([&] {
    while (!stop.load()) {
      WriteBatch batch;
      batch.Put("day", "k", "v");
      for (const absl::Status& status :
           {store_->Write(batch, Sync::kNo), store_->Get("day", "k").status(),
            store_->Last("day", "").status(),
            store_->Scan("day", "", "", [](auto, auto) { return true; })}) {
        const bool known =
            status.ok() || absl::IsNotFound(status) || absl::IsFailedPrecondition(status);
        if (!known && unexpected.fetch_add(1) == 0) ADD_FAILURE() << status;
      }
    }
  });
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(store_->CreateFamily("day"), IsOk());
    EXPECT_THAT(store_->DropFamily("day"), IsOk());
  }
  stop = true;
  user.join();
  EXPECT_EQ(unexpected.load(), 0);
}

}  // namespace
}  // namespace fusionhub::storage
