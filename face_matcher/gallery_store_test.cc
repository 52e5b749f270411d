// Nothing readable is stored, expunged bookings are gone, and interrupted steps are finished at
// start.
#include "face_matcher/gallery_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/status_matchers.h"
#include "face_matcher/fake_engine.h"
#include "storage/memory_store.h"

namespace fusionhub::face_matcher {
namespace {

using ::testing::_;
using ::testing::HasSubstr;

class GalleryStoreTest : public ::testing::Test {
 protected:
  GalleryStoreTest()
      : vault_path_(::testing::TempDir() + "/keys_" + std::to_string(getpid()) + "_" +
                    ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    unlink(vault_path_.c_str());
    for (const std::string& family : GalleryFamilies()) {
      FUSIONHUB_EXPECT_OK(store_->CreateFamily(family));
    }
    Reopen();
  }
  void Reopen(const std::string& kek = std::string(32, 'k')) {
    gallery_.reset();
    vault_ = *KeyVault::Open(vault_path_, kek, random_);
    gallery_ = std::make_unique<GalleryStore>(*store_, *vault_, kek, random_);
  }
  Booking MakeBooking(const std::string& number) {
    Booking booking;
    booking.booking_number = number;
    booking.name = "READABLE NAME";
    booking.sex = "unknown";
    booking.charge = "READABLE CHARGE";
    return booking;
  }
  absl::Status Put(const std::string& number) {
    return gallery_->Put(MakeBooking(number), "READABLE IMAGE",
                         *engine_.CreateEnrollTemplate("READABLE FACE", std::nullopt));
  }
  std::set<std::string> Loaded() {
    std::set<std::string> numbers;
    FUSIONHUB_EXPECT_OK(
        gallery_->Load([&numbers](const Booking& booking, const EnrollTemplate& face) {
          EXPECT_EQ(face.model_id(), "m");
          numbers.insert(booking.booking_number);
          return absl::OkStatus();
        }));
    return numbers;
  }
  std::string AllBytes() {
    std::string all;
    for (const std::string& family : GalleryFamilies()) {
      FUSIONHUB_EXPECT_OK(
          store_->Scan(family, "", "", [&all](absl::string_view key, absl::string_view value) {
            absl::StrAppend(&all, key, value);
            return true;
          }));
    }
    return all;
  }

  SeededRandom random_{9};
  FakeEngine engine_{"m", 64};
  const std::string vault_path_;
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  std::unique_ptr<KeyVault> vault_;
  std::unique_ptr<GalleryStore> gallery_;
};

TEST_F(GalleryStoreTest, GivesBackWhatWasPutAlsoAfterARestart) {
  FUSIONHUB_ASSERT_OK(Put("B1"));
  Reopen();
  EXPECT_EQ(Loaded(), std::set<std::string>{"B1"});
  EXPECT_EQ(gallery_->GetBooking("B1")->name, "READABLE NAME");
  EXPECT_EQ(*gallery_->GetImage("B1"), "READABLE IMAGE");
}

TEST_F(GalleryStoreTest, StoresNothingReadable) {
  FUSIONHUB_ASSERT_OK(Put("BOOKINGNUMBER"));
  const std::string bytes = AllBytes();
  EXPECT_FALSE(bytes.empty());
  EXPECT_EQ(bytes.find("READABLE"), std::string::npos);
  EXPECT_EQ(bytes.find("BOOKINGNUMBER"), std::string::npos);
}

TEST_F(GalleryStoreTest, RefusesABookingTwiceAndLeavesNoKeyBehind) {
  FUSIONHUB_ASSERT_OK(Put("B1"));
  EXPECT_THAT(Put("B1"), StatusIs(absl::StatusCode::kAlreadyExists, _));
  EXPECT_EQ(vault_->Slots().size(), 1u);
}

TEST_F(GalleryStoreTest, ExpungedBookingsAreGone) {
  FUSIONHUB_ASSERT_OK(Put("B1"));
  FUSIONHUB_ASSERT_OK(Put("B2"));
  FUSIONHUB_ASSERT_OK(gallery_->Expunge("B1"));
  EXPECT_THAT(gallery_->GetBooking("B1"), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_THAT(gallery_->GetImage("B1"), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_THAT(gallery_->Expunge("B1"), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_EQ(vault_->Slots().size(), 1u);
  Reopen();
  EXPECT_EQ(Loaded(), std::set<std::string>{"B2"});
}

TEST_F(GalleryStoreTest, FinishesAnExpungeThatACrashInterrupted) {
  FUSIONHUB_ASSERT_OK(Put("B1"));
  FUSIONHUB_ASSERT_OK(vault_->Destroy(0));  // the first step
  Reopen();
  EXPECT_THAT(gallery_->GetImage("B1"), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_TRUE(Loaded().empty());
  EXPECT_TRUE(AllBytes().empty());
}

TEST_F(GalleryStoreTest, DestroysKeysThatACrashLeftWithoutARow) {
  FUSIONHUB_ASSERT_OK(Put("B1"));
  FUSIONHUB_ASSERT_OK(vault_->Create());
  Reopen();
  EXPECT_EQ(Loaded().size(), 1u);
  EXPECT_EQ(vault_->Slots().size(), 1u);
}

TEST_F(GalleryStoreTest, SaysThatTheKekIsWrong) {
  FUSIONHUB_ASSERT_OK(Put("B1"));
  Reopen(std::string(32, 'x'));
  EXPECT_FALSE(
      gallery_->Load([](const Booking&, const EnrollTemplate&) { return absl::OkStatus(); }).ok());
  EXPECT_EQ(vault_->Slots().size(), 1u);  // nothing was destroyed by mistake
}

TEST_F(GalleryStoreTest, RefusesRowsThatWereMovedToAnotherBooking) {
  FUSIONHUB_ASSERT_OK(Put("B1"));
  FUSIONHUB_ASSERT_OK(Put("B2"));
  std::vector<std::pair<std::string, std::string>> rows;
  FUSIONHUB_ASSERT_OK(
      store_->Scan("face_images", "", "", [&rows](absl::string_view key, absl::string_view value) {
        rows.emplace_back(key, value);
        return true;
      }));
  ASSERT_EQ(rows.size(), 2u);
  storage::WriteBatch batch;
  batch.Put("face_images", rows[0].first, rows[1].second);
  batch.Put("face_images", rows[1].first, rows[0].second);
  FUSIONHUB_ASSERT_OK(store_->Write(batch, storage::Sync::kYes));
  EXPECT_THAT(gallery_->GetImage("B1"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("does not open")));
}

TEST_F(GalleryStoreTest, LoadsMoreThanOnePage) {
  for (int i = 0; i < 600; ++i) FUSIONHUB_ASSERT_OK(Put(absl::StrCat("B", i)));
  EXPECT_EQ(Loaded().size(), 600u);
}

TEST_F(GalleryStoreTest, ReplacesATemplate) {
  FUSIONHUB_ASSERT_OK(Put("B1"));
  const FakeEngine next("next", 64);
  FUSIONHUB_ASSERT_OK(
      gallery_->ReplaceTemplate("B1", *next.CreateEnrollTemplate("other", std::nullopt)));
  std::string model;
  FUSIONHUB_ASSERT_OK(gallery_->Load([&model](const Booking&, const EnrollTemplate& face) {
    model = face.model_id();
    return absl::OkStatus();
  }));
  EXPECT_EQ(model, "next");
}

}  // namespace
}  // namespace fusionhub::face_matcher
