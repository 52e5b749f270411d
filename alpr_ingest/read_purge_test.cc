// I6 and ALPR-4 over the real store: what is written is ciphertext, and what is purged cannot be
// read again by anybody, from any copy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "alpr_ingest/alpr_testing.h"
#include "alpr_ingest/read_store.h"
#include "base/random.h"
#include "base/status_matchers.h"
#include "storage/rocksdb_store.h"

namespace fusionhub::alpr_ingest {
namespace {

using testing::HasSubstr;
using testing::Not;

const absl::Time kNow = SampleNow();
constexpr absl::Duration kDay = absl::Hours(24);
constexpr char kMarker[] = "MARKER";

class ReadPurgeTest : public testing::Test {
 protected:
  void Open(absl::Time now, const std::string& folder) {
    Close();
    auto store = storage::OpenRocksDb({.path = folder + "/db", .families = {}});
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
    auto reads = ReadStore::Open(SampleStoreOptions(folder), *store_, random_, now);
    ASSERT_THAT(reads, IsOk());
    reads_ = *std::move(reads);
  }
  void Open(absl::Time now) { Open(now, folder_); }
  void Close() {
    reads_.reset();
    store_.reset();
  }

  // Reads of plates MARKER1.. with marked image, reader, source and hits.
  void AppendMarked(int count, absl::Time captured, uint8_t retention_class = 0) {
    for (int i = 1; i <= count; ++i) {
      PlateRead read = SampleRead(absl::StrCat(kMarker, i), captured, ++number_);
      read.reader = absl::StrCat(kMarker, "-reader");
      read.image = absl::StrCat("\xFF\xD8\xFF", kMarker, std::string(500, 'x'));
      read.source_key = absl::StrCat(kMarker, "-source-", number_);
      read.retention_class = retention_class;
      Hit hit;
      hit.owner = "slmpd";
      hit.entry_id = absl::StrCat(kMarker, "-entry");
      hit.category = "stolen_vehicle";
      hit.vehicle = absl::StrCat(kMarker, "-vehicle");
      hit.matched_at = captured;
      const auto result = reads_->Append(read, {hit}, kNow);
      ASSERT_THAT(result, IsOk());
      hit_id_ = result->hits[0].hit_id;
      ref_ = read.read_ref;
    }
  }
  size_t Count(absl::Time now) {
    return reads_
        ->Index(absl::StrCat(kMarker, 1), "MO", absl::InfinitePast(), absl::InfiniteFuture(), now)
        ->count;
  }

