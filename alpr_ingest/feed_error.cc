// Words and HTTP statuses of the reasons why a feed's message was not taken in.
#include "alpr_ingest/feed_error.h"

namespace fusionhub::alpr_ingest {
namespace {

struct Reason {
  absl::string_view word;
  int http_status;
};

// In the order of RejectReason.
constexpr Reason kReasons[kRejectReasonCount] = {
    {"not_json", 400},       {"too_deep", 400},         {"too_large", 413}, {"other_vendor", 422},
    {"not_supported", 422},  {"missing_field", 422},    {"bad_field", 422}, {"bad_plate", 422},
    {"unknown_reader", 422}, {"future_timestamp", 422}, {"too_old", 422},   {"queue_full", 429},
    {"storage", 503},
};
static_assert(static_cast<int>(RejectReason::kStorage) == kRejectReasonCount - 1);

}  // namespace

absl::string_view RejectReasonWord(RejectReason reason) {
  return kReasons[static_cast<size_t>(reason)].word;
}

int RejectReasonHttpStatus(RejectReason reason) {
  return kReasons[static_cast<size_t>(reason)].http_status;
}

}  // namespace fusionhub::alpr_ingest
