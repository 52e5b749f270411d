// Small checks of texts from peers, shared by questions and authorisations.
#ifndef FUSIONHUB_QUERY_TEXT_CHECKS_H_
#define FUSIONHUB_QUERY_TEXT_CHECKS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace fusionhub::query {

// INVALID_ARGUMENT "<field>: must be <allowed>". Never holds the field's content, which may be
// personal.
absl::Status BadField(absl::string_view field, absl::string_view allowed);

// An id of a region or agency: 1 to 64 characters of a-z, 0-9, '_' and '-'.
absl::Status CheckId(absl::string_view field, absl::string_view text);
// A word of the vocabulary: 1 to 64 characters of A-Z, a-z, 0-9, '_', '-' and '.'.
absl::Status CheckWord(absl::string_view field, absl::string_view text);
// An opaque name, of a person or record: 1 to 128 printable ASCII characters without spaces.
absl::Status CheckName(absl::string_view field, absl::string_view text);
// Prose: at most `max_bytes`, no control characters but tab and line feed.
absl::Status CheckText(absl::string_view field, absl::string_view text, size_t max_bytes);
// `size` is in [min, max].
absl::Status CheckCount(absl::string_view field, size_t size, size_t min, size_t max);

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_TEXT_CHECKS_H_
