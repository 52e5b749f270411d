// Tests that errors return early and values pass.
#include "base/status_macros.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "base/status_matchers.h"

namespace fusionhub {
namespace {

absl::StatusOr<std::unique_ptr<int>> Make(int value) {
  if (value < 0) return absl::OutOfRangeError("negative");
  return std::make_unique<int>(value);
}

absl::Status Check(int value) { return Make(value).status(); }

absl::StatusOr<int> Sum(int a, int b) {
  FUSIONHUB_RETURN_IF_ERROR(Check(a));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::unique_ptr<int> first, Make(a));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::unique_ptr<int> second, Make(b));
  return *first + *second;
}

TEST(StatusMacrosTest, PassValuesThrough) { EXPECT_EQ(Sum(2, 3).value_or(0), 5); }

TEST(StatusMacrosTest, ReturnTheFirstError) {
  EXPECT_THAT(Sum(-1, 3), StatusIs(absl::StatusCode::kOutOfRange, "negative"));
  EXPECT_THAT(Sum(1, -3), StatusIs(absl::StatusCode::kOutOfRange, "negative"));
}

TEST(StatusMatchersTest, TellStatusesApart) {
  EXPECT_THAT(absl::OkStatus(), IsOk());
  EXPECT_THAT(absl::StatusOr<int>(1), IsOk());
  EXPECT_THAT(absl::InternalError("x"), ::testing::Not(IsOk()));
  EXPECT_THAT(absl::InternalError("x"), ::testing::Not(StatusIs(absl::StatusCode::kInternal, "y")));
}

}  // namespace
}  // namespace fusionhub
