#include "alpr_ingest/read_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "alpr_ingest/alpr_testing.h"
#include "base/random.h"
#include "base/status_matchers.h"
#include "storage/memory_store.h"

namespace fusionhub::alpr_ingest {
namespace {

const absl::Time kNow = SampleNow();
constexpr absl::Duration kDay = absl::Hours(24);

class ReadStoreTest : public testing::Test {
 protected:
  void Open(absl::Time now) {
    reads_.reset();
    auto opened = ReadStore::Open(SampleStoreOptions(folder_), *store_, random_, now);
    ASSERT_THAT(opened, IsOk());
    reads_ = *std::move(opened);
  }
  void SetUp() override { Open(kNow); }

  AppendResult Append(const PlateRead& read, std::vector<Hit> hits = {}) {
    auto result = reads_->Append(read, std::move(hits), kNow);
    EXPECT_THAT(result, IsOk());
    return result.ok() ? *result : AppendResult{};
  }
  IndexAnswer Index(const std::string& plate, const std::string& state, absl::Time now = kNow) {
    auto answer = reads_->Index(plate, state, now - 90 * kDay, now + kDay, now);
    EXPECT_THAT(answer, IsOk());
    return answer.ok() ? *answer : IndexAnswer{};
  }
  static Hit SampleHit(const std::string& entry, absl::Time matched = kNow) {
    Hit hit;
    hit.owner = "slmpd";
    hit.entry_id = entry;
    hit.list_version = 3;
    hit.category = "stolen_vehicle";
    hit.matched_at = matched;
    return hit;
  }

  const std::string folder_ = FreshFolder("store");
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  SeededRandom random_{1};
  std::unique_ptr<ReadStore> reads_;
};

TEST_F(ReadStoreTest, FindsAReadInTwoSteps) {
  const PlateRead read = SampleRead("TST1", kNow - absl::Hours(1), 1);
  EXPECT_EQ(Append(read).read_ref, read.read_ref);
  const IndexAnswer answer = Index("TST1", "MO");
  EXPECT_EQ(answer.count, 1u);
  EXPECT_EQ(answer.state_unknown, 0u);
  EXPECT_EQ(answer.first_seen, read.captured_at);
  ASSERT_EQ(answer.lines.size(), 1u);
  EXPECT_EQ(answer.lines[0].read_ref, read.read_ref);
  EXPECT_EQ(answer.lines[0].captured_at, read.captured_at);
  EXPECT_FALSE(answer.truncated);
  const auto detail = reads_->Detail(read.read_ref, "TST1", kNow);
  FUSIONHUB_ASSERT_OK(detail);
  EXPECT_EQ(detail->reader, "north-7");
  EXPECT_EQ(detail->image, read.image);
  EXPECT_EQ(detail->latitude, read.latitude);
}

TEST_F(ReadStoreTest, DetailNeedsTheRightPlate) {
  const PlateRead read = SampleRead("TST1", kNow, 1);
  Append(read);
  for (const auto& [ref, plate] : std::vector<std::pair<std::string, std::string>>{
           {read.read_ref, "TST2"},
           {read.read_ref, ""},
           {std::string(32, '0'), "TST1"},
           {"", "TST1"},
           {"zz", "TST1"},
           {absl::StrCat(read.read_ref, "00"), "TST1"}}) {
    EXPECT_THAT(reads_->Detail(ref, plate, kNow),
                StatusIs(absl::StatusCode::kNotFound, "no such read"));
  }
}

TEST_F(ReadStoreTest, IndexKeepsStatesApart) {
  PlateRead missouri = SampleRead("TST1", kNow, 1), illinois = SampleRead("TST1", kNow, 2),
            unread = SampleRead("TST1", kNow, 3);
  illinois.state = "IL";
  unread.state = "";
  for (const PlateRead& read : {missouri, illinois, unread}) Append(read);
  EXPECT_EQ(Index("TST1", "MO").count, 2u);
  EXPECT_EQ(Index("TST1", "MO").state_unknown, 1u);
  EXPECT_EQ(Index("TST1", "").count, 3u);
  EXPECT_EQ(Index("TST1", "").state_unknown, 3u);
  EXPECT_EQ(Index("TST1", "KS").count, 1u);
  EXPECT_EQ(Index("TST2", "MO").count, 0u);
  EXPECT_EQ(Index("TST2", "MO").first_seen, absl::InfinitePast());
}

TEST_F(ReadStoreTest, TheWindowIsHalfOpen) {
  const absl::Time at = kNow - absl::Hours(5);
  Append(SampleRead("TST1", at, 1));
  const auto count = [&](absl::Time from, absl::Time to) {
    return reads_->Index("TST1", "MO", from, to, kNow)->count;
  };
  const absl::Duration step = absl::Milliseconds(1);
  EXPECT_EQ(count(at, at + step), 1u);
  EXPECT_EQ(count(at + step, kNow), 0u);
  EXPECT_EQ(count(at - kDay, at), 0u);
  EXPECT_EQ(count(kNow, at), 0u);
  EXPECT_EQ(count(absl::InfinitePast(), absl::InfiniteFuture()), 1u);
}

TEST_F(ReadStoreTest, IndexIsNewestFirstAndBounded) {
  for (int i = 0; i < 250; ++i) Append(SampleRead("TST1", kNow - absl::Hours(i), i + 1));
  const IndexAnswer answer = Index("TST1", "MO");
  EXPECT_EQ(answer.count, 250u);
  ASSERT_EQ(answer.lines.size(), ReadStore::kMaxIndexLines);
  EXPECT_EQ(answer.lines.front().captured_at, kNow);
  EXPECT_EQ(answer.lines.back().captured_at, kNow - absl::Hours(99));
  EXPECT_EQ(answer.last_seen, kNow);
  EXPECT_EQ(answer.first_seen, kNow - absl::Hours(249));
}

TEST_F(ReadStoreTest, ASecondDeliveryIsRecognisedAndRaisesNoSecondHit) {
  PlateRead read = SampleRead("TST1", kNow, 1);
  EXPECT_EQ(Append(read, {SampleHit("a")}).hits.size(), 1u);
  read.read_ref = absl::StrFormat("%032x", 99);
  const AppendResult again = Append(read, {SampleHit("a")});
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.read_ref, absl::StrFormat("%032x", 1));
  EXPECT_TRUE(again.hits.empty());
  EXPECT_EQ(Index("TST1", "MO").count, 1u);
  EXPECT_EQ(reads_->PendingHits(10, kNow)->size(), 1u);
}

TEST_F(ReadStoreTest, ManyDeliveriesAtOnceAreOneRead) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&, i] {
      PlateRead read = SampleRead("TST1", kNow, 1);
      read.read_ref = absl::StrFormat("%032x", 100 + i);
      EXPECT_THAT(reads_->Append(read, {SampleHit("a")}, kNow), IsOk());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Index("TST1", "MO").count, 1u);
  EXPECT_EQ(reads_->PendingHits(10, kNow)->size(), 1u);
}

