// Case number patterns: what they understand, what they refuse, and that they cannot run long.
#include "policy/pattern.h"

#include <gtest/gtest.h>

#include <string>

#include "base/status_matchers.h"

namespace fusionhub::policy {
namespace {

bool Matches(const std::string& pattern, const std::string& text) {
  const absl::StatusOr<Pattern> parsed = Pattern::Parse(pattern);
  EXPECT_THAT(parsed, IsOk()) << pattern;
  return parsed.ok() && parsed->Matches(text);
}

TEST(PatternTest, MatchesTheWholeText) {
  EXPECT_TRUE(Matches("^[0-9]{2}-[0-9]{6}$", "25-004411"));
  EXPECT_FALSE(Matches("^[0-9]{2}-[0-9]{6}$", "25-00441"));
  EXPECT_FALSE(Matches("^[0-9]{2}-[0-9]{6}$", "25-0044111"));
  EXPECT_FALSE(Matches("^[0-9]{2}-[0-9]{6}$", "25-00441a"));
  EXPECT_FALSE(Matches("^[0-9]{2}-[0-9]{6}$", "25-004411\n"));
  EXPECT_FALSE(Matches("^[0-9]{2}-[0-9]{6}$", ""));
}

TEST(PatternTest, UnderstandsRepeatsAndClasses) {
  EXPECT_TRUE(Matches("^D\\d{2,4}X?$", "D123"));
  EXPECT_TRUE(Matches("^D\\d{2,4}X?$", "D1234X"));
  EXPECT_FALSE(Matches("^D\\d{2,4}X?$", "D1X"));
  EXPECT_FALSE(Matches("^D\\d{2,4}X?$", "D12345"));
  EXPECT_TRUE(Matches("^[A-Za-z-]{3}$", "a-Z"));
  EXPECT_TRUE(Matches("^.\\.$", "x."));
  EXPECT_FALSE(Matches("^.\\.$", "xx"));
  EXPECT_TRUE(Matches("^a{0,3}a{0,3}b$", "aaaab"));
}

TEST(PatternTest, RefusesWhatItDoesNotUnderstand) {
  for (const char* pattern :
       {"[0-9]", "^(a+)+$", "^a*$", "^a|b$", "^[^a]$", "^[b-a]$", "^[]$", "^[a$", "^a{3$",
        "^a{4,2}$", "^a{0}$", "^a{1000}$", "^\\w$", "^a^$", ""}) {
    EXPECT_THAT(Pattern::Parse(pattern).status(),
                StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("pattern")))
        << pattern;
  }
}

TEST(PatternTest, HostileTextIsCheap) {
  std::string pattern = "^";
  for (int i = 0; i < 20; ++i) pattern += "a{0,64}";
  EXPECT_FALSE(Matches(pattern + "b$", std::string(64, 'a')));
}

}  // namespace
}  // namespace fusionhub::policy
