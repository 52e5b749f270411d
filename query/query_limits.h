// The bounds of a question (I8). query.proto states them for clients.
#ifndef FUSIONHUB_QUERY_QUERY_LIMITS_H_
#define FUSIONHUB_QUERY_QUERY_LIMITS_H_

#include <cstddef>

#include "absl/time/time.h"

namespace fusionhub::query {

struct QueryLimits {
  size_t max_query_bytes = 3 * 1024 * 1024;
  size_t max_image_bytes = 2 * 1024 * 1024;
  absl::Duration max_window = absl::Hours(24 * 90);
  int max_owners = 256;
  int max_facts = 32;
  int max_authorisations = 64;
  int max_categories = 32;
};

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_QUERY_LIMITS_H_
