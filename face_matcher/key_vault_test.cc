// Keys survive a restart until they are destroyed, and then not a byte of them is left.
#include "face_matcher/key_vault.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "base/file.h"
#include "base/random.h"
#include "base/status_matchers.h"

namespace fusionhub::face_matcher {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class KeyVaultTest : public ::testing::Test {
 protected:
  KeyVaultTest()
      : path_(::testing::TempDir() + "/vault_" + std::to_string(getpid()) + "_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    unlink(path_.c_str());
  }
  std::unique_ptr<KeyVault> Open(const std::string& kek) {
    auto vault = KeyVault::Open(path_, kek, random_);
    FUSIONHUB_EXPECT_OK(vault);
    return *std::move(vault);
  }
  std::string FileBytes() { return *ReadFile(path_, 1 << 20); }

  SeededRandom random_{5};
  const std::string kek_ = std::string(32, 'k');
  const std::string path_;
};

TEST_F(KeyVaultTest, KeysSurviveARestart) {
  const auto first = Open(kek_)->Create();
  FUSIONHUB_ASSERT_OK(first);
  EXPECT_EQ(first->bytes.size(), 32u);
  EXPECT_EQ(*Open(kek_)->Get(first->slot), first->bytes);
}

TEST_F(KeyVaultTest, DestroyedKeysLeaveZerosInTheFile) {
  auto vault = Open(kek_);
  const auto doomed = vault->Create();
  const auto kept = vault->Create();
  const std::string wrapped = FileBytes().substr(doomed->slot * 64, 60);
  FUSIONHUB_ASSERT_OK(vault->Destroy(doomed->slot));
  EXPECT_EQ(FileBytes().substr(doomed->slot * 64, 64), std::string(64, '\0'));
  EXPECT_EQ(FileBytes().find(wrapped.substr(12, 16)), std::string::npos);
  EXPECT_THAT(vault->Get(doomed->slot), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_EQ(*vault->Get(kept->slot), kept->bytes);
  EXPECT_THAT(vault->Slots(), ElementsAre(kept->slot));
  FUSIONHUB_EXPECT_OK(vault->Destroy(doomed->slot));
}

TEST_F(KeyVaultTest, ReusesSlotsWithNewKeys) {
  auto vault = Open(kek_);
  const auto first = vault->Create();
  FUSIONHUB_ASSERT_OK(vault->Destroy(first->slot));
  vault = Open(kek_);
  const auto second = vault->Create();
  FUSIONHUB_ASSERT_OK(second);
  EXPECT_EQ(second->slot, first->slot);
  EXPECT_NE(second->bytes, first->bytes);
}

TEST_F(KeyVaultTest, AnotherKekOpensNothing) {
  const auto key = Open(kek_)->Create();
  EXPECT_THAT(Open(std::string(32, 'x'))->Get(key->slot),
              StatusIs(absl::StatusCode::kUnauthenticated, _));
}

TEST_F(KeyVaultTest, SlotsCannotBeExchanged) {
  {
    auto vault = Open(kek_);
    FUSIONHUB_ASSERT_OK(vault->Create());
    FUSIONHUB_ASSERT_OK(vault->Create());
  }
  const std::string bytes = FileBytes();
  FUSIONHUB_ASSERT_OK(WriteFileAtomically(path_, bytes.substr(64) + bytes.substr(0, 64), 0600,
                                          Durability::kUnsynced));
  EXPECT_THAT(Open(kek_)->Get(0), StatusIs(absl::StatusCode::kUnauthenticated, _));
}

TEST_F(KeyVaultTest, AHalfWrittenSlotAtTheEndIsCutOff) {
  const auto key = Open(kek_)->Create();
  FUSIONHUB_ASSERT_OK(
      WriteFileAtomically(path_, FileBytes() + "torn", 0600, Durability::kUnsynced));
  auto vault = Open(kek_);
  EXPECT_EQ(*vault->Get(key->slot), key->bytes);
  EXPECT_EQ(vault->Create()->slot, 1u);
}

TEST_F(KeyVaultTest, MakesAKekThatOnlyTheOwnerReads) {
  const auto kek = LoadOrCreateGalleryKek(path_, random_);
  FUSIONHUB_ASSERT_OK(kek);
  EXPECT_EQ(kek->size(), 32u);
  struct stat found;
  ASSERT_EQ(stat(path_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_EQ(*LoadOrCreateGalleryKek(path_, random_), *kek);
}

TEST_F(KeyVaultTest, RefusesAKekThatOthersCanReadOrThatIsCut) {
  FUSIONHUB_ASSERT_OK(LoadOrCreateGalleryKek(path_, random_));
  chmod(path_.c_str(), 0640);
  EXPECT_THAT(LoadOrCreateGalleryKek(path_, random_),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("chmod 600")));
  FUSIONHUB_ASSERT_OK(WriteFileAtomically(path_, "short", 0600, Durability::kUnsynced));
  EXPECT_THAT(LoadOrCreateGalleryKek(path_, random_), StatusIs(absl::StatusCode::kDataLoss, _));
}

}  // namespace
}  // namespace fusionhub::face_matcher
