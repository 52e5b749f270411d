// Early return on errors, for functions that return absl::Status or absl::StatusOr.
#ifndef FUSIONHUB_BASE_STATUS_MACROS_H_
#define FUSIONHUB_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define FUSIONHUB_STATUS_CONCAT_INNER(a, b) a##b
#define FUSIONHUB_STATUS_CONCAT(a, b) FUSIONHUB_STATUS_CONCAT_INNER(a, b)

// Returns from the calling function when `expr`, an absl::Status, is not OK.
#define FUSIONHUB_RETURN_IF_ERROR(expr)                  \
  do {                                                   \
    ::absl::Status fusionhub_status = (expr);            \
    if (!fusionhub_status.ok()) return fusionhub_status; \
  } while (false)

// Assigns the value of `expr`, an absl::StatusOr<T>, to `lhs`, or returns its status.
#define FUSIONHUB_ASSIGN_OR_RETURN(lhs, expr) \
  FUSIONHUB_ASSIGN_OR_RETURN_INNER(FUSIONHUB_STATUS_CONCAT(fusionhub_or_, __LINE__), lhs, expr)

#define FUSIONHUB_ASSIGN_OR_RETURN_INNER(var, lhs, expr) \
  auto var = (expr);                                     \
  if (!var.ok()) return var.status();                    \
  lhs = std::move(var).value()

#endif  // FUSIONHUB_BASE_STATUS_MACROS_H_
