// Why a feed's message was not taken in, for the person who set up the camera.
#ifndef FUSIONHUB_ALPR_INGEST_FEED_ERROR_H_
#define FUSIONHUB_ALPR_INGEST_FEED_ERROR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace fusionhub::alpr_ingest {

// The closed set of reasons. Their words are metric labels and stand in the HTTP reply's "error".
enum class RejectReason {
  kNotJson,          // 400: not JSON, or not UTF-8
  kTooDeep,          // 400: nested deeper than allowed
  kTooLarge,         // 413
  kOtherVendor,      // 422: JSON of another product
  kNotSupported,     // 422: a type of this vendor that is not supported yet
  kMissingField,     // 422
  kBadField,         // 422: wrong type or value
  kBadPlate,         // 422: not a plate after normalisation
  kUnknownReader,    // 422: not in the device register (ALPR-10)
  kFutureTimestamp,  // 422: reader's clock is ahead; quarantined, not stored
  kTooOld,           // 422: older than its retention
  kQueueFull,        // 429
  kStorage,          // 503: not stored; send again
};
inline constexpr int kRejectReasonCount = 13;

// E.g. "not_json", "other_vendor".
absl::string_view RejectReasonWord(RejectReason reason);
// The HTTP status that goes with it.
int RejectReasonHttpStatus(RejectReason reason);

// Never holds a value out of the message (plates are personal data), only where it stands and what
// is wrong.
struct FeedError {
  RejectReason reason = RejectReason::kNotJson;
  std::string where;  // JSON path "$.best_plate_number", or "line 1, column 17"
  std::string what;   // what is wrong and what is expected
};

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_FEED_ERROR_H_
