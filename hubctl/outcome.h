// Outcomes as words, and the exit code that a set of them means.
#ifndef FUSIONHUB_HUBCTL_OUTCOME_H_
#define FUSIONHUB_HUBCTL_OUTCOME_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "fusionhub/v1/records.pb.h"
#include "hubctl/exit_code.h"

namespace fusionhub::hubctl {

// "released", "timed_out": the enum's word without its prefix, for --json.
absl::string_view OutcomeWord(v1::AnswerOutcome outcome);
// "did not answer in time": for people.
absl::string_view OutcomeInWords(v1::AnswerOutcome outcome);

// The first that fits:
//   kHeld         some owner holds and none released
//   kRefused      every owner refused
//   kUnreachable  no owner answered
//   kPartial      an owner was silent, offline or invalid
//   kDone
// No owner at all is kRefused: the question was refused before any was chosen.
ExitCode ExitCodeOf(absl::Span<const v1::AnswerOutcome> outcomes);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_OUTCOME_H_