TEST_F(ReadStoreTest, HitsWaitUntilAcknowledgedAndSurviveARestart) {
  const std::vector<Hit> hits =
      Append(SampleRead("TST1", kNow, 1), {SampleHit("b", kNow + absl::Seconds(1)), SampleHit("a")})
          .hits;
  ASSERT_EQ(hits.size(), 2u);
  EXPECT_EQ(hits[0].hit_id.size(), 32u);
  EXPECT_NE(hits[0].hit_id, hits[1].hit_id);
  Open(kNow);
  auto pending = reads_->PendingHits(10, kNow);
  FUSIONHUB_ASSERT_OK(pending);
  ASSERT_EQ(pending->size(), 2u);
  EXPECT_EQ((*pending)[0].entry_id, "a");
  EXPECT_EQ((*pending)[1].hit_id, hits[0].hit_id);
  EXPECT_EQ(reads_->PendingHits(1, kNow)->size(), 1u);
  FUSIONHUB_ASSERT_OK(reads_->AckHit((*pending)[0]));
  FUSIONHUB_ASSERT_OK(reads_->AckHit((*pending)[0]));
  EXPECT_EQ(reads_->PendingHits(10, kNow)->size(), 1u);
  // Acknowledged, it can still be fetched.
  const auto alert = reads_->Alert((*pending)[0].hit_id, kNow);
  FUSIONHUB_ASSERT_OK(alert);
  EXPECT_EQ(alert->hit.entry_id, "a");
  EXPECT_EQ(alert->read.plate, "TST1");
}

TEST_F(ReadStoreTest, AHitIdIsTheSameForTheSameEntryVersionOnly) {
  const PlateRead read = SampleRead("TST1", kNow, 1);
  Hit other_version = SampleHit("a"), other_owner = SampleHit("a");
  other_version.list_version = 4;
  other_owner.owner = "st_charles_pd";
  const auto hits = Append(read, {SampleHit("a"), SampleHit("a"), other_version, other_owner}).hits;
  ASSERT_EQ(hits.size(), 4u);
  EXPECT_EQ(hits[0].hit_id, hits[1].hit_id);
  EXPECT_NE(hits[0].hit_id, hits[2].hit_id);
  EXPECT_NE(hits[0].hit_id, hits[3].hit_id);
  EXPECT_EQ(reads_->PendingHits(10, kNow)->size(), 3u);
}

TEST_F(ReadStoreTest, AlertsNeedAnIdThatExists) {
  for (const std::string id : {"", "x", "00000000000000000000000000000000"}) {
    EXPECT_THAT(reads_->Alert(id, kNow), StatusIs(absl::StatusCode::kNotFound, "no such hit"));
  }
  EXPECT_THAT(reads_->AckHit(SampleHit("a")),
              StatusIs(absl::StatusCode::kInvalidArgument, testing::_));
}

