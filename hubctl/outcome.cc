// Maps outcomes to words and exit codes.
#include "hubctl/outcome.h"

#include <algorithm>
#include <initializer_list>

namespace fusionhub::hubctl {

absl::string_view OutcomeWord(v1::AnswerOutcome outcome) {
  switch (outcome) {
    case v1::ANSWER_OUTCOME_RELEASED:
      return "released";
    case v1::ANSWER_OUTCOME_REFUSED:
      return "refused";
    case v1::ANSWER_OUTCOME_HELD:
      return "held";
    case v1::ANSWER_OUTCOME_TIMED_OUT:
      return "timed_out";
    case v1::ANSWER_OUTCOME_OFFLINE:
      return "offline";
    case v1::ANSWER_OUTCOME_INVALID:
      return "invalid";
    case v1::ANSWER_OUTCOME_NOTHING_RELEASED:
      return "nothing_released";
    default:
      return "unspecified";
  }
}

absl::string_view OutcomeInWords(v1::AnswerOutcome outcome) {
  switch (outcome) {
    case v1::ANSWER_OUTCOME_RELEASED:
      return "answered";
    case v1::ANSWER_OUTCOME_REFUSED:
      return "refused";
    case v1::ANSWER_OUTCOME_HELD:
      return "held: waits for an approval of the owner";
    case v1::ANSWER_OUTCOME_TIMED_OUT:
      return "silent: did not answer in time";
    case v1::ANSWER_OUTCOME_OFFLINE:
      return "silent: its node is not connected";
    case v1::ANSWER_OUTCOME_INVALID:
      return "answered with something that is not acceptable; nothing of it is shown";
    case v1::ANSWER_OUTCOME_NOTHING_RELEASED:
      return "released nothing";
    default:
      return "an outcome that this hubctl does not know";
  }
}

ExitCode ExitCodeOf(absl::Span<const v1::AnswerOutcome> outcomes) {
  const auto count = [&](std::initializer_list<v1::AnswerOutcome> words) {
    return std::count_if(outcomes.begin(), outcomes.end(), [&](v1::AnswerOutcome outcome) {
      return std::find(words.begin(), words.end(), outcome) != words.end();
    });
  };
  const auto all = static_cast<std::ptrdiff_t>(outcomes.size());
  const auto released = count({v1::ANSWER_OUTCOME_RELEASED});
  const auto held = count({v1::ANSWER_OUTCOME_HELD});
  const auto refused = count({v1::ANSWER_OUTCOME_REFUSED});
  // Everything else, words unknown to this build among it, is not an answer.
  const auto silent =
      all - released - held - refused - count({v1::ANSWER_OUTCOME_NOTHING_RELEASED});
  if (released == 0 && held > 0) return ExitCode::kHeld;
  if (refused == all) return ExitCode::kRefused;
  if (silent == all) return ExitCode::kUnreachable;
  return silent > 0 ? ExitCode::kPartial : ExitCode::kDone;
}

}  // namespace fusionhub::hubctl
