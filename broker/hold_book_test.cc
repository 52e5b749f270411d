// Held questions: durable, bounded, decided once.
#include "broker/hold_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "storage/memory_store.h"
#include "storage/rocksdb_store.h"

namespace fusionhub::broker {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

const absl::Time kNow = absl::FromUnixSeconds(1741626000);

HoldRecord Hold(const std::string& id, const std::string& owner, absl::Time held_at = kNow) {
  HoldRecord record;
  record.hold_id = id;
  record.owner = owner;
  record.requester_agency = "st_charles_pd";
  record.question_digest = crypto::Sha256("question");
  record.question_index = 12;
  record.held_at = held_at;
  record.lapses_at = held_at + absl::Hours(72);
  record.state = "waiting";
  return record;
}

class HoldBookTest : public ::testing::Test {
 protected:
  HoldBookTest() { FUSIONHUB_EXPECT_OK(store_->CreateFamily(HoldBook::kFamily)); }
  std::vector<std::string> Ids(const std::string& owner, absl::Time now) {
    std::vector<std::string> ids;
    const absl::StatusOr<std::vector<HoldRecord>> holds = book_.OfOwner(owner, now);
    FUSIONHUB_EXPECT_OK(holds);
    if (!holds.ok()) return ids;
    for (const HoldRecord& hold : *holds) ids.push_back(hold.hold_id);
    return ids;
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  SeededRandom random_{3};
  HoldBook book_{*store_, random_};
};

TEST_F(HoldBookTest, IdsAreFreshAndOfOneForm) {
  const std::string id = book_.NewId();
  EXPECT_THAT(id, MatchesRegex("H-[0-9a-f]{16}"));
  EXPECT_NE(book_.NewId(), id);
}

TEST_F(HoldBookTest, KeepsWhatItIsGiven) {
  FUSIONHUB_ASSERT_OK(book_.Add(Hold("H-1", "slmpd")));
  const absl::StatusOr<HoldRecord> found = book_.Find("H-1");
  FUSIONHUB_ASSERT_OK(found);
  EXPECT_EQ(found->owner, "slmpd");
  EXPECT_EQ(found->requester_agency, "st_charles_pd");
  EXPECT_EQ(found->question_digest, crypto::Sha256("question"));
  EXPECT_EQ(found->question_index, 12u);
  EXPECT_EQ(found->held_at, kNow);
  EXPECT_EQ(found->lapses_at, kNow + absl::Hours(72));
  EXPECT_EQ(found->state, "waiting");
  EXPECT_FALSE(found->decision_index.has_value());
  EXPECT_THAT(book_.Find("H-2"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("no such hold")));
}

TEST_F(HoldBookTest, ListsAnOwnersHoldsOldestFirstUntilTheyLapse) {
  FUSIONHUB_ASSERT_OK(book_.Add(Hold("H-b", "slmpd", kNow + absl::Hours(1))));
  FUSIONHUB_ASSERT_OK(book_.Add(Hold("H-z", "slmpd", kNow)));
  FUSIONHUB_ASSERT_OK(book_.Add(Hold("H-a", "slmpd", kNow)));
  FUSIONHUB_ASSERT_OK(book_.Add(Hold("H-c", "st_louis_county_pd", kNow)));
  EXPECT_THAT(Ids("slmpd", kNow), ElementsAre("H-a", "H-z", "H-b"));
  EXPECT_THAT(Ids("slmpd", kNow + absl::Hours(72)), ElementsAre("H-b"));
  EXPECT_THAT(Ids("slmpd", kNow + absl::Hours(73)), IsEmpty());
  EXPECT_THAT(Ids("nobody", kNow), IsEmpty());
}

TEST_F(HoldBookTest, IsDecidedOnce) {
  FUSIONHUB_ASSERT_OK(book_.Add(Hold("H-1", "slmpd")));
  FUSIONHUB_ASSERT_OK(book_.Decide("H-1", "granted", 40, kNow));
  EXPECT_EQ(book_.Find("H-1")->state, "granted");
  EXPECT_EQ(book_.Find("H-1")->decision_index, 40u);
  EXPECT_THAT(book_.Decide("H-1", "denied", 41, kNow),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("already granted")));
  EXPECT_EQ(book_.Find("H-1")->decision_index, 40u);
  EXPECT_THAT(book_.Decide("H-2", "denied", 41, kNow),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no such hold")));
}

TEST_F(HoldBookTest, ALapsedHoldIsNotDecided) {
  FUSIONHUB_ASSERT_OK(book_.Add(Hold("H-1", "slmpd")));
  EXPECT_THAT(book_.Decide("H-1", "granted", 40, kNow + absl::Hours(72)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("asked again")));
  EXPECT_EQ(book_.Find("H-1")->state, "waiting");
}

TEST_F(HoldBookTest, PrunesADayAfterTheLapse) {
  FUSIONHUB_ASSERT_OK(book_.Add(Hold("H-1", "slmpd")));
  FUSIONHUB_ASSERT_OK(book_.Add(Hold("H-2", "slmpd", kNow + absl::Hours(1))));
  EXPECT_EQ(book_.Prune(kNow + absl::Hours(96)).value(), 0u);
  EXPECT_EQ(book_.Prune(kNow + absl::Hours(96) + absl::Seconds(1)).value(), 1u);
  EXPECT_THAT(book_.Find("H-1"), StatusIs(absl::StatusCode::kNotFound, ::testing::_));
  FUSIONHUB_EXPECT_OK(book_.Find("H-2"));
}

TEST_F(HoldBookTest, OneOwnersWaitingHoldsAreBounded) {
  for (size_t i = 0; i < HoldBook::kMaxWaiting; ++i) {
    // Rows, not Add: that counts each time.
    storage::WriteBatch batch;
    FUSIONHUB_ASSERT_OK(i == 0 ? book_.Add(Hold("H-0", "slmpd")) : absl::OkStatus());
    batch.Put(HoldBook::kFamily, absl::StrCat("H-", i),
              store_->Get(HoldBook::kFamily, "H-0").value());
    FUSIONHUB_ASSERT_OK(store_->Write(batch, storage::Sync::kNo));
  }
  EXPECT_THAT(book_.Add(Hold("H-more", "slmpd")),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("1000")));
  FUSIONHUB_EXPECT_OK(book_.Add(Hold("H-other", "st_louis_county_pd")));
  FUSIONHUB_ASSERT_OK(book_.Decide("H-3", "denied", 1, kNow));
  FUSIONHUB_EXPECT_OK(book_.Add(Hold("H-more", "slmpd")));  // one less waits
}

TEST_F(HoldBookTest, DamagedRowsAreReportedNotSkipped) {
  for (const char* row : {"", "not json", "[]", "{}", R"({"owner": 7})"}) {
    storage::WriteBatch batch;
    batch.Put(HoldBook::kFamily, "H-bad", row);
    FUSIONHUB_ASSERT_OK(store_->Write(batch, storage::Sync::kNo));
    EXPECT_THAT(book_.Find("H-bad"), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("H-bad")));
    EXPECT_THAT(book_.OfOwner("slmpd", kNow),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("H-bad")));
  }
}

TEST(HoldBookDurabilityTest, OutlivesARestart) {
  storage::RocksDbOptions options;
  options.path = ::testing::TempDir() + "/hold_book_store";
  options.families = {std::string(HoldBook::kFamily)};
  SeededRandom random(1);
  {
    const auto store = storage::OpenRocksDb(options).value();
    HoldBook book(*store, random);
    FUSIONHUB_ASSERT_OK(book.Add(Hold("H-1", "slmpd")));
    FUSIONHUB_ASSERT_OK(book.Decide("H-1", "granted", 9, kNow));
  }
  const auto store = storage::OpenRocksDb(options).value();
  const HoldBook book(*store, random);
  EXPECT_EQ(book.Find("H-1")->state, "granted");
  EXPECT_EQ(book.Find("H-1")->decision_index, 9u);
}

}  // namespace
}  // namespace fusionhub::broker
