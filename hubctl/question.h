// Builds the one question that a command line describes.
#ifndef FUSIONHUB_HUBCTL_QUESTION_H_
#define FUSIONHUB_HUBCTL_QUESTION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/random.h"
#include "fusionhub/v1/query.pb.h"
#include "hubctl/config.h"

namespace fusionhub::hubctl {

// What every question of a case states, as typed.
struct CaseOptions {
  std::string purpose;
  std::string reason;
  std::string officer;  // empty: the operator
  std::string complaint;
  std::string cad;
  std::string warrant;
  std::string other;               // NAME=NUMBER
  std::vector<std::string> facts;  // name=value each
  std::vector<std::string> owners;
  std::vector<std::string> authorisations;
};

struct QuestionContext {
  std::string region;
  std::string agency;
  std::string person;
  absl::Time now;
};

// A query without subject. INVALID_ARGUMENT when what was typed has no form that could be asked;
// whether it may be asked is for policy.
absl::StatusOr<v1::Query> BuildQuery(const CaseOptions& options, const QuestionContext& context,
                                     Random& random);

// Sets text and state as typed; the hub normalises. INVALID_ARGUMENT when they are no plate.
absl::Status SetPlate(const std::string& text, const std::string& state, v1::Plate& plate);

// "2025-03-21T14:00:00-05:00" or "2025-03-21" (midnight, UTC). INVALID_ARGUMENT names `flag`.
absl::StatusOr<absl::Time> ParseTimeFlag(const std::string& text, const std::string& flag);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_QUESTION_H_
