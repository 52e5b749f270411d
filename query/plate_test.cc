// Tests of plate normalisation.
#include "query/plate.h"

#include <gtest/gtest.h>

#include "absl/strings/ascii.h"
#include "base/status_matchers.h"

namespace fusionhub::query {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PlateTest, HasOneFormForEverySpelling) {
  for (const char* text : {"ABC123", "abc123", "AbC 123", "ABC-123", " A-B.C 1-2-3 ",
                           "ABC\xC2\xB7"
                           "123"}) {
    const auto plate = NormalisePlateText(text);
    FUSIONHUB_ASSERT_OK(plate) << text;
    EXPECT_EQ(*plate, "ABC123") << text;
  }
}

TEST(PlateTest, IsItsOwnNormalForm) {
  EXPECT_EQ(*NormalisePlateText(*NormalisePlateText("ab-12")), *NormalisePlateText("ab-12"));
}

TEST(PlateTest, DoesNotConfuseSimilarCharacters) {
  EXPECT_NE(*NormalisePlateText("O0I1"), *NormalisePlateText("00II"));
}

TEST(PlateTest, HasOneToTwelveCharacters) {
  FUSIONHUB_EXPECT_OK(NormalisePlateText("A"));
  FUSIONHUB_EXPECT_OK(NormalisePlateText("ABCDEFGHIJKL"));
  FUSIONHUB_EXPECT_OK(NormalisePlateText("A-B-C-D-E-F-G-H-I-J-K-L"));
  EXPECT_THAT(NormalisePlateText("ABCDEFGHIJKLM"), Not(IsOk()));
  for (const char* text : {"", " ", "-.-", "\xC2\xB7"}) {
    EXPECT_THAT(NormalisePlateText(text), Not(IsOk())) << text;
  }
  EXPECT_THAT(NormalisePlateText(std::string(100'000, ' ') + "A"), Not(IsOk()));
}

TEST(PlateTest, RefusesEverythingElse) {
  for (const char* text : {"ABC*", "AB_1", "AB\t1", "AB\n1",
                           "\xC3\x84"
                           "1",
                           "\xEF\xBC\xA1"
                           "1",
                           "A\xC2",
                           "\xB7"
                           "A",
                           "AB/1", "A%20", "A'1", "<b>"}) {
    EXPECT_THAT(NormalisePlateText(text), Not(IsOk())) << text;
  }
  EXPECT_THAT(NormalisePlateText(absl::string_view("A\0B", 3)), Not(IsOk()));
}

TEST(PlateTest, NeverRepeatsThePlateInAnError) {
  EXPECT_THAT(NormalisePlateText("SECRET*1"),
              StatusIs(absl::StatusCode::kInvalidArgument, Not(HasSubstr("SECRET"))));
}

TEST(StateTest, KnowsStatesTerritoriesAndProvinces) {
  for (const char* state :
       {"MO", "IL", "DC", "PR", "GU", "ON", "QC", "YT", "MX", "US", "AB", "WY"}) {
    EXPECT_EQ(*NormaliseState(state), state);
    EXPECT_EQ(*NormaliseState(absl::AsciiStrToLower(state)), state);
  }
}

TEST(StateTest, EmptyIsUnknown) { EXPECT_EQ(*NormaliseState(""), ""); }

TEST(StateTest, RefusesOtherCodes) {
  for (const char* state : {"XX", "M", "MOO", "M0", " MO", "MO ", "Missouri", "--", "ZZ", "AA"}) {
    EXPECT_THAT(NormaliseState(state), Not(IsOk())) << state;
  }
}

TEST(StateTest, UnknownIsNeitherSameNorDifferent) {
  EXPECT_EQ(CompareStates("MO", "MO"), StateMatch::kSame);
  EXPECT_EQ(CompareStates("MO", "IL"), StateMatch::kDifferent);
  EXPECT_EQ(CompareStates("", "IL"), StateMatch::kUnknown);
  EXPECT_EQ(CompareStates("MO", ""), StateMatch::kUnknown);
  EXPECT_EQ(CompareStates("", ""), StateMatch::kUnknown);
}

}  // namespace
}  // namespace fusionhub::query
