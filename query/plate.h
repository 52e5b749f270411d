// Licence plates in the one form in which they are compared: questions, reads and hotlists all use
// it.
#ifndef FUSIONHUB_QUERY_PLATE_H_
#define FUSIONHUB_QUERY_PLATE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fusionhub::query {

inline constexpr size_t kMaxPlateLength = 12;

// The characters upper-cased, without spaces, dashes, dots and middle dots (U+00B7).
// INVALID_ARGUMENT unless 1 to 12 of A-Z and 0-9 remain; the message never repeats the plate.
absl::StatusOr<std::string> NormalisePlateText(absl::string_view text);

// A two-letter code, upper-cased: the postal code of a US state, DC, a US territory, or a Canadian
// province or territory; US for plates of the federal government; MX for Mexico, any state, since
// the codes of Mexican states collide with postal codes (NL, GU). Empty stays empty and means
// unknown. INVALID_ARGUMENT otherwise.
absl::StatusOr<std::string> NormaliseState(absl::string_view state);

// Whether two normalised states are the same. Unknown is never the same as, and never different
// from, a known state: callers decide what an unknown one is worth to them.
enum class StateMatch { kSame, kDifferent, kUnknown };
StateMatch CompareStates(absl::string_view a, absl::string_view b);

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_PLATE_H_
