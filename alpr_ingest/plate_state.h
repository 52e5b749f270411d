// States of plates as feeds write them. Normalising and comparing are query/plate.h's: questions,
// reads and hotlists share them.
#ifndef FUSIONHUB_ALPR_INGEST_PLATE_STATE_H_
#define FUSIONHUB_ALPR_INGEST_PLATE_STATE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "query/plate.h"

namespace fusionhub::alpr_ingest {

// An unread state is neither equal nor different: it must not raise a match to certainty, and must
// not hide one.
using query::StateMatch;

// "same", "unknown" or "different".
absl::string_view StateMatchWord(StateMatch match);

// The code in a feed's region word: "us-mo" and "ca-on" give "MO" and "ON". "" for other countries,
// for a country without a state ("us"), and for words that the table does not hold.
std::string StateFromRegion(absl::string_view region);

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_PLATE_STATE_H_
