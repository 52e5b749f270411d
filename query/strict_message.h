// Parses protobuf messages from peers without protobuf's leniency towards what a schema does not
// know.
#ifndef FUSIONHUB_QUERY_STRICT_MESSAGE_H_
#define FUSIONHUB_QUERY_STRICT_MESSAGE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace fusionhub::query {

// Parses `bytes` into `message`. INVALID_ARGUMENT when they do not parse, and, at any depth, for an
// unknown field or an enum number that the schema does not name: a newer peer may have meant
// something by it that forbids. The error names the place, e.g. "identifier.kind".
absl::Status ParseStrictly(absl::string_view bytes, google::protobuf::Message& message);

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_STRICT_MESSAGE_H_
