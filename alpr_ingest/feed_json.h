// Parses a feed's JSON within bounds, and says in which line and column it is broken.
#ifndef FUSIONHUB_ALPR_INGEST_FEED_JSON_H_
#define FUSIONHUB_ALPR_INGEST_FEED_JSON_H_

#include <simdjson.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "alpr_ingest/feed_error.h"

namespace fusionhub::alpr_ingest {

struct FeedJsonLimits {
  size_t max_bytes;
  size_t max_depth;
};

// Calls `use` with the document's root if it is sound, else gives the error. The elements die with
// the call. Documents above 256 KiB are parsed one at a time: parsing takes up to 14 times their
// size.
std::optional<FeedError> WithFeedJson(absl::string_view body, const FeedJsonLimits& limits,
                                      const std::function<void(simdjson::dom::element)>& use);

// "line 3, column 17" of a byte, both from 1.
std::string LineAndColumn(absl::string_view body, size_t position);

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_FEED_JSON_H_
