// Bookings in, candidates out: fields, juveniles, expunging, restart, another model; a probe leaves
// no trace.
#include "face_matcher/mugshot_gallery.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/status_matchers.h"
#include "face_matcher/fake_engine.h"
#include "storage/memory_store.h"

namespace fusionhub::face_matcher {
namespace {

using ::testing::_;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;

class MugshotGalleryTest : public ::testing::Test {
 protected:
  MugshotGalleryTest()
      : vault_path_(::testing::TempDir() + "/mug_" + std::to_string(getpid()) + "_" +
                    ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    unlink(vault_path_.c_str());
    for (const std::string& family : GalleryFamilies()) {
      FUSIONHUB_EXPECT_OK(store_->CreateFamily(family));
    }
    vault_ = *KeyVault::Open(vault_path_, std::string(32, 'k'), random_);
    gallery_store_ =
        std::make_unique<GalleryStore>(*store_, *vault_, std::string(32, 'k'), random_);
    Reopen(engine_);
  }
  void Reopen(const Engine& engine) {
    gallery_.reset();
    auto opened = MugshotGallery::Open(engine, *gallery_store_, {});
    FUSIONHUB_ASSERT_OK(opened);
    gallery_ = *std::move(opened);
  }
  Booking MakeBooking(const std::string& number) {
    Booking booking;
    booking.booking_number = number;
    booking.name = "N";
    booking.sex = "unknown";
    booking.charge = "c";
    booking.disposition = "released";
    booking.date_of_birth = absl::CivilDay(1980, 1, 1);
    booking.booked_at = absl::FromCivil(absl::CivilDay(2024, 1, 1), absl::UTCTimeZone());
    return booking;
  }
  absl::Status Enroll(const std::string& number, const std::string& image) {
    return gallery_->Enroll(MakeBooking(number), image);
  }

  SeededRandom random_{9};
  FakeEngine engine_{"m", 64};
  const std::string vault_path_;
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  std::unique_ptr<KeyVault> vault_;
  std::unique_ptr<GalleryStore> gallery_store_;
  std::unique_ptr<MugshotGallery> gallery_;
};

TEST_F(MugshotGalleryTest, CandidatesCarryRankAndFields) {
  FUSIONHUB_ASSERT_OK(Enroll("B1", "abz"));
  FUSIONHUB_ASSERT_OK(Enroll("B2", "a"));
  const auto result = gallery_->Compare("abz", std::nullopt, 0);
  FUSIONHUB_ASSERT_OK(result);
  ASSERT_EQ(result->candidates.size(), 2u);
  const Candidate& first = result->candidates[0];
  EXPECT_EQ(first.rank, 1u);
  EXPECT_EQ(first.booking_id, "B1");
  EXPECT_FALSE(first.juvenile_at_booking);
  EXPECT_THAT(first.fields, Contains(Pair("image", "abz")));
  EXPECT_THAT(first.fields, Contains(Pair("engine", "FAKE")));
  EXPECT_THAT(first.fields, Contains(Pair("booking_number", "B1")));
  EXPECT_EQ(first.fields.count("score"), 0u);
  EXPECT_EQ(result->candidates[1].rank, 2u);
  EXPECT_EQ(result->gallery_size, 2u);
  EXPECT_FALSE(result->engine.operational);
}

TEST_F(MugshotGalleryTest, FlagsJuvenilesByAgeAtBooking) {
  Booking young = MakeBooking("Y");
  young.date_of_birth = absl::CivilDay(2006, 1, 2);
  FUSIONHUB_ASSERT_OK(gallery_->Enroll(young, "abc"));
  const auto result = gallery_->Compare("abc", std::nullopt, 2);
  FUSIONHUB_ASSERT_OK(result);
  EXPECT_EQ(result->candidates[0].age_at_booking, 17);
  EXPECT_TRUE(result->candidates[0].juvenile_at_booking);
}

// SO-A1, I5: neither memory nor store changes by a search.
TEST_F(MugshotGalleryTest, SO_A1_ProbesAreNeverEnrolled) {
  FUSIONHUB_ASSERT_OK(Enroll("B1", "abz"));
  const crypto::Digest root = gallery_->Root();
  const size_t keys = vault_->Slots().size();
  for (int i = 0; i < 200; ++i) {
    FUSIONHUB_ASSERT_OK(gallery_->Compare(absl::StrCat("probe", i), std::nullopt, 0));
  }
  EXPECT_EQ(gallery_->Root(), root);
  EXPECT_EQ(vault_->Slots().size(), keys);
  Reopen(engine_);
  EXPECT_EQ(gallery_->Root(), root);
}

TEST_F(MugshotGalleryTest, ExpungedBookingsAreNeverFoundAgain) {
  FUSIONHUB_ASSERT_OK(Enroll("B1", "abz"));
  FUSIONHUB_ASSERT_OK(Enroll("B2", "aby"));
  FUSIONHUB_ASSERT_OK(gallery_->Expunge("B1"));
  EXPECT_THAT(gallery_->Expunge("B1"), StatusIs(absl::StatusCode::kNotFound, _));
  for (int restart = 0; restart < 2; ++restart) {
    const auto result = gallery_->Compare("abz", std::nullopt, 50);
    FUSIONHUB_ASSERT_OK(result);
    ASSERT_EQ(result->candidates.size(), 1u);
    EXPECT_EQ(result->candidates[0].booking_id, "B2");
    Reopen(engine_);
  }
}

TEST_F(MugshotGalleryTest, AnExpungedBookingMayBeEnrolledAnew) {
  FUSIONHUB_ASSERT_OK(Enroll("B1", "abz"));
  FUSIONHUB_ASSERT_OK(gallery_->Expunge("B1"));
  FUSIONHUB_ASSERT_OK(Enroll("B1", "abc"));
  EXPECT_EQ(gallery_->size(), 1u);
}

TEST_F(MugshotGalleryTest, RefusesKnownBookingsAndImagesWithoutFace) {
  FUSIONHUB_ASSERT_OK(Enroll("B1", "abz"));
  EXPECT_THAT(Enroll("B1", "other"), StatusIs(absl::StatusCode::kAlreadyExists, _));
  EXPECT_EQ(FaceErrorReason(Enroll("B2", "nobody")), "NO_FACE");
  EXPECT_EQ(gallery_->size(), 1u);
  EXPECT_EQ(vault_->Slots().size(), 1u);
}

TEST_F(MugshotGalleryTest, RefusesBadProbesAndCounts) {
  EXPECT_EQ(FaceErrorReason(gallery_->Compare("nobody", std::nullopt, 0).status()), "NO_FACE");
  EXPECT_THAT(gallery_->Compare("x", std::nullopt, 1),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("2..50")));
  EXPECT_THAT(gallery_->Compare("x", std::nullopt, 51),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("2..50")));
}

TEST_F(MugshotGalleryTest, MakesTemplatesAgainForAnotherModel) {
  FUSIONHUB_ASSERT_OK(Enroll("B1", "abz"));
  const FakeEngine next("next", 32);
  Reopen(next);
  EXPECT_EQ(gallery_->size(), 1u);
  EXPECT_EQ(gallery_->unusable(), 0u);
  const auto result = gallery_->Compare("abz", std::nullopt, 2);
  FUSIONHUB_ASSERT_OK(result);
  EXPECT_EQ(result->candidates.size(), 1u);
}

}  // namespace
}  // namespace fusionhub::face_matcher
