#include "audit/kek_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "audit/test_log.h"
#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

using ::testing::ElementsAre;

class KekFolderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = ::testing::TempDir() + "/kek_test";
    std::filesystem::remove_all(path_);
    folder_ = KekFolder::Open(path_, random_).value();
  }
  std::string path_;
  SeededRandom random_{1};
  std::unique_ptr<KekFolder> folder_;
  const absl::CivilDay day_{2026, 3, 2};
};

TEST_F(KekFolderTest, AKeyIsMadeOnceAndFoundAgain) {
  const auto key = folder_->KeyForSealing(day_);
  FUSIONHUB_ASSERT_OK(key);
  EXPECT_EQ(key->size(), 32u);
  EXPECT_EQ(folder_->KeyForSealing(day_).value(), *key);
  EXPECT_NE(folder_->KeyForSealing(day_ + 1).value(), *key);
  EXPECT_EQ(KekFolder::Open(path_, random_).value()->KeyForOpening(day_).value(), *key);
  EXPECT_THAT(folder_->Days().value(), ElementsAre(day_, day_ + 1));
}

TEST_F(KekFolderTest, OnlyTheOwnerMayReadAKey) {
  FUSIONHUB_ASSERT_OK(folder_->KeyForSealing(day_));
  struct stat info {};
  ASSERT_EQ(stat((path_ + "/2026-03-02").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(KekFolderTest, OpeningMakesNoKey) {
  EXPECT_TRUE(absl::IsNotFound(folder_->KeyForOpening(day_).status()));
  EXPECT_TRUE(folder_->Days()->empty());
}

TEST_F(KekFolderTest, ADestroyedKeyIsGone) {
  const std::string key = folder_->KeyForSealing(day_).value();
  FUSIONHUB_ASSERT_OK(folder_->Destroy(day_));
  EXPECT_TRUE(absl::IsNotFound(folder_->KeyForOpening(day_).status()));
  EXPECT_TRUE(absl::IsNotFound(folder_->Destroy(day_)));
  EXPECT_NE(folder_->KeyForSealing(day_).value(), key);
}

TEST_F(KekFolderTest, ADamagedKeyIsNotUsed) {
  FUSIONHUB_ASSERT_OK(folder_->KeyForSealing(day_));
  WriteWholeFile(path_ + "/2026-03-02", "short");
  EXPECT_EQ(folder_->KeyForOpening(day_).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(KekFolderTest, OtherFilesAreNoDays) {
  WriteWholeFile(path_ + "/notes.txt", "x");
  WriteWholeFile(path_ + "/2026-3-2", "x");
  EXPECT_TRUE(folder_->Days()->empty());
}

}  // namespace
}  // namespace fusionhub::audit
