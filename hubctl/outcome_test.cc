// Tests what an exit code says about a set of outcomes.
#include "hubctl/outcome.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fusionhub::hubctl {
namespace {

constexpr v1::AnswerOutcome kReleased = v1::ANSWER_OUTCOME_RELEASED;
constexpr v1::AnswerOutcome kRefused = v1::ANSWER_OUTCOME_REFUSED;
constexpr v1::AnswerOutcome kHeld = v1::ANSWER_OUTCOME_HELD;
constexpr v1::AnswerOutcome kTimedOut = v1::ANSWER_OUTCOME_TIMED_OUT;
constexpr v1::AnswerOutcome kOffline = v1::ANSWER_OUTCOME_OFFLINE;
constexpr v1::AnswerOutcome kInvalid = v1::ANSWER_OUTCOME_INVALID;
constexpr v1::AnswerOutcome kNothing = v1::ANSWER_OUTCOME_NOTHING_RELEASED;

struct Case {
  std::vector<v1::AnswerOutcome> outcomes;
  ExitCode code;
};

TEST(OutcomeTest, EverySetOfOutcomesHasItsExitCode) {
  const Case cases[] = {
      {{kReleased}, ExitCode::kDone},
      {{kReleased, kRefused}, ExitCode::kDone},
      {{kReleased, kHeld}, ExitCode::kDone},
      {{kNothing, kRefused}, ExitCode::kDone},
      {{kRefused, kRefused}, ExitCode::kRefused},
      {{}, ExitCode::kRefused},
      {{kHeld, kRefused}, ExitCode::kHeld},
      {{kHeld, kTimedOut}, ExitCode::kHeld},
      {{kReleased, kTimedOut}, ExitCode::kPartial},
      {{kReleased, kOffline}, ExitCode::kPartial},
      {{kReleased, kInvalid}, ExitCode::kPartial},
      {{kReleased, kHeld, kOffline}, ExitCode::kPartial},
      {{kRefused, kOffline}, ExitCode::kPartial},
      {{kTimedOut, kOffline}, ExitCode::kUnreachable},
  };
  for (const Case& test : cases) EXPECT_EQ(ExitCodeOf(test.outcomes), test.code);
}

TEST(OutcomeTest, AnUnknownOutcomeIsNeverDone) {
  EXPECT_EQ(ExitCodeOf({kReleased, static_cast<v1::AnswerOutcome>(99)}), ExitCode::kPartial);
}

TEST(OutcomeTest, WordsAreTheEnumsWithoutPrefix) {
  for (int value = v1::AnswerOutcome_MIN; value <= v1::AnswerOutcome_MAX; ++value) {
    const auto outcome = static_cast<v1::AnswerOutcome>(value);
    std::string word = "ANSWER_OUTCOME_";
    for (const char c : OutcomeWord(outcome)) word += static_cast<char>(toupper(c));
    EXPECT_EQ(word, v1::AnswerOutcome_Name(outcome));
  }
}

}  // namespace
}  // namespace fusionhub::hubctl