TEST_F(ReadStoreTest, ALPR4_TheRecordGateClosesAtItsRetentionExactly) {
  const absl::Time captured = kNow - absl::Hours(6);
  const PlateRead read = SampleRead("TST1", captured, 1);
  const std::string hit = Append(read, {SampleHit("a")}).hits[0].hit_id;
  const absl::Time last = captured + 30 * kDay - absl::Microseconds(1), gate = captured + 30 * kDay;
  EXPECT_EQ(Index("TST1", "MO", last).count, 1u);
  FUSIONHUB_EXPECT_OK(reads_->Detail(read.read_ref, "TST1", last));
  FUSIONHUB_EXPECT_OK(reads_->Alert(hit, last));
  EXPECT_EQ(Index("TST1", "MO", gate).count, 0u);
  EXPECT_THAT(reads_->Detail(read.read_ref, "TST1", gate),
              StatusIs(absl::StatusCode::kNotFound, testing::_));
  EXPECT_THAT(reads_->Alert(hit, gate), StatusIs(absl::StatusCode::kNotFound, testing::_));
}

TEST_F(ReadStoreTest, ClassesKeepTheirOwnTime) {
  const absl::Time captured = kNow - absl::Hours(6);
  PlateRead standard = SampleRead("TST1", captured, 1), extended = SampleRead("TST1", captured, 2);
  extended.retention_class = 1;
  Append(standard);
  Append(extended);
  EXPECT_EQ(Index("TST1", "MO").count, 2u);
  EXPECT_EQ(Index("TST1", "MO", captured + 31 * kDay).count, 1u);
  EXPECT_EQ(Index("TST1", "MO", captured + 90 * kDay).count, 0u);
  EXPECT_EQ(reads_->LongestRetention(), 90 * kDay);
}

TEST_F(ReadStoreTest, StoresNothingThatIsPastItsRetentionOrADayAhead) {
  EXPECT_THAT(reads_->Append(SampleRead("TST1", kNow - 30 * kDay, 1), {}, kNow),
              StatusIs(absl::StatusCode::kOutOfRange, testing::HasSubstr("not stored")));
  FUSIONHUB_EXPECT_OK(
      reads_->Append(SampleRead("TST1", kNow - 30 * kDay + absl::Seconds(1), 2), {}, kNow));
  EXPECT_THAT(reads_->Append(SampleRead("TST1", kNow + kDay + absl::Seconds(1), 3), {}, kNow),
              StatusIs(absl::StatusCode::kOutOfRange, testing::_));
}

TEST_F(ReadStoreTest, RefusesReadsThatAreNotWellFormed) {
  PlateRead plate = SampleRead("tst1", kNow, 1), ref = SampleRead("TST1", kNow, 2),
            retention = SampleRead("TST1", kNow, 3);
  ref.read_ref = "x";
  retention.retention_class = 2;
  for (const PlateRead& read : {plate, ref, retention}) {
    EXPECT_THAT(reads_->Append(read, {}, kNow),
                StatusIs(absl::StatusCode::kInvalidArgument, testing::_));
  }
}

TEST_F(ReadStoreTest, EO311_RefusesARetentionBelowThirtyDays) {
  const auto open = [&](std::vector<RetentionClass> retention) {
    ReadStoreOptions options = SampleStoreOptions(FreshFolder("other"));
    options.retention = std::move(retention);
    return ReadStore::Open(options, *store_, random_, kNow).status();
  };
  for (const auto& bad :
       std::vector<std::vector<RetentionClass>>{{},
                                                {{"a", 29 * kDay}},
                                                {{"a", 366 * kDay}},
                                                {{"a", 30 * kDay}, {"a", 40 * kDay}},
                                                {{"", 30 * kDay}},
                                                {{"../a", 30 * kDay}}}) {
    EXPECT_THAT(open(bad), StatusIs(absl::StatusCode::kInvalidArgument, testing::_));
  }
}

TEST_F(ReadStoreTest, ADamagedRowIsDataLossAndNeverAnotherRead) {
  const PlateRead one = SampleRead("TST1", kNow, 1), two = SampleRead("TST2", kNow, 2);
  Append(one);
  Append(two);
  // Put one read's row in the other's place.
  std::string family;
  for (const std::string& name : store_->Families()) {
    if (name.find("alpr-reads-") == 0) family = name;
  }
  std::vector<std::pair<std::string, std::string>> rows;
  FUSIONHUB_ASSERT_OK(
      store_->Scan(family, "r", "s", [&](absl::string_view key, absl::string_view value) {
        rows.emplace_back(std::string(key), std::string(value));
        return true;
      }));
  ASSERT_EQ(rows.size(), 2u);
  storage::WriteBatch swap;
  swap.Put(family, rows[0].first, rows[1].second);
  FUSIONHUB_ASSERT_OK(store_->Write(swap, storage::Sync::kYes));
  EXPECT_THAT(reads_->Detail(one.read_ref, "TST1", kNow),
              StatusIs(absl::StatusCode::kDataLoss, testing::_));
  FUSIONHUB_EXPECT_OK(reads_->Detail(two.read_ref, "TST2", kNow));
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
