#include "audit/entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

using ::testing::HasSubstr;

const absl::Time kHour = absl::FromUnixSeconds(1772460000);

Entry Intent() {
  Entry e;
  e.type = EntryType::kIntent;
  e.entry_id = "0123456789abcdef";
  e.query_id = "fedcba9876543210";
  e.time = kHour;
  e.expires = kHour + absl::Hours(1);
  e.policy_digest = crypto::Sha256("policy");
  e.purpose = "REJ-4.2";
  e.data = "plate_reads";
  e.action = "search";
  e.owners = {"slmpd", "st_charles_pd"};
  e.query_commitment = crypto::Sha256("commitment");
  e.fields_root = crypto::Sha256("fields");
  e.ct_digest = crypto::Sha256("ct");
  e.ct_size = 584;
  return e;
}

Entry Release() {
  Entry e = Intent();
  e.type = EntryType::kRelease;
  e.reference = 41;
  e.expires.reset();
  e.owners = {"slmpd"};
  e.outcome = "released";
  e.clause = "MOU#IV.B.1";
  e.query_commitment.reset();
  e.answer_commitment = crypto::Sha256("answer");
  e.released_commitment = crypto::Sha256("released");
  return e;
}

// One valid entry of every type.
std::vector<Entry> OnePerType() {
  std::vector<Entry> entries = {Intent(), Release()};
  for (const EntryType type : {EntryType::kRefuse, EntryType::kHold, EntryType::kTimeout,
                               EntryType::kAuthorisation, EntryType::kDenial}) {
    Entry e = Release();
    e.type = type;
    e.answer_commitment.reset();
    e.released_commitment.reset();
    entries.push_back(e);
  }
  Entry close = Release();
  close.type = EntryType::kClose;
  close.owners.clear();
  close.released_commitment.reset();
  entries.push_back(close);
  Entry for_everyone = Intent();
  for_everyone.type = EntryType::kRefuse;
  for_everyone.expires.reset();
  entries.push_back(for_everyone);
  Entry summary = close;
  summary.type = EntryType::kRefusalSummary;
  summary.query_id.clear();
  summary.reference.reset();
  summary.answer_commitment.reset();
  summary.count = 17;
  entries.push_back(summary);
  Entry share = summary;
  share.type = EntryType::kHotlistShare;
  share.count = 0;
  share.owners = {"slmpd"};
  entries.push_back(share);
  return entries;
}

TEST(EntryTest, EveryTypeIsWrittenAndReadBack) {
  for (const Entry& entry : OnePerType()) {
    SCOPED_TRACE(EntryTypeName(entry.type));
    const auto leaf = EncodeLeaf(entry);
    FUSIONHUB_ASSERT_OK(leaf);
    EXPECT_LT(leaf->size(), 512u);
    const auto parsed = ParseLeaf(*leaf);
    FUSIONHUB_ASSERT_OK(parsed);
    EXPECT_EQ(EncodeLeaf(*parsed).value(), *leaf);
    EXPECT_EQ(parsed->owners, entry.owners);
    EXPECT_EQ(parsed->time, entry.time);
    EXPECT_EQ(parsed->expires, entry.expires);
    EXPECT_EQ(parsed->reference, entry.reference);
    EXPECT_EQ(parsed->clause, entry.clause);
    EXPECT_EQ(parsed->count, entry.count);
  }
}

TEST(EntryTest, TheLayoutIsTheDocuments) {
  const std::string leaf = EncodeLeaf(Intent()).value();
  EXPECT_EQ(leaf.substr(0, 2), "\x01\x01");
  EXPECT_EQ(leaf.substr(2, 16), "0123456789abcdef");
  EXPECT_EQ(leaf.substr(18, 16), "fedcba9876543210");
  EXPECT_EQ(leaf.substr(34, 8), std::string(8, '\xff'));
  EXPECT_EQ(leaf.substr(54, 32), crypto::ToString(crypto::Sha256("policy")));
  EXPECT_EQ(leaf.substr(86, 32), crypto::ToString(crypto::Sha256("commitment")));
  EXPECT_EQ(leaf.substr(118, 64), std::string(64, '\0'));
  EXPECT_EQ(leaf.substr(246, 4), std::string("\0\0\x02\x48", 4));
  EXPECT_EQ(leaf.substr(250, 8), "\x07REJ-4.2");
  EXPECT_EQ(leaf.substr(leaf.size() - 20), std::string("lmpd\x0dst_charles_pd").insert(0, "\x05s"));
}

TEST(EntryTest, CutOrLengthenedLeavesAreRefused) {
  for (const Entry& entry : OnePerType()) {
    const std::string leaf = EncodeLeaf(entry).value();
    for (size_t size = 0; size < leaf.size(); ++size) {
      EXPECT_FALSE(ParseLeaf(leaf.substr(0, size)).ok()) << size;
    }
    EXPECT_FALSE(ParseLeaf(leaf + '\0').ok());
  }
  EXPECT_FALSE(ParseLeaf(std::string(kMaxLeafSize + 1, 'a')).ok());
}

