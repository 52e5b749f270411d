// google.protobuf.Timestamp to absl::Time and back, refusing what is not a time.
#ifndef FUSIONHUB_QUERY_TIMESTAMP_H_
#define FUSIONHUB_QUERY_TIMESTAMP_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace fusionhub::query {

// INVALID_ARGUMENT unless nanos is in 0..999,999,999 and the year in 1..9999.
absl::StatusOr<absl::Time> FromProto(const google::protobuf::Timestamp& timestamp);
// Finer than a nanosecond is cut off.
google::protobuf::Timestamp ToProto(absl::Time time);

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_TIMESTAMP_H_
