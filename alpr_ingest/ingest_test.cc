#include "alpr_ingest/ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "alpr_ingest/alpr_testing.h"
#include "base/random.h"
#include "base/status_matchers.h"
#include "storage/memory_store.h"

namespace fusionhub::alpr_ingest {
namespace {

const absl::Time kNow = SampleNow();

class IngestTest : public testing::Test {
 protected:
  void SetUp() override {
    auto reads = ReadStore::Open(SampleStoreOptions(folder_), *store_, random_, kNow);
    ASSERT_THAT(reads, IsOk());
    reads_ = *std::move(reads);
    HotlistEntry entry = SampleEntry("e1", "TST0A01", kNow);
    entry.state = "TX";
    FUSIONHUB_ASSERT_OK(book_.Replace(SampleList("slmpd", 2, {entry})));
    ingest_ = std::make_unique<Ingest>(IngestOptions{SampleRekorOptions(), FieldPolicy::UsePlan()},
                                       matcher_, book_, *reads_, random_, counters_,
                                       [this](const Hit& hit) { hits_.push_back(hit); });
  }
  FeedAccepted::Kind Accept(const std::string& body) {
    const FeedReply reply = ingest_->HandleRekor(body, kNow);
    if (const auto* error = std::get_if<FeedError>(&reply)) {
      ADD_FAILURE() << error->where << ": " << error->what;
      return FeedAccepted::Kind::kPreview;
    }
    return std::get<FeedAccepted>(reply).kind;
  }

  const std::string folder_ = FreshFolder("store");
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  SeededRandom random_{1};
  HotlistBook book_;
  HitMatcher matcher_ = HitMatcher::Create({}).value();
  IngestCounters counters_;
  std::unique_ptr<ReadStore> reads_;
  std::vector<Hit> hits_;
  std::unique_ptr<Ingest> ingest_;
};

TEST_F(IngestTest, AGroupBecomesAReadAndAHit) {
  EXPECT_EQ(Accept(SampleGroup()), FeedAccepted::Kind::kStored);
  EXPECT_EQ(reads_->Index("TST0A01", "TX", kNow - absl::Hours(1), kNow, kNow)->count, 1u);
  ASSERT_EQ(hits_.size(), 1u);
  EXPECT_EQ(hits_[0].grade, HitGrade::kG1);
  const auto alert = reads_->Alert(hits_[0].hit_id, kNow);
  FUSIONHUB_ASSERT_OK(alert);
  EXPECT_EQ(alert->read.reader, "north-7");
  EXPECT_EQ(counters_.reads_accepted, 1u);
  EXPECT_EQ(counters_.hits("stolen_vehicle"), 1u);
  EXPECT_EQ(counters_.hits("nonsense"), 0u);
}

TEST_F(IngestTest, ALPR3_DropsFieldsAtTheDoor) {
  Accept(SampleGroup());
  const PlateRead read = reads_->Alert(hits_.at(0).hit_id, kNow)->read;
  EXPECT_EQ(read.vehicle, "");
  EXPECT_FALSE(read.heading.has_value());
  EXPECT_FALSE(read.image.empty());
}

TEST_F(IngestTest, ASecondDeliveryIsAcknowledgedAndRaisesNothing) {
  Accept(SampleGroup());
  EXPECT_EQ(Accept(SampleGroup()), FeedAccepted::Kind::kDuplicate);
  EXPECT_EQ(hits_.size(), 1u);
  EXPECT_EQ(counters_.reads_accepted, 1u);
  EXPECT_EQ(counters_.reads_duplicate, 1u);
}

TEST_F(IngestTest, HeartbeatsAndPreviewsAreCountedAndNotStored) {
  EXPECT_EQ(Accept(R"({"data_type":"heartbeat"})"), FeedAccepted::Kind::kHeartbeat);
  EXPECT_EQ(Accept(SampleGroupWith("is_preview", "true")), FeedAccepted::Kind::kPreview);
  EXPECT_EQ(counters_.heartbeats, 1u);
  EXPECT_EQ(counters_.previews, 1u);
  EXPECT_EQ(counters_.reads_accepted, 0u);
}

TEST_F(IngestTest, RejectionsAreCountedByReason) {
  for (const auto& [body, reason] : std::vector<std::pair<std::string, RejectReason>>{
           {"garbage", RejectReason::kNotJson},
           {R"({"data_type":"vehicle"})", RejectReason::kNotSupported},
           {SampleGroupWith("camera_id", "8"), RejectReason::kUnknownReader}}) {
    const FeedReply reply = ingest_->HandleRekor(body, kNow);
    ASSERT_TRUE(std::holds_alternative<FeedError>(reply));
    EXPECT_EQ(std::get<FeedError>(reply).reason, reason);
    EXPECT_EQ(counters_.rejected(reason), 1u);
  }
  EXPECT_EQ(counters_.rejected(RejectReason::kTooLarge), 0u);
}

TEST_F(IngestTest, AReadBeyondItsOwnClassIsTooOld) {
  // 40 days: within the parser's 90, beyond the standard class's 30.
  const int64_t time = absl::ToUnixMillis(kNow - absl::Hours(24 * 40));
  const FeedReply reply =
      ingest_->HandleRekor(SampleGroupWith("epoch_start", absl::StrCat(time)), kNow);
  ASSERT_TRUE(std::holds_alternative<FeedError>(reply));
  EXPECT_EQ(std::get<FeedError>(reply).reason, RejectReason::kTooOld);
}

TEST_F(IngestTest, AnImageThatIsLeftOutIsSaid) {
  RekorOptions options = SampleRekorOptions();
  options.max_image_bytes = 4;
  Ingest ingest({options, FieldPolicy::UsePlan()}, matcher_, book_, *reads_, random_, counters_,
                nullptr);
  const FeedReply reply = ingest.HandleRekor(SampleGroup(), kNow);
  ASSERT_TRUE(std::holds_alternative<FeedAccepted>(reply));
  EXPECT_EQ(std::get<FeedAccepted>(reply).warnings.size(), 1u);
  EXPECT_EQ(counters_.images_dropped, 1u);
}

TEST(FeedErrorTest, EveryReasonHasAWordAndAStatus) {
  std::set<std::string> words;
  for (int i = 0; i < kRejectReasonCount; ++i) {
    const auto reason = static_cast<RejectReason>(i);
    EXPECT_TRUE(words.insert(std::string(RejectReasonWord(reason))).second);
    EXPECT_GE(RejectReasonHttpStatus(reason), 400);
  }
  EXPECT_EQ(RejectReasonHttpStatus(RejectReason::kTooLarge), 413);
  EXPECT_EQ(RejectReasonHttpStatus(RejectReason::kQueueFull), 429);
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