TEST(EntryTest, WhatParsesIsCanonical) {
  std::mt19937 random(3);
  const std::vector<Entry> entries = OnePerType();
  for (int round = 0; round < 20000; ++round) {
    std::string leaf = EncodeLeaf(entries[random() % entries.size()]).value();
    for (uint32_t flips = 1 + random() % 3; flips > 0; --flips) {
      leaf[random() % leaf.size()] = static_cast<char>(random());
    }
    const auto parsed = ParseLeaf(leaf);
    if (parsed.ok()) {
      EXPECT_EQ(EncodeLeaf(*parsed).value(), leaf);
    }
  }
}

TEST(EntryTest, UnknownVersionOrTypeIsRefused) {
  std::string leaf = EncodeLeaf(Intent()).value();
  leaf[0] = 2;
  EXPECT_THAT(ParseLeaf(leaf), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("version")));
  leaf[0] = 1;
  leaf[1] = 11;
  EXPECT_THAT(ParseLeaf(leaf), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("type")));
  leaf[1] = 0;
  EXPECT_FALSE(ParseLeaf(leaf).ok());
}

TEST(EntryTest, IntentsThatAreIncompleteAreRefused) {
  const std::vector<std::function<void(Entry&)>> faults = {
      [](Entry& e) { e.entry_id.pop_back(); },
      [](Entry& e) { e.query_id.clear(); },
      [](Entry& e) { e.query_id = "short"; },
      [](Entry& e) { e.query_id = std::string(16, '\0'); },
      [](Entry& e) { e.reference = 1; },
      [](Entry& e) { e.reference = ~uint64_t{0}; },
      [](Entry& e) { e.time += absl::Seconds(1); },
      [](Entry& e) { e.time = absl::InfinitePast(); },
      [](Entry& e) { e.time = absl::InfiniteFuture(); },
      [](Entry& e) { e.expires.reset(); },
      [](Entry& e) { e.expires = e.time; },
      [](Entry& e) { *e.expires += absl::Minutes(1); },
      [](Entry& e) { e.count = 1; },
      [](Entry& e) { e.owners.clear(); },
      [](Entry& e) {
        e.owners = {"b", "a"};
      },
      [](Entry& e) {
        e.owners = {"a", "a"};
      },
      [](Entry& e) { e.owners = {""}; },
      [](Entry& e) { e.owners = {"a b"}; },
      [](Entry& e) { e.purpose = std::string(65, 'a'); },
      [](Entry& e) { e.purpose = "John Doe"; },
      [](Entry& e) { e.clause = "\xc3\xa9"; },
      [](Entry& e) { e.query_commitment.reset(); },
      [](Entry& e) { e.query_commitment = crypto::Digest{}; },
      [](Entry& e) { e.answer_commitment = crypto::Sha256("x"); },
      [](Entry& e) { e.released_commitment = crypto::Sha256("x"); },
      [](Entry& e) { e.type = static_cast<EntryType>(99); },
  };
  FUSIONHUB_EXPECT_OK(CheckEntry(Intent()));
  for (size_t i = 0; i < faults.size(); ++i) {
    Entry entry = Intent();
    faults[i](entry);
    EXPECT_FALSE(CheckEntry(entry).ok()) << i;
    EXPECT_FALSE(EncodeLeaf(entry).ok()) << i;
  }
}

TEST(EntryTest, ReleasesThatAreIncompleteAreRefused) {
  const std::vector<std::function<void(Entry&)>> faults = {
      [](Entry& e) { e.reference.reset(); },
      [](Entry& e) {
        e.owners = {"a", "b"};
      },
      [](Entry& e) { e.answer_commitment.reset(); },
      [](Entry& e) { e.released_commitment.reset(); },
      [](Entry& e) { e.query_commitment = crypto::Sha256("x"); },
      [](Entry& e) { e.expires = e.time + absl::Hours(1); },
      [](Entry& e) { e.type = EntryType::kRefuse; },   // a REFUSE releases nothing
      [](Entry& e) { e.type = EntryType::kTimeout; },  // nothing was answered
      [](Entry& e) { e.type = EntryType::kClose; },
  };
  for (size_t i = 0; i < faults.size(); ++i) {
    Entry entry = Release();
    faults[i](entry);
    EXPECT_FALSE(CheckEntry(entry).ok()) << i;
  }
}

TEST(EntryTest, AllAgenciesOfALargeRegionFit) {
  Entry entry = Intent();
  entry.owners.clear();
  for (int i = 100; i < 100 + static_cast<int>(kMaxOwners); ++i) {
    entry.owners.push_back("county_police_department_" + std::to_string(i));
  }
  FUSIONHUB_EXPECT_OK(EncodeLeaf(entry));
  entry.owners.push_back("zzz");
  EXPECT_FALSE(EncodeLeaf(entry).ok());
}

TEST(EntryTest, TimesAreRoundedOutwards) {
  const absl::Time time = kHour + absl::Milliseconds(1);
  EXPECT_EQ(FloorToHour(time), kHour);
  EXPECT_EQ(CeilToHour(time), kHour + absl::Hours(1));
  EXPECT_EQ(FloorToHour(kHour), kHour);
  EXPECT_EQ(CeilToHour(kHour), kHour);
}

}  // namespace
}  // namespace fusionhub::audit
