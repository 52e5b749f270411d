// Counting words that say something.
#include "policy/reason_text.h"

#include <gtest/gtest.h>

namespace fusionhub::policy {
namespace {

int Count(absl::string_view text) {
  return CountContentWords(text, {"the", "and", "case"}, {"test", "investigation"});
}

TEST(ReasonTextTest, CountsDifferentWordsWithContent) {
  EXPECT_EQ(Count("robbery suspect filmed at counter, masked below eyes"), 7);
  EXPECT_EQ(Count("Robbery ROBBERY robbery"), 1);
  EXPECT_EQ(Count(""), 0);
  EXPECT_EQ(Count("the case and the investigation test"), 0);
}

TEST(ReasonTextTest, LettersAloneAreNoWords) {
  EXPECT_EQ(Count("ab cd 1234 25-004411"), 0);
  EXPECT_EQ(Count("xcvb dfgh qwrt"), 0);
}

TEST(ReasonTextTest, OtherAlphabetsAreWords) { EXPECT_EQ(Count("vol à main armée, église"), 4); }

}  // namespace
}  // namespace fusionhub::policy
