#include "alpr_ingest/hotlist_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "alpr_ingest/alpr_testing.h"
#include "base/status_matchers.h"

namespace fusionhub::alpr_ingest {
namespace {

const absl::Time kNow = SampleNow();

TEST(HotlistIndexTest, FindsExactPlatesOnly) {
  HotlistBook book;
  FUSIONHUB_ASSERT_OK(book.Replace(SampleList("slmpd", 1, {SampleEntry("a", "TST0A01", kNow)})));
  const auto index = book.Current();
  EXPECT_TRUE(index->Contains("TST0A01"));
  for (const char* other :
       {"TSTOA01", "TST0A0", "TST0A011", "tst0a01", "", "TST-0A01", "AAAAAAAAAAAAA"}) {
    EXPECT_FALSE(index->Contains(other)) << other;
    EXPECT_TRUE(index->Lookup(other, "MO", kNow).empty());
  }
}

TEST(HotlistIndexTest, KeepsUnknownAndDifferentStatesApart) {
  HotlistBook book;
  HotlistEntry unknown = SampleEntry("b", "TST0A01", kNow);
  unknown.state = "";
  FUSIONHUB_ASSERT_OK(
      book.Replace(SampleList("slmpd", 1, {SampleEntry("a", "TST0A01", kNow), unknown})));
  const auto states = [&](absl::string_view state) {
    std::vector<StateMatch> out;
    for (const auto& match : book.Current()->Lookup("TST0A01", state, kNow))
      out.push_back(match.state);
    return out;
  };
  EXPECT_THAT(states("MO"), testing::ElementsAre(StateMatch::kSame, StateMatch::kUnknown));
  EXPECT_THAT(states("IL"), testing::ElementsAre(StateMatch::kDifferent, StateMatch::kUnknown));
  EXPECT_THAT(states(""), testing::ElementsAre(StateMatch::kUnknown, StateMatch::kUnknown));
}

TEST(HotlistIndexTest, TellsOwnerVersionAndAge) {
  HotlistBook book;
  FUSIONHUB_ASSERT_OK(book.Replace(SampleList("slmpd", 4, {SampleEntry("a", "TST1", kNow)})));
  FUSIONHUB_ASSERT_OK(
      book.Replace(SampleList("st_charles_pd", 9, {SampleEntry("z", "TST1", kNow)})));
  const auto matches = book.Current()->Lookup("TST1", "MO", kNow + absl::Hours(1));
  ASSERT_EQ(matches.size(), 2u);
  EXPECT_EQ(matches[0].owner, "slmpd");
  EXPECT_EQ(matches[0].list_version, 4u);
  EXPECT_EQ(matches[0].age, absl::Hours(49));
  EXPECT_EQ(matches[0].confirmed_ago, absl::Hours(1));
  EXPECT_EQ(matches[1].owner, "st_charles_pd");
  EXPECT_EQ(matches[1].entry.entry_id, "z");
}

TEST(HotlistIndexTest, X8_AnEntryIsStaleAfterItsListsMaxAge) {
  HotlistBook book;
  Hotlist list = SampleList("slmpd", 1, {SampleEntry("a", "TST1", kNow)});
  list.max_age = absl::Hours(12);
  FUSIONHUB_ASSERT_OK(book.Replace(std::move(list)));
  const auto stale = [&](absl::Time now) {
    return book.Current()->Lookup("TST1", "MO", now)[0].stale;
  };
  EXPECT_FALSE(stale(kNow + absl::Hours(12)));
  EXPECT_TRUE(stale(kNow + absl::Hours(12) + absl::Seconds(1)));
  EXPECT_FALSE(stale(kNow - absl::Minutes(5)));
  EXPECT_TRUE(stale(kNow - absl::Minutes(5) - absl::Seconds(1)));
}

TEST(HotlistIndexTest, FindsEveryEntryOfALargeList) {
  std::vector<HotlistEntry> entries;
  for (int i = 0; i < 20'000; ++i)
    entries.push_back(SampleEntry(absl::StrCat(i), absl::StrCat("T", i), kNow));
  HotlistBook book;
  FUSIONHUB_ASSERT_OK(book.Replace(SampleList("slmpd", 1, std::move(entries))));
  const auto index = book.Current();
  EXPECT_EQ(index->entries(), 20'000u);
  for (int i = 0; i < 20'000; ++i) {
    const auto matches = index->Lookup(absl::StrCat("T", i), "MO", kNow);
    ASSERT_EQ(matches.size(), 1u) << i;
    ASSERT_EQ(matches[0].entry.entry_id, absl::StrCat(i));
  }
  for (int i = 20'000; i < 40'000; ++i) ASSERT_FALSE(index->Contains(absl::StrCat("T", i)));
}

TEST(HotlistIndexTest, NoListCrowdsOutAnothers) {
  std::vector<HotlistEntry> many;
  for (int i = 0; i < 500; ++i) many.push_back(SampleEntry(absl::StrCat("m", i), "TST1", kNow));
  HotlistBook book;
  FUSIONHUB_ASSERT_OK(book.Replace(SampleList("aaa", 1, std::move(many))));
  FUSIONHUB_ASSERT_OK(book.Replace(SampleList("slmpd", 1, {SampleEntry("a", "TST1", kNow)})));
  const auto matches = book.Current()->Lookup("TST1", "MO", kNow);
  EXPECT_EQ(matches.size(), HotlistIndex::kMaxMatchesPerOwner + 1);
  EXPECT_EQ(matches.back().owner, "slmpd");
}

TEST(HotlistBookTest, RefusesAVersionThatIsNotNewer) {
  HotlistBook book;
  FUSIONHUB_ASSERT_OK(book.Replace(SampleList("slmpd", 5, {SampleEntry("a", "TST1", kNow)})));
  for (const uint64_t version : {5u, 4u}) {
    EXPECT_THAT(book.Replace(SampleList("slmpd", version, {})),
                StatusIs(absl::StatusCode::kFailedPrecondition, testing::HasSubstr("slmpd")));
  }
  EXPECT_TRUE(book.Current()->Contains("TST1"));
}

TEST(HotlistBookTest, ABadEntryChangesNothing) {
  HotlistBook book;
  FUSIONHUB_ASSERT_OK(book.Replace(SampleList("slmpd", 1, {SampleEntry("a", "TST1", kNow)})));
  HotlistEntry plate = SampleEntry("p", "tst2", kNow), state = SampleEntry("s", "TST2", kNow),
               category = SampleEntry("c", "TST2", kNow);
  state.state = "mo";
  category.category = "traffic";
  for (const HotlistEntry& bad : {plate, state, category}) {
    EXPECT_THAT(
        book.Replace(SampleList("slmpd", 2, {bad})),
        StatusIs(absl::StatusCode::kInvalidArgument, testing::HasSubstr("entry " + bad.entry_id)));
  }
  EXPECT_EQ(book.List("slmpd")->version, 1u);
  EXPECT_TRUE(book.Current()->Contains("TST1"));
}

TEST(HotlistBookTest, RemovesAnOwnersList) {
  HotlistBook book;
  FUSIONHUB_ASSERT_OK(book.Replace(SampleList("slmpd", 1, {SampleEntry("a", "TST1", kNow)})));
  EXPECT_THAT(book.Owners(), testing::ElementsAre("slmpd"));
  FUSIONHUB_ASSERT_OK(book.Remove("slmpd"));
  FUSIONHUB_ASSERT_OK(book.Remove("slmpd"));
  EXPECT_FALSE(book.Current()->Contains("TST1"));
  EXPECT_EQ(book.List("slmpd"), nullptr);
}

TEST(HotlistBookTest, ReadersKeepTheirIndexDuringASwap) {
  HotlistBook book;
  FUSIONHUB_ASSERT_OK(book.Replace(SampleList("slmpd", 1, {SampleEntry("a", "TST1", kNow)})));
  std::atomic<bool> stop{false};
  std::thread reader([&] {
    while (!stop) {
      const auto matches = book.Current()->Lookup("TST1", "MO", kNow);
      ASSERT_EQ(matches.size(), 1u);
    }
  });
  for (uint64_t version = 2; version < 200; ++version) {
    ASSERT_TRUE(book.Replace(SampleList("slmpd", version, {SampleEntry("a", "TST1", kNow)})).ok());
  }
  stop = true;
  reader.join();
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
