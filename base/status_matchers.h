// GoogleTest matchers for absl::Status and absl::StatusOr. Test only.
#ifndef FUSIONHUB_BASE_STATUS_MATCHERS_H_
#define FUSIONHUB_BASE_STATUS_MATCHERS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace fusionhub {

inline const absl::Status& ToStatus(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& ToStatus(const absl::StatusOr<T>& value) {
  return value.status();
}

MATCHER(IsOk, "is OK") {
  *result_listener << ToStatus(arg).ToString();
  return ToStatus(arg).ok();
}

// The status has `code` and its message matches `message`.
MATCHER_P2(StatusIs, code, message, "has the status code and message given") {
  *result_listener << ToStatus(arg).ToString();
  return ToStatus(arg).code() == code &&
         ::testing::ExplainMatchResult(message, std::string(ToStatus(arg).message()),
                                       result_listener);
}

#define FUSIONHUB_EXPECT_OK(expr) EXPECT_THAT(expr, ::fusionhub::IsOk())
#define FUSIONHUB_ASSERT_OK(expr) ASSERT_THAT(expr, ::fusionhub::IsOk())

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_STATUS_MATCHERS_H_
