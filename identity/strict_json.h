// JSON from peers, without the freedoms that let two readers see two different things.
#ifndef FUSIONHUB_IDENTITY_STRICT_JSON_H_
#define FUSIONHUB_IDENTITY_STRICT_JSON_H_

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fusionhub::identity {

// Parses one JSON object. INVALID_ARGUMENT for anything else, for an object with the same key
// twice, for nesting deeper than 8, for invalid UTF-8 and for text past `max_bytes`. `what` names
// it in messages. Never throws.
absl::StatusOr<nlohmann::json> ParseStrictJson(absl::string_view text, size_t max_bytes,
                                               absl::string_view what);

// The member `key` if it is a string of 1 to `max_bytes` printable ASCII characters; else empty.
std::string PrintableMember(const nlohmann::json& object, const char* key, size_t max_bytes);

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_STRICT_JSON_H_
