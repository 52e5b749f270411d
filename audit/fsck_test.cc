#include "audit/fsck.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "audit/checkpoint.h"
#include "audit/test_log.h"
#include "base/random.h"
#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

using ::testing::HasSubstr;
using Kind = FsckFinding::Kind;

// A log of any entries in memory-made files, as somebody else's tools might write it.
class FsckTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "/fsck_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
  }
  void Write(uint64_t size) {
    TileFiles files = TileFiles::Open(folder_).value();
    std::map<std::pair<int, uint64_t>, Digest> nodes;
    CompactRange range;
    for (uint64_t i = 0; i < size; ++i) {
      leaves_.push_back("entry number " + std::to_string(i));
      range.Append(LeafHash(leaves_.back()), [&](int level, uint64_t index, const Digest& h) {
        nodes[{level, index}] = h;
      });
    }
    const TileFiles::Tree tree = {
        [&](int level, uint64_t index) {
          return absl::StatusOr<Digest>(nodes.at({level, index}));
        },
        [&](uint64_t first, uint64_t count) {
          return absl::StatusOr<std::vector<std::string>>(std::vector<std::string>(
              leaves_.begin() + static_cast<std::ptrdiff_t>(first),
              leaves_.begin() + static_cast<std::ptrdiff_t>(first + count)));
        }};
    FUSIONHUB_ASSERT_OK(files.WriteTiles(tree, 0, size));
    WriteCheckpoint(size, range.Root());
  }
  void WriteCheckpoint(uint64_t size, const Digest& root) {
    Note note{.text = CheckpointBody(
                  {.origin = "any.test/log", .size = size, .root = root, .extensions = {}}),
              .signatures = {}};
    note.signatures.push_back(SignNote(note.text, "any.test/log", key_));
    WriteWholeFile(folder_ + "/checkpoint", SerialiseNote(note));
  }
  FsckReport Check() {
    auto report = Fsck(FolderSource(folder_), {.log_key = vkey_, .origin = ""});
    EXPECT_THAT(report, IsOk());
    return *std::move(report);
  }
  std::string Read(const std::string& path) { return ReadWholeFile(folder_ + "/" + path); }
  void Put(const std::string& path, absl::string_view content) {
    WriteWholeFile(folder_ + "/" + path, content);
  }

  std::string folder_;
  std::vector<std::string> leaves_;
  SeededRandom random_{1};
  crypto::Ed25519PrivateKey key_ = crypto::Ed25519PrivateKey::Generate(random_).value();
  VerifierKey vkey_ =
      VerifierKey::Create("any.test/log", KeyType::kEd25519, key_.public_key()).value();
};

TEST_F(FsckTest, SoundLogsOfAllShapesHaveNoFindings) {
  for (const uint64_t size : {0, 1, 2, 70, 255, 256, 257, 600, 66000}) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    leaves_.clear();
    Write(size);
    const FsckReport report = Check();
    EXPECT_TRUE(report.ok()) << size << ": " << report.findings[0].text;
    EXPECT_EQ(report.size, size);
    EXPECT_EQ(report.entries_hashed, size);
  }
}

// Which entry the byte at `position` of a bundle belongs to, its length included.
uint64_t EntryOfByte(const std::vector<std::string>& leaves, size_t position) {
  uint64_t index = 0;
  for (size_t end = leaves[0].size() + 2; end <= position; end += leaves[index].size() + 2) ++index;
  return index;
}

TEST_F(FsckTest, EveryFlippedByteOfAPartialBundleNamesItsEntry) {
  Write(20);
  const std::string path = "tile/entries/000.p/20";
  const std::string good = Read(path);
  for (size_t position = 0; position < good.size(); ++position) {
    for (const int mask : {0x01, 0x80}) {
      std::string bad = good;
      bad[position] = static_cast<char>(bad[position] ^ mask);
      Put(path, bad);
      const FsckReport report = Check();
      ASSERT_EQ(report.findings.size(), 1u) << position;
      EXPECT_EQ(report.findings[0].kind, Kind::kEntry);
      EXPECT_EQ(report.findings[0].path, path);
      EXPECT_EQ(report.findings[0].index, EntryOfByte(leaves_, position)) << position;
    }
  }
}

TEST_F(FsckTest, AFlippedByteOfAFullBundleNamesItsEntry) {
  Write(700);
  const std::string good = Read("tile/entries/001");
  for (size_t position = 0; position < good.size(); position += 29) {
    std::string bad = good;
    bad[position] = static_cast<char>(bad[position] ^ 0x04);
    Put("tile/entries/001", bad);
    const FsckReport report = Check();
    ASSERT_EQ(report.findings.size(), 1u) << position;
    EXPECT_THAT(report.findings[0].text, HasSubstr("entry " + std::to_string(256 + position / 18)));
  }
}

TEST_F(FsckTest, EveryFlippedByteOfATileNamesTheTileAndNothingElse) {
  Write(700);
  for (const std::string path : {"tile/0/000", "tile/0/002.p/188", "tile/1/000.p/2"}) {
    const std::string good = Read(path);
    for (size_t position = 0; position < good.size(); position += 31) {
      std::string bad = good;
      bad[position] = static_cast<char>(bad[position] ^ 0x20);
      Put(path, bad);
      const FsckReport report = Check();
      ASSERT_EQ(report.findings.size(), 1u) << path << position;
      EXPECT_EQ(report.findings[0].kind, Kind::kTile);
      EXPECT_EQ(report.findings[0].path, path);
      EXPECT_THAT(report.findings[0].text,
                  HasSubstr("hash " + std::to_string(position / 32) + " "));
    }
    Put(path, good);
  }
  EXPECT_TRUE(Check().ok());
}

