#include "alpr_ingest/feed_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace fusionhub::alpr_ingest {
namespace {

constexpr FeedJsonLimits kLimits{1000, 32};

std::optional<FeedError> Check(const std::string& body, FeedJsonLimits limits = kLimits) {
  return WithFeedJson(body, limits, [](simdjson::dom::element) {});
}

TEST(FeedJsonTest, GivesTheRootOfASoundDocument) {
  int64_t seen = 0;
  const auto error = WithFeedJson(R"({"a": 41})", kLimits, [&](simdjson::dom::element root) {
    EXPECT_EQ(root.at_key("a").get(seen), simdjson::SUCCESS);
  });
  EXPECT_FALSE(error.has_value());
  EXPECT_EQ(seen, 41);
}

TEST(FeedJsonTest, SaysWhereTheDocumentIsBroken) {
  const auto error = Check("{\"a\": 1,\n  \"b\": tru }");
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->reason, RejectReason::kNotJson);
  EXPECT_THAT(error->where, testing::StartsWith("line 2, column "));
}

TEST(FeedJsonTest, RefusesEveryKindOfGarbage) {
  for (const std::string body :
       {"", " ", "garbage", "{", "}", "[1,]", "{\"a\" 1}", "\"open", "{\"a\":01}", "{\"a\":1}x",
        "\xFF\xFE", "{\"a\":\"\xC3\"}", "{\"a\":\"\n\"}", "nul"}) {
    const auto error = Check(body);
    ASSERT_TRUE(error.has_value()) << body;
    EXPECT_EQ(error->reason, RejectReason::kNotJson) << body;
    EXPECT_FALSE(error->where.empty());
    EXPECT_FALSE(error->what.empty());
  }
}

TEST(FeedJsonTest, NeverRepeatsWhatTheDocumentHolds) {
  const auto error = Check(R"({"best_plate_number": "TST0A01" "x"})");
  ASSERT_TRUE(error.has_value());
  EXPECT_THAT(error->where + error->what, testing::Not(testing::HasSubstr("TST0A01")));
}

TEST(FeedJsonTest, RefusesDeepNesting) {
  for (const size_t depth : {33u, 40u, 400u}) {
    const auto error = Check(std::string(depth, '[') + std::string(depth, ']'));
    ASSERT_TRUE(error.has_value()) << depth;
    EXPECT_EQ(error->reason, RejectReason::kTooDeep);
  }
  EXPECT_FALSE(Check(std::string(20, '[') + std::string(20, ']')).has_value());
}

TEST(FeedJsonTest, AMillionBracketsAreOnlyAnError) {
  const auto error = Check(std::string(1'000'000, '['), {2'000'000, 32});
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->reason, RejectReason::kTooDeep);
}

TEST(FeedJsonTest, RefusesWhatIsTooLargeWithoutParsingIt) {
  const auto error = Check(std::string(1001, ' '));
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->reason, RejectReason::kTooLarge);
}

TEST(FeedJsonTest, ParsesLargeDocuments) {
  const std::string body = "[\"" + std::string(3'000'000, 'x') + "\"]";
  EXPECT_FALSE(Check(body, {8u << 20, 32}).has_value());
}

TEST(FeedJsonTest, CountsLinesAndColumnsFromOne) {
  EXPECT_EQ(LineAndColumn("ab\ncd", 0), "line 1, column 1");
  EXPECT_EQ(LineAndColumn("ab\ncd", 3), "line 2, column 1");
  EXPECT_EQ(LineAndColumn("ab\ncd", 99), "line 2, column 3");
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
