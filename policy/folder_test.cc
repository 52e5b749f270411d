// Reading a policy folder from disk.
#include "policy/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/status_matchers.h"
#include "policy/stl_requests.h"

namespace fusionhub::policy {
namespace {

using ::testing::HasSubstr;

class FolderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    for (const DocumentFile& file : StlRegion().Files()) {
      Write(file.path, file.bytes);
      if (!file.signature_bytes.empty()) Write(file.path + ".sig", file.signature_bytes);
    }
  }
  void Write(const std::string& path, const std::string& bytes) {
    std::filesystem::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path, std::ios::binary) << bytes;
  }
  std::filesystem::path folder_;
};

TEST_F(FolderTest, LoadsTheSamePolicyWhereverItStands) {
  const auto policy = LoadPolicyFolder(folder_.string());
  FUSIONHUB_ASSERT_OK(policy);
  EXPECT_EQ((*policy)->digest(), StlRegion().Compile()->digest());
  EXPECT_EQ(DecideNow(**policy, FaceRequest()).outcome, Outcome::kPermit);
  const auto with_slash = LoadPolicyFolder(folder_.string() + "/");
  FUSIONHUB_ASSERT_OK(with_slash);
  EXPECT_EQ((*with_slash)->digest(), (*policy)->digest());
}

TEST_F(FolderTest, LeavesOutHiddenFilesOnly) {
  Write(".git/config", "x");
  FUSIONHUB_EXPECT_OK(ReadPolicyFolder(folder_.string()));
  Write("notes.txt", "x");
  EXPECT_THAT(ReadPolicyFolder(folder_.string()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("notes.txt is neither")));
}

TEST_F(FolderTest, RefusesTemplates) {
  Write("agencies/x.yaml.in", "x");
  EXPECT_THAT(ReadPolicyFolder(folder_.string()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is a template")));
}

TEST_F(FolderTest, RefusesASignatureWithoutItsDocument) {
  Write("agreements/gone.yaml.sig", "- {}");
  EXPECT_THAT(ReadPolicyFolder(folder_.string()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("signs no document")));
}

TEST_F(FolderTest, RefusesLinksAndLargeFiles) {
  std::filesystem::create_symlink("/etc/hostname", folder_ / "x.yaml");
  EXPECT_THAT(ReadPolicyFolder(folder_.string()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not a regular file")));
  std::filesystem::remove(folder_ / "x.yaml");
  Write("x.yaml", std::string((1 << 20) + 1, ' '));
  EXPECT_FALSE(ReadPolicyFolder(folder_.string()).ok());
}

TEST_F(FolderTest, SaysWhichFolderIsMissing) {
  EXPECT_THAT(LoadPolicyFolder("/no/such/folder"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("/no/such/folder")));
}

}  // namespace
}  // namespace fusionhub::policy
