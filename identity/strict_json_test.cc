// Tests of strict JSON.
#include "identity/strict_json.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"

namespace fusionhub::identity {
namespace {

using ::testing::HasSubstr;

TEST(StrictJsonTest, ReadsAnObject) {
  const auto json = ParseStrictJson(R"({"a": [1, {"b": "c"}], "d": {"b": null}})", 100, "it");
  FUSIONHUB_ASSERT_OK(json);
  EXPECT_EQ((*json)["a"][1]["b"], "c");
}

TEST(StrictJsonTest, RefusesAKeyTwiceAtAnyDepth) {
  for (absl::string_view text : {R"({"a": 1, "a": 1})", R"({"x": [{"a": 1, "b": 2, "a": 3}]})",
                                 R"({"x": {"a": {}, "a": {}}})", R"({"a": 1, "\u0061": 2})"}) {
    EXPECT_THAT(ParseStrictJson(text, 100, "it"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("twice")))
        << text;
  }
}

TEST(StrictJsonTest, AllowsTheSameKeyInDifferentObjects) {
  FUSIONHUB_EXPECT_OK(ParseStrictJson(R"({"a": {"a": [{"a": 1}, {"a": 2}]}})", 100, "it"));
}

TEST(StrictJsonTest, RefusesWhatIsNotOneObject) {
  for (absl::string_view text : {"", "[]", "1", "null", "{} {}", "{,}", "{\"a\":}", "{'a': 1}",
                                 "{\"a\": \"\xC3\"}", "{\"a\": 1} // x", "{\"a\": NaN}"}) {
    EXPECT_THAT(ParseStrictJson(text, 100, "it"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("it is not")))
        << text;
  }
}

TEST(StrictJsonTest, RefusesDeepNesting) {
  const std::string deep =
      absl::StrCat("{\"a\":", std::string(500, '['), std::string(500, ']'), "}");
  EXPECT_THAT(ParseStrictJson(deep, 2000, "it"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("deeper")));
}

TEST(StrictJsonTest, RefusesTooManyBytes) {
  EXPECT_THAT(ParseStrictJson("{}  ", 3, "it"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 3")));
}

TEST(StrictJsonTest, TakesOnlyPrintableMembers) {
  const nlohmann::json json = {{"good", "abc"}, {"bad", "a\nb"}, {"number", 1}};
  EXPECT_EQ(PrintableMember(json, "good", 3), "abc");
  EXPECT_EQ(PrintableMember(json, "good", 2), "");
  EXPECT_EQ(PrintableMember(json, "bad", 9), "");
  EXPECT_EQ(PrintableMember(json, "number", 9), "");
  EXPECT_EQ(PrintableMember(json, "absent", 9), "");
}

}  // namespace
}  // namespace fusionhub::identity
