// States of plates as feeds write them.
#include "alpr_ingest/plate_state.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace fusionhub::alpr_ingest {

absl::string_view StateMatchWord(StateMatch match) {
  switch (match) {
    case StateMatch::kSame:
      return "same";
    case StateMatch::kDifferent:
      return "different";
    case StateMatch::kUnknown:
      break;
  }
  return "unknown";
}

std::string StateFromRegion(absl::string_view region) {
  const std::string word = absl::AsciiStrToLower(region);
  // Mexican states are three letters in feeds ("mx-nle") and two in NCIC's table: without a table
  // of pairs that somebody has checked, unknown is the honest answer.
  const bool known_country = absl::StartsWith(word, "us-") || absl::StartsWith(word, "ca-");
  if (word.size() != 5 || !known_country) return "";
  return query::NormaliseState(absl::string_view(word).substr(3)).value_or("");
}

}  // namespace fusionhub::alpr_ingest
