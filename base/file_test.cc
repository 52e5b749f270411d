// Tests files on a real disk: what a reader sees, what an error says, and what is left behind.
#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"

namespace fusionhub {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = absl::StrCat(::testing::TempDir(), "/file_",
                           ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }

  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  static int Mode(const std::string& path) {
    struct stat found = {};
    EXPECT_EQ(stat(path.c_str(), &found), 0) << path;
    return static_cast<int>(found.st_mode & 07777);
  }

  std::string folder_;
};

TEST_F(FileTest, ReadsWhatWasWritten) {
  const std::string content(200000, 'x');
  for (const Durability durability : {Durability::kSynced, Durability::kUnsynced}) {
    FUSIONHUB_ASSERT_OK(WriteFileAtomically(Path("f"), content, 0640, durability));
    EXPECT_EQ(ReadFile(Path("f"), content.size()).value_or(""), content);
    EXPECT_EQ(Mode(Path("f")), 0640);
    EXPECT_THAT(Names(), ElementsAre("f"));
  }
}

TEST_F(FileTest, ReplacesContentAndMode) {
  FUSIONHUB_ASSERT_OK(WriteFileAtomically(Path("f"), "old", 0644, Durability::kSynced));
  FUSIONHUB_ASSERT_OK(WriteFileAtomically(Path("f"), "", 0600, Durability::kSynced));
  EXPECT_EQ(ReadFile(Path("f"), 10).value_or("?"), "");
  EXPECT_EQ(Mode(Path("f")), 0600);
}

TEST_F(FileTest, AnOpenReaderKeepsTheOldContent) {
  FUSIONHUB_ASSERT_OK(WriteFileAtomically(Path("f"), "old", 0600, Durability::kSynced));
  fs::create_hard_link(Path("f"), Path("reader"));
  FUSIONHUB_ASSERT_OK(WriteFileAtomically(Path("f"), "new", 0600, Durability::kSynced));
  EXPECT_EQ(ReadFile(Path("reader"), 10).value_or("?"), "old");
  EXPECT_EQ(ReadFile(Path("f"), 10).value_or("?"), "new");
}

TEST_F(FileTest, AFailedReplacementLeavesNothingBehind) {
  fs::create_directories(Path("f/content"));  // a folder cannot be replaced by a file
  EXPECT_FALSE(WriteFileAtomically(Path("f"), "new", 0600, Durability::kSynced).ok());
  EXPECT_THAT(Names(), ElementsAre("f"));
}

TEST_F(FileTest, WritingIntoAnAbsentFolderNamesThePath) {
  EXPECT_THAT(WriteFileAtomically(Path("absent/f"), "x", 0600, Durability::kSynced),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("absent/f")));
}

TEST_F(FileTest, ReadingIsBounded) {
  FUSIONHUB_ASSERT_OK(WriteFileAtomically(Path("f"), "12345", 0600, Durability::kUnsynced));
  EXPECT_EQ(ReadFile(Path("f"), 5).value_or("?"), "12345");
  EXPECT_THAT(ReadFile(Path("f"), 4), StatusIs(absl::StatusCode::kResourceExhausted,
                                               AllOf(HasSubstr(Path("f")), HasSubstr("4 bytes"))));
  EXPECT_THAT(ReadFile("/dev/zero", 1 << 20),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("/dev/zero")));
}

TEST_F(FileTest, ReadingWhatIsNoFileNamesThePath) {
  EXPECT_THAT(ReadFile(Path("absent"), 10),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(Path("absent"))));
  EXPECT_FALSE(ReadFile(folder_, 10).ok());
}

TEST_F(FileTest, MakesFoldersForTheOwnerOnly) {
  FUSIONHUB_ASSERT_OK(MakeDirectories(Path("a/b//c/")));
  EXPECT_TRUE(fs::is_directory(Path("a/b/c")));
  EXPECT_EQ(Mode(Path("a")), 0700);
  EXPECT_EQ(Mode(Path("a/b/c")), 0700);
  FUSIONHUB_EXPECT_OK(MakeDirectories(Path("a/b/c")));
  FUSIONHUB_EXPECT_OK(MakeDirectories("/"));
}

TEST_F(FileTest, RefusesFoldersWhereAFileIs) {
  FUSIONHUB_ASSERT_OK(WriteFileAtomically(Path("f"), "x", 0600, Durability::kUnsynced));
  EXPECT_THAT(MakeDirectories(Path("f")),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(Path("f"))));
  EXPECT_FALSE(MakeDirectories(Path("f/g")).ok());
  EXPECT_THAT(MakeDirectories(""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("empty")));
}

TEST_F(FileTest, ALockIsHeldOnceUntilItDies) {
  {
    absl::StatusOr<FileLock> lock = FileLock::Acquire(Path("lock"));
    FUSIONHUB_ASSERT_OK(lock);
    const FileLock moved = *std::move(lock);
    EXPECT_THAT(FileLock::Acquire(Path("lock")),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(Path("lock"))));
  }
  FUSIONHUB_EXPECT_OK(FileLock::Acquire(Path("lock")));
}

TEST_F(FileTest, AMovedLockReleasesWhatItHeldBefore) {
  absl::StatusOr<FileLock> first = FileLock::Acquire(Path("first"));
  FUSIONHUB_ASSERT_OK(first);
  {
    absl::StatusOr<FileLock> second = FileLock::Acquire(Path("second"));
    FUSIONHUB_ASSERT_OK(second);
    *first = *std::move(second);
  }
  FUSIONHUB_EXPECT_OK(FileLock::Acquire(Path("first")));
  EXPECT_THAT(FileLock::Acquire(Path("second")),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another process")));
}

}  // namespace
}  // namespace fusionhub
