#include "audit/tile_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "audit/test_log.h"
#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

TEST(BundleTest, EntriesAreWrittenAndReadBack) {
  const std::vector<std::string> leaves = {"", "abc", std::string(65535, 'x')};
  const std::string bundle = EncodeBundle(leaves).value();
  EXPECT_EQ(bundle.substr(0, 7), std::string("\0\0\0\x03"
                                             "abc",
                                             7));
  EXPECT_EQ(DecodeBundle(bundle, 3).value(), leaves);
  EXPECT_FALSE(DecodeBundle(bundle, 2).ok());
  EXPECT_FALSE(DecodeBundle(bundle, 4).ok());
  EXPECT_FALSE(DecodeBundle(bundle.substr(0, bundle.size() - 1), 3).ok());
  EXPECT_FALSE(EncodeBundle({std::string(65536, 'x')}).ok());
}

TEST(TileTest, HashesAreWrittenAndReadBack) {
  const std::vector<Digest> hashes = {LeafHash("a"), LeafHash("b")};
  EXPECT_EQ(DecodeTile(EncodeTile(hashes), 2).value(), hashes);
  EXPECT_FALSE(DecodeTile(EncodeTile(hashes), 1).ok());
  EXPECT_FALSE(DecodeTile(EncodeTile(hashes).substr(1), 2).ok());
}

// A tree in memory, written to a folder.
class TileFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "/tile_files_test";
    std::filesystem::remove_all(folder_);
    files_.emplace(TileFiles::Open(folder_).value());
    tree_.node = [this](int level, uint64_t index) -> absl::StatusOr<Digest> {
      return nodes_.at({level, index});
    };
    tree_.leaves = [this](uint64_t first,
                          uint64_t count) -> absl::StatusOr<std::vector<std::string>> {
      return std::vector<std::string>(leaves_.begin() + first, leaves_.begin() + first + count);
    };
  }
  void Grow(uint64_t size) {
    while (range_.size() < size) {
      leaves_.push_back("leaf " + std::to_string(range_.size()));
      range_.Append(LeafHash(leaves_.back()),
                    [this](int level, uint64_t index, const Digest& hash) {
                      nodes_[{level, index}] = hash;
                    });
    }
  }
  bool Exists(const std::string& path) { return FileExists(folder_ + "/" + path); }

  std::string folder_;
  std::optional<TileFiles> files_;
  TileFiles::Tree tree_;
  CompactRange range_;
  std::vector<std::string> leaves_;
  std::map<std::pair<int, uint64_t>, Digest> nodes_;
};

TEST_F(TileFilesTest, EverySizeHasTheTilesOfTheSpecification) {
  Grow(70);
  FUSIONHUB_ASSERT_OK(files_->WriteTiles(tree_, 0, 70));
  EXPECT_TRUE(Exists("tile/0/000.p/70"));
  EXPECT_TRUE(Exists("tile/entries/000.p/70"));
  EXPECT_FALSE(Exists("tile/1"));
  Grow(256);
  FUSIONHUB_ASSERT_OK(files_->WriteTiles(tree_, 70, 256));
  EXPECT_TRUE(Exists("tile/0/000"));
  EXPECT_TRUE(Exists("tile/entries/000"));
  EXPECT_TRUE(Exists("tile/1/000.p/1"));
  EXPECT_FALSE(Exists("tile/0/000.p"));
  EXPECT_FALSE(Exists("tile/entries/000.p"));
  EXPECT_FALSE(Exists("tile/0/001.p"));
  EXPECT_EQ(std::filesystem::file_size(folder_ + "/tile/0/000"), 8192u);
}

TEST_F(TileFilesTest, LargerTreesHaveHigherLevels) {
  Grow(70000);
  FUSIONHUB_ASSERT_OK(files_->WriteTiles(tree_, 0, 70000));
  EXPECT_TRUE(Exists("tile/0/272"));
  EXPECT_TRUE(Exists("tile/0/273.p/112"));
  EXPECT_TRUE(Exists("tile/1/000"));
  EXPECT_TRUE(Exists("tile/1/001.p/17"));
  EXPECT_TRUE(Exists("tile/2/000.p/1"));
  const TileSource source = FolderSource(folder_);
  EXPECT_EQ(ReadTile(source, 1, 0, 256)->at(3), RootOfHashes(ReadTile(source, 0, 3, 256).value()));
  EXPECT_EQ(ReadTile(source, 2, 0, 1)->at(0), RootOfHashes(ReadTile(source, 1, 0, 256).value()));
}

TEST_F(TileFilesTest, APartialTileIsCutFromTheFullOneWhenItIsGone) {
  Grow(300);
  FUSIONHUB_ASSERT_OK(files_->WriteTiles(tree_, 0, 300));
  const TileSource source = FolderSource(folder_);
  EXPECT_EQ(ReadTile(source, 0, 0, 77)->size(), 77u);
  EXPECT_EQ(ReadBundle(source, 0, 77)->back(), "leaf 76");
  EXPECT_TRUE(absl::IsNotFound(ReadTile(source, 0, 5, 256).status()));
  EXPECT_TRUE(absl::IsNotFound(ReadTile(source, 0, 5, 3).status()));
}

TEST_F(TileFilesTest, WhatIsMissingOrDamagedIsRepaired) {
  Grow(600);
  FUSIONHUB_ASSERT_OK(files_->WriteTiles(tree_, 0, 600));
  const std::string tile = ReadWholeFile(folder_ + "/tile/0/001");
  const std::string bundle = ReadWholeFile(folder_ + "/tile/entries/002.p/88");
  std::filesystem::remove(folder_ + "/tile/0/000");
  WriteWholeFile(folder_ + "/tile/0/001", tile.substr(1));
  WriteWholeFile(folder_ + "/tile/entries/002.p/88", "");
  FUSIONHUB_ASSERT_OK(files_->RepairTiles(tree_, 600, 256));
  EXPECT_TRUE(Exists("tile/0/000"));
  EXPECT_EQ(ReadWholeFile(folder_ + "/tile/0/001"), tile);
  EXPECT_EQ(ReadWholeFile(folder_ + "/tile/entries/002.p/88"), bundle);
}

TEST_F(TileFilesTest, TheCheckpointIsReplaced) {
  FUSIONHUB_ASSERT_OK(files_->WriteCheckpoint("one"));
  FUSIONHUB_ASSERT_OK(files_->WriteCheckpoint("two"));
  EXPECT_EQ(FolderSource(folder_)("checkpoint").value(), "two");
}

}  // namespace
}  // namespace fusionhub::audit