  const std::string folder_ = FreshFolder("node");
  SystemRandom random_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<ReadStore> reads_;
  int number_ = 0;
  std::string hit_id_, ref_;
};

TEST_F(ReadPurgeTest, NoFileHoldsAnythingInTheClear) {
  Open(kNow);
  AppendMarked(50, kNow);
  EXPECT_THAT(AllBytes(folder_), Not(HasSubstr(kMarker)));
  // Dropping a family and reopening flush the write-ahead log into tables.
  Open(kNow);
  AppendMarked(50, kNow - kDay);
  Open(kNow);
  const std::string bytes = AllBytes(folder_);
  EXPECT_GT(bytes.size(), 50'000u);
  EXPECT_THAT(bytes, Not(HasSubstr(kMarker)));
  EXPECT_THAT(bytes, Not(HasSubstr("north-7")));
  EXPECT_THAT(bytes, Not(HasSubstr("\xFF\xD8\xFF")));
  EXPECT_EQ(Count(kNow), 2u);
}

TEST_F(ReadPurgeTest, ALPR4_PurgesAtTheHourAndNotBefore) {
  Open(kNow);
  AppendMarked(3, kNow);
  // 2026-01-01's last read is 30 days old at the end of 2026-01-31.
  const absl::Time due = StartOfDay(DayOf(kNow) + 31);
  EXPECT_EQ(reads_->NextPurgeDue(), due);
  EXPECT_TRUE(reads_->Purge(due - absl::Microseconds(1))->destroyed.empty());
  const auto report = reads_->Purge(due);
  FUSIONHUB_ASSERT_OK(report);
  ASSERT_EQ(report->destroyed.size(), 1u);
  EXPECT_EQ(report->destroyed[0].day, "2026-01-01");
  EXPECT_EQ(report->destroyed[0].retention_class, "standard");
  EXPECT_EQ(report->destroyed[0].commitment.size(), 64u);
  EXPECT_EQ(report->destroyed[0].destroyed_at, due);
  EXPECT_EQ(report->families_dropped, 1u);
  EXPECT_EQ(report->outbox_dropped, 3u);
  EXPECT_EQ(reads_->NextPurgeDue(), absl::InfiniteFuture());
  // Even with the clock set back there is nothing any more.
  EXPECT_EQ(Count(kNow), 0u);
  EXPECT_THAT(reads_->Detail(ref_, absl::StrCat(kMarker, 3), kNow),
              StatusIs(absl::StatusCode::kNotFound, testing::_));
  EXPECT_THAT(reads_->Alert(hit_id_, kNow), StatusIs(absl::StatusCode::kNotFound, testing::_));
  EXPECT_TRUE(reads_->PendingHits(10, kNow)->empty());
  EXPECT_TRUE(reads_->Purge(due)->destroyed.empty());
}

TEST_F(ReadPurgeTest, ACopyOfTheStoreAndItsKeyFilesMadeBeforeThePurgeOpensNothing) {
  Open(kNow);
  AppendMarked(3, kNow);
  AppendMarked(1, kNow, 1);
  Close();
  const std::string copy = FreshFolder("copy");
  for (const char* part : {"/db", "/keys"}) {
    std::filesystem::copy(folder_ + part, copy + part, std::filesystem::copy_options::recursive);
  }
  const absl::Time due = StartOfDay(DayOf(kNow) + 31);
  Open(due);
  EXPECT_EQ(Count(due), 1u);  // the extended one
  Close();
  // The thief has the present KEK too. The copy's key files need the one that the purge destroyed.
  std::filesystem::copy(folder_ + "/kek", copy + "/kek", std::filesystem::copy_options::recursive);
  auto store = storage::OpenRocksDb({.path = copy + "/db", .families = {}});
  FUSIONHUB_ASSERT_OK(store);
  EXPECT_THAT(ReadStore::Open(SampleStoreOptions(copy), **store, random_, kNow),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("kek-1")));
}

TEST_F(ReadPurgeTest, ACopyOfTheStoreAloneShowsNothingUnderThePresentKeys) {
  Open(kNow);
  AppendMarked(3, kNow);
  Close();
  const std::string copy = FreshFolder("copy");
  std::filesystem::copy(folder_ + "/db", copy + "/db", std::filesystem::copy_options::recursive);
  const absl::Time due = StartOfDay(DayOf(kNow) + 31);
  Open(due);
  Close();
  for (const char* part : {"/keys", "/kek"}) {
    std::filesystem::copy(folder_ + part, copy + part, std::filesystem::copy_options::recursive);
  }
  Open(kNow, copy);
  EXPECT_EQ(Count(kNow), 0u);
  EXPECT_THAT(reads_->Detail(ref_, absl::StrCat(kMarker, 3), kNow),
              StatusIs(absl::StatusCode::kNotFound, testing::_));
}

TEST_F(ReadPurgeTest, OverdueKeysAreDestroyedBeforeTheStoreServes) {
  Open(kNow);
  AppendMarked(3, kNow);
  const absl::Time due = StartOfDay(DayOf(kNow) + 31);
  Open(due);
  EXPECT_TRUE(std::filesystem::is_empty(folder_ + "/keys"));
  EXPECT_EQ(Count(kNow), 0u);
  EXPECT_THAT(store_->Families(),
              testing::Not(testing::Contains(testing::StartsWith("alpr-reads-"))));
}

TEST_F(ReadPurgeTest, ADayWithTwoClassesLivesUntilTheLaterOneEnds) {
  Open(kNow);
  AppendMarked(1, kNow, 0);
  AppendMarked(1, kNow, 1);
  EXPECT_EQ(Count(kNow), 2u);
  auto first = reads_->Purge(StartOfDay(DayOf(kNow) + 31));
  FUSIONHUB_ASSERT_OK(first);
  EXPECT_EQ(first->destroyed.size(), 1u);
  EXPECT_EQ(first->families_dropped, 0u);
  EXPECT_EQ(first->outbox_dropped, 1u);
  EXPECT_EQ(Count(kNow), 1u);
  auto second = reads_->Purge(StartOfDay(DayOf(kNow) + 91));
  FUSIONHUB_ASSERT_OK(second);
  EXPECT_EQ(second->families_dropped, 1u);
  EXPECT_EQ(Count(kNow), 0u);
}

TEST_F(ReadPurgeTest, ReadsGoOnAfterAPurgeAndARestart) {
  Open(kNow);
  AppendMarked(2, kNow - 10 * kDay);
  AppendMarked(2, kNow);
  FUSIONHUB_ASSERT_OK(reads_->Purge(StartOfDay(DayOf(kNow) + 22)));
  EXPECT_EQ(Count(kNow), 1u);
  AppendMarked(2, kNow);
  Open(kNow);
  EXPECT_EQ(Count(kNow), 2u);
  EXPECT_EQ(reads_->PendingHits(100, kNow)->size(), 4u);
}

TEST_F(ReadPurgeTest, LeavesAReceiptThatSurvives) {
  Open(kNow);
  AppendMarked(1, kNow);
  Open(StartOfDay(DayOf(kNow) + 31));
  std::vector<std::string> receipts;
  FUSIONHUB_ASSERT_OK(
      store_->Scan("alpr-purges", "", "", [&](absl::string_view, absl::string_view value) {
        receipts.emplace_back(value);
        return true;
      }));
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_THAT(receipts[0], HasSubstr("day=2026-01-01 class=standard key="));
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
