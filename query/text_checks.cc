// Text checks.
#include "query/text_checks.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "identity/spiffe_id.h"

namespace fusionhub::query {

absl::Status BadField(absl::string_view field, absl::string_view allowed) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": must be ", allowed));
}

absl::Status CheckId(absl::string_view field, absl::string_view text) {
  if (identity::IsId(text)) return absl::OkStatus();
  return BadField(field, "an id of 1 to 64 characters of a-z, 0-9, '_' and '-'");
}

absl::Status CheckWord(absl::string_view field, absl::string_view text) {
  const bool fits = !text.empty() && text.size() <= 64 && absl::c_all_of(text, [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.';
  });
  if (fits) return absl::OkStatus();
  return BadField(field, "a word of 1 to 64 characters of A-Z, a-z, 0-9, '_', '-' and '.'");
}

absl::Status CheckName(absl::string_view field, absl::string_view text) {
  if (!text.empty() && text.size() <= 128 && absl::c_all_of(text, absl::ascii_isgraph)) {
    return absl::OkStatus();
  }
  return BadField(field, "1 to 128 printable ASCII characters without spaces");
}

absl::Status CheckText(absl::string_view field, absl::string_view text, size_t max_bytes) {
  const bool fits = text.size() <= max_bytes && absl::c_none_of(text, [](char c) {
                      return absl::ascii_iscntrl(c) && c != '\t' && c != '\n';
                    });
  if (fits) return absl::OkStatus();
  return BadField(field, absl::StrCat("at most ", max_bytes, " bytes without control characters"));
}

absl::Status CheckCount(absl::string_view field, size_t size, size_t min, size_t max) {
  if (size >= min && size <= max) return absl::OkStatus();
  return BadField(field, absl::StrCat("given ", min, " to ", max, " times"));
}

}  // namespace fusionhub::query