TEST_F(FsckTest, DamageOnHigherLevelsIsNamed) {
  Write(66000);
  const std::string tile = Read("tile/1/000");
  std::string bad = tile;
  bad[32 * 100] = static_cast<char>(bad[32 * 100] ^ 1);
  Put("tile/1/000", bad);
  const FsckReport report = Check();
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].path, "tile/1/000");
  EXPECT_THAT(report.findings[0].text, HasSubstr("hash 100 "));
}

TEST_F(FsckTest, ATileAndAnEntryDamagedTogetherAreBothNamed) {
  Write(700);
  std::string tile = Read("tile/0/001");
  tile[32 * 7] = static_cast<char>(tile[32 * 7] ^ 1);
  Put("tile/0/001", tile);
  std::string bundle = Read("tile/entries/001");
  bundle[18 * 9 + 5] = static_cast<char>(bundle[18 * 9 + 5] ^ 1);
  Put("tile/entries/001", bundle);
  const FsckReport report = Check();
  ASSERT_EQ(report.findings.size(), 2u);
  EXPECT_EQ(report.findings[0].path, "tile/0/001");
  EXPECT_THAT(report.findings[0].text, HasSubstr("hash 7 "));
  EXPECT_EQ(report.findings[1].index, 256u + 9u);
}

TEST_F(FsckTest, SeveralChangedEntriesAreAllNamed) {
  Write(700);
  std::string bundle = Read("tile/entries/000");
  for (const int entry : {3, 77, 200}) {
    // Entries 0 to 9 have 14 bytes, 10 to 99 15, the rest 16, each with two more for its length.
    size_t at = 0;
    for (int i = 0; i < entry; ++i) at += leaves_[i].size() + 2;
    bundle[at + 4] = static_cast<char>(bundle[at + 4] ^ 1);
  }
  Put("tile/entries/000", bundle);
  const FsckReport report = Check();
  ASSERT_EQ(report.findings.size(), 3u);
  EXPECT_EQ(report.findings[0].index, 3u);
  EXPECT_EQ(report.findings[1].index, 77u);
  EXPECT_EQ(report.findings[2].index, 200u);
}

TEST_F(FsckTest, MissingResourcesAreNamed) {
  Write(700);
  for (const std::string path : {"tile/0/000", "tile/0/002.p/188", "tile/1/000.p/2",
                                 "tile/entries/000", "tile/entries/002.p/188"}) {
    const std::string good = Read(path);
    std::filesystem::remove(folder_ + "/" + path);
    const FsckReport report = Check();
    ASSERT_EQ(report.findings.size(), 1u) << path;
    EXPECT_EQ(report.findings[0].path, path);
    Put(path, good);
  }
}

TEST_F(FsckTest, ALongerBundleIsNamed) {
  Write(20);
  Put("tile/entries/000.p/20", Read("tile/entries/000.p/20") + std::string("\0\x01x", 3));
  const FsckReport report = Check();
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].kind, Kind::kBundle);
}

TEST_F(FsckTest, ACheckpointOfAnotherTreeIsNamed) {
  Write(700);
  WriteCheckpoint(700, LeafHash("another tree"));
  const FsckReport report = Check();
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].kind, Kind::kCheckpoint);
  EXPECT_THAT(report.findings[0].text, HasSubstr("does not follow"));
}

TEST_F(FsckTest, EveryFlippedByteOfTheCheckpointIsFound) {
  Write(20);
  const std::string good = Read("checkpoint");
  for (size_t position = 0; position < good.size(); ++position) {
    std::string bad = good;
    bad[position] = static_cast<char>(bad[position] ^ 1);
    Put("checkpoint", bad);
    const FsckReport report = Check();
    ASSERT_EQ(report.findings.size(), 1u) << position;
    EXPECT_EQ(report.findings[0].kind, Kind::kCheckpoint);
  }
  std::filesystem::remove(folder_ + "/checkpoint");
  EXPECT_EQ(Check().findings[0].kind, Kind::kCheckpoint);
}

TEST_F(FsckTest, EntriesThatAreNotOursAreNamedOnlyWhenAsked) {
  Write(3);
  EXPECT_TRUE(Check().ok());
  const auto report =
      Fsck(FolderSource(folder_), {.log_key = vkey_, .origin = "", .parse_leaves = true});
  FUSIONHUB_ASSERT_OK(report);
  ASSERT_EQ(report->findings.size(), 3u);
  EXPECT_EQ(report->findings[2].kind, Kind::kLeaf);
  EXPECT_EQ(report->findings[2].index, 2u);
}

TEST_F(FsckTest, FindingsAreBounded) {
  Write(20);
  const auto report =
      Fsck(FolderSource(folder_),
           {.log_key = vkey_, .origin = "", .parse_leaves = true, .max_findings = 5});
  FUSIONHUB_ASSERT_OK(report);
  EXPECT_EQ(report->findings.size(), 5u);
  EXPECT_TRUE(report->truncated);
}

TEST_F(FsckTest, ASourceThatFailsIsAnErrorNotAFinding) {
  Write(20);
  const TileSource source = [&](const std::string& path) -> absl::StatusOr<std::string> {
    if (path == "checkpoint") return Read(path);
    return absl::UnavailableError("server");
  };
  EXPECT_EQ(Fsck(source, {.log_key = vkey_, .origin = ""}).status().code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace fusionhub::audit
