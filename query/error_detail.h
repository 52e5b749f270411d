// Attaches a machine-readable v1::ErrorDetail to an absl::Status and reads it back. rpc/ carries
// the payload across the wire in the trailing metadata.
#ifndef FUSIONHUB_QUERY_ERROR_DETAIL_H_
#define FUSIONHUB_QUERY_ERROR_DETAIL_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "fusionhub/v1/records.pb.h"

namespace fusionhub::query {

// The payload's type URL; rpc/ uses the same.
inline constexpr absl::string_view kErrorDetailUrl = "type.googleapis.com/fusionhub.v1.ErrorDetail";

// `status` with reason (a stable word), clause (a citation, may be empty) and fix (what to do)
// attached. An OK status stays as it is.
absl::Status WithErrorDetail(absl::Status status, absl::string_view reason,
                             absl::string_view clause, absl::string_view fix);

// The detail attached to `status`, if there is one that parses.
std::optional<v1::ErrorDetail> ErrorDetailOf(const absl::Status& status);
// Its reason; empty if none.
std::string ReasonOf(const absl::Status& status);

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_ERROR_DETAIL_H_
