// Plate normalisation and the table of states.
#include "query/plate.h"

#include <algorithm>
#include <array>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace fusionhub::query {
namespace {

// Before normalisation; leaves room for a separator after every character.
constexpr size_t kMaxRawBytes = 64;
constexpr absl::string_view kMiddleDot = "\xC2\xB7";  // U+00B7

// Sorted.
constexpr std::array<absl::string_view, 71> kStates = {
    "AB", "AK", "AL", "AR", "AS", "AZ", "BC", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "GU",
    "HI", "IA", "ID", "IL", "IN", "KS", "KY", "LA", "MA", "MB", "MD", "ME", "MI", "MN", "MO",
    "MP", "MS", "MT", "MX", "NB", "NC", "ND", "NE", "NH", "NJ", "NL", "NM", "NS", "NT", "NU",
    "NV", "NY", "OH", "OK", "ON", "OR", "PA", "PE", "PR", "QC", "RI", "SC", "SD", "SK", "TN",
    "TX", "US", "UT", "VA", "VI", "VT", "WA", "WI", "WV", "WY", "YT"};
static_assert(std::is_sorted(kStates.begin(), kStates.end()));

}  // namespace

absl::StatusOr<std::string> NormalisePlateText(absl::string_view text) {
  const absl::Status malformed = absl::InvalidArgumentError(absl::StrCat(
      "a plate must have 1 to ", kMaxPlateLength,
      " letters A-Z and digits; only spaces, dashes, dots and middle dots may stand between them"));
  if (text.size() > kMaxRawBytes) return malformed;
  std::string plate;
  while (!text.empty()) {
    if (absl::ConsumePrefix(&text, kMiddleDot)) continue;
    const char c = text.front();
    text.remove_prefix(1);
    if (c == ' ' || c == '-' || c == '.') continue;
    if (!absl::ascii_isalnum(c)) return malformed;
    plate.push_back(absl::ascii_toupper(c));
  }
  if (plate.empty() || plate.size() > kMaxPlateLength) return malformed;
  return plate;
}

absl::StatusOr<std::string> NormaliseState(absl::string_view state) {
  if (state.empty()) return std::string();
  std::string code = state.size() == 2 ? absl::AsciiStrToUpper(state) : "";
  if (!std::binary_search(kStates.begin(), kStates.end(), absl::string_view(code))) {
    return absl::InvalidArgumentError(
        "a state must be the two-letter code of a US state or territory or a Canadian province, or "
        "US, or MX, or empty if it is not known");
  }
  return code;
}

StateMatch CompareStates(absl::string_view a, absl::string_view b) {
  if (a.empty() || b.empty()) return StateMatch::kUnknown;
  return a == b ? StateMatch::kSame : StateMatch::kDifferent;
}

}  // namespace fusionhub::query
