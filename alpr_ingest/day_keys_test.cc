#include "alpr_ingest/day_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "alpr_ingest/alpr_testing.h"
#include "alpr_ingest/key_files.h"
#include "base/file.h"
#include "base/random.h"
#include "base/status_matchers.h"

namespace fusionhub::alpr_ingest {
namespace {

constexpr DayNumber kDay = 20454;  // 2026-01-01
const absl::Time kNoon = StartOfDay(kDay) + absl::Hours(12);
constexpr DayKeys::Id kId{kDay, 0};

class DayKeysTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<DayKeys>> Open(absl::Time now) {
    const ReadStoreOptions options = SampleStoreOptions(folder_);
    return DayKeys::Open({options.keys_folder, options.kek_folder, options.retention}, random_,
                         now);
  }
  std::vector<std::string> Files(const std::string& name) {
    return ListKeyFiles(folder_ + "/" + name).value();
  }
  const std::string folder_ = FreshFolder("keys");
  SeededRandom random_{1};
};

TEST_F(DayKeysTest, DaysAreUtc) {
  EXPECT_EQ(DayOf(StartOfDay(kDay)), kDay);
  EXPECT_EQ(DayOf(StartOfDay(kDay + 1) - absl::Nanoseconds(1)), kDay);
  EXPECT_EQ(DayText(kDay), "2026-01-01");
  EXPECT_EQ(DayOf(absl::InfinitePast()), -1);
  EXPECT_GT(DayOf(absl::InfiniteFuture()), kDay);
}

TEST_F(DayKeysTest, AKeySurvivesARestart) {
  std::string sealing;
  {
    auto keys = Open(kNoon);
    FUSIONHUB_ASSERT_OK(keys);
    const auto key = (*keys)->FindOrMake(kId, kNoon);
    FUSIONHUB_ASSERT_OK(key);
    sealing = std::string((*key)->sealing());
    EXPECT_NE((*key)->sealing(), (*key)->indexing());
  }
  auto keys = Open(kNoon);
  FUSIONHUB_ASSERT_OK(keys);
  ASSERT_NE((*keys)->Find(kId), nullptr);
  EXPECT_EQ((*keys)->Find(kId)->sealing(), sealing);
  EXPECT_EQ((*keys)->Find({kDay, 1}), nullptr);
  EXPECT_EQ((*keys)->All().size(), 1u);
}

TEST_F(DayKeysTest, FilesAreForTheOwnerOnlyAndHoldNoPlainKey) {
  auto keys = Open(kNoon);
  FUSIONHUB_ASSERT_OK(keys);
  const auto key = (*keys)->FindOrMake(kId, kNoon);
  FUSIONHUB_ASSERT_OK(key);
  for (const char* file : {"/keys/2026-01-01.standard.key", "/kek/kek-1"}) {
    struct stat info = {};
    ASSERT_EQ(stat((folder_ + file).c_str(), &info), 0) << file;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << file;
  }
  const std::string bytes = AllBytes(folder_ + "/keys");
  EXPECT_EQ(bytes.find(std::string((*key)->sealing())), std::string::npos);
}

TEST_F(DayKeysTest, RefusesAKeyFileThatOthersCanRead) {
  FUSIONHUB_ASSERT_OK((*Open(kNoon))->FindOrMake(kId, kNoon));
  ASSERT_EQ(chmod((folder_ + "/kek/kek-1").c_str(), 0644), 0);
  EXPECT_THAT(Open(kNoon),
              StatusIs(absl::StatusCode::kPermissionDenied, testing::HasSubstr("kek-1")));
}

TEST_F(DayKeysTest, AKeyIsDueWhenItsLastReadIs) {
  auto keys = Open(kNoon);
  FUSIONHUB_ASSERT_OK(keys);
  FUSIONHUB_ASSERT_OK((*keys)->FindOrMake(kId, kNoon));
  FUSIONHUB_ASSERT_OK((*keys)->FindOrMake({kDay, 1}, kNoon));
  const absl::Time due = StartOfDay(kDay + 31);
  EXPECT_EQ((*keys)->Due(kId), due);
  EXPECT_TRUE((*keys)->DestroyOverdue(due - absl::Nanoseconds(1))->empty());
  EXPECT_NE((*keys)->Find(kId), nullptr);
  const std::string commitment = (*keys)->Find(kId)->commitment();
  const auto destroyed = (*keys)->DestroyOverdue(due);
  FUSIONHUB_ASSERT_OK(destroyed);
  ASSERT_EQ(destroyed->size(), 1u);
  EXPECT_EQ((*destroyed)[0].id, kId);
  EXPECT_EQ((*destroyed)[0].commitment, commitment);
  EXPECT_EQ((*destroyed)[0].kek_generation, 1u);
  EXPECT_EQ((*keys)->Find(kId), nullptr);
  EXPECT_NE((*keys)->Find({kDay, 1}), nullptr);
  EXPECT_THAT(Files("keys"), testing::ElementsAre("2026-01-01.extended.key"));
}

TEST_F(DayKeysTest, DestroyingAKeyReplacesTheKek) {
  auto keys = Open(kNoon);
  FUSIONHUB_ASSERT_OK(keys);
  FUSIONHUB_ASSERT_OK((*keys)->FindOrMake(kId, kNoon));
  FUSIONHUB_ASSERT_OK((*keys)->FindOrMake({kDay, 1}, kNoon));
  const std::string stolen = folder_ + "/stolen";
  std::filesystem::copy(folder_ + "/keys", stolen);
  FUSIONHUB_ASSERT_OK((*keys)->DestroyOverdue(StartOfDay(kDay + 31)));
  EXPECT_THAT(Files("kek"), testing::ElementsAre("kek-2"));
  EXPECT_EQ((*keys)->kek_generation(), 2u);
  // An old copy of the key files, put beside the present KEK, opens nothing.
  keys->reset();
  std::filesystem::remove_all(folder_ + "/keys");
  std::filesystem::rename(stolen, folder_ + "/keys");
  EXPECT_THAT(Open(kNoon),
              StatusIs(absl::StatusCode::kFailedPrecondition, testing::HasSubstr("kek-1")));
}

TEST_F(DayKeysTest, SurvivorsOpenAfterARotationAndARestart) {
  std::string sealing;
  {
    auto keys = Open(kNoon);
    FUSIONHUB_ASSERT_OK(keys);
    FUSIONHUB_ASSERT_OK((*keys)->FindOrMake(kId, kNoon));
    sealing = std::string((*(*keys)->FindOrMake({kDay, 1}, kNoon))->sealing());
    FUSIONHUB_ASSERT_OK((*keys)->DestroyOverdue(StartOfDay(kDay + 31)));
  }
  auto keys = Open(StartOfDay(kDay + 31));
  FUSIONHUB_ASSERT_OK(keys);
  EXPECT_EQ((*keys)->Find({kDay, 1})->sealing(), sealing);
}

TEST_F(DayKeysTest, OverdueKeysAreDestroyedAtOpen) {
  FUSIONHUB_ASSERT_OK((*Open(kNoon))->FindOrMake(kId, kNoon));
  auto keys = Open(StartOfDay(kDay + 31));
  FUSIONHUB_ASSERT_OK(keys);
  EXPECT_EQ((*keys)->Find(kId), nullptr);
  EXPECT_TRUE(Files("keys").empty());
  EXPECT_THAT(Files("kek"), testing::ElementsAre("kek-2"));
  EXPECT_EQ((*keys)->TakeDestroyedAtOpen().size(), 1u);
  EXPECT_TRUE((*keys)->TakeDestroyedAtOpen().empty());
}

TEST_F(DayKeysTest, OverdueKeysGoEvenWhenOthersCannotBeRead) {
  {
    auto keys = Open(kNoon);
    FUSIONHUB_ASSERT_OK((*keys)->FindOrMake(kId, kNoon));
    FUSIONHUB_ASSERT_OK((*keys)->FindOrMake({kDay, 1}, kNoon));
  }
  FUSIONHUB_ASSERT_OK(WriteKeyFile(folder_ + "/keys/2026-01-01.extended.key", "damaged"));
  EXPECT_THAT(Open(StartOfDay(kDay + 31)), StatusIs(absl::StatusCode::kDataLoss, testing::_));
  EXPECT_THAT(Files("keys"), testing::ElementsAre("2026-01-01.extended.key"));
}

TEST_F(DayKeysTest, EndsARotationThatACrashInterrupted) {
  std::string sealing;
  {
    auto keys = Open(kNoon);
    FUSIONHUB_ASSERT_OK(keys);
    sealing = std::string((*(*keys)->FindOrMake(kId, kNoon))->sealing());
  }
  FUSIONHUB_ASSERT_OK(WriteKeyFile(folder_ + "/kek/kek-2", std::string(32, 'k')));
  auto keys = Open(kNoon);
  FUSIONHUB_ASSERT_OK(keys);
  EXPECT_EQ((*keys)->Find(kId)->sealing(), sealing);
  EXPECT_THAT(Files("kek"), testing::ElementsAre("kek-2"));
}

TEST_F(DayKeysTest, SaysWhichKekIsMissing) {
  FUSIONHUB_ASSERT_OK((*Open(kNoon))->FindOrMake(kId, kNoon));
  std::filesystem::remove(folder_ + "/kek/kek-1");
  EXPECT_THAT(Open(kNoon),
              StatusIs(absl::StatusCode::kFailedPrecondition, testing::HasSubstr("kek-1")));
  EXPECT_TRUE(Files("kek").empty());
}

TEST_F(DayKeysTest, MakesNoKeyForADayThatIsOver) {
  auto keys = Open(kNoon);
  FUSIONHUB_ASSERT_OK(keys);
  EXPECT_THAT((*keys)->FindOrMake({kDay - 31, 0}, kNoon),
              StatusIs(absl::StatusCode::kOutOfRange, testing::_));
  EXPECT_THAT((*keys)->FindOrMake({-1, 0}, kNoon),
              StatusIs(absl::StatusCode::kOutOfRange, testing::_));
  FUSIONHUB_EXPECT_OK((*keys)->FindOrMake({kDay - 30, 0}, kNoon));
}

TEST_F(DayKeysTest, RefusesAKeyFileOfAClassThatIsNotConfigured) {
  FUSIONHUB_ASSERT_OK(Open(kNoon));
  FUSIONHUB_ASSERT_OK(WriteKeyFile(folder_ + "/keys/2026-01-01.evidence.key", "x"));
  EXPECT_THAT(Open(kNoon),
              StatusIs(absl::StatusCode::kFailedPrecondition, testing::HasSubstr("evidence")));
}

TEST_F(DayKeysTest, RemovesHalfWrittenFiles) {
  FUSIONHUB_ASSERT_OK(Open(kNoon));
  FUSIONHUB_ASSERT_OK(WriteKeyFile(folder_ + "/keys/2026-01-01.standard.key.tmp.abc", "x"));
  FUSIONHUB_ASSERT_OK(Open(kNoon));
  EXPECT_TRUE(Files("keys").empty());
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
