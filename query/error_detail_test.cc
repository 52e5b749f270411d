// Tests of error details.
#include "query/error_detail.h"

#include <gtest/gtest.h>

#include "base/status_matchers.h"

namespace fusionhub::query {
namespace {

TEST(ErrorDetailTest, ReadsWhatItAttached) {
  const absl::Status status = WithErrorDetail(absl::UnauthenticatedError("no"), "ASSERTION_EXPIRED",
                                              "SO#B.4", "sign in again");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnauthenticated, "no"));
  const auto detail = ErrorDetailOf(status);
  ASSERT_TRUE(detail.has_value());
  EXPECT_EQ(detail->reason(), "ASSERTION_EXPIRED");
  EXPECT_EQ(detail->clause(), "SO#B.4");
  EXPECT_EQ(detail->fix(), "sign in again");
  EXPECT_EQ(ReasonOf(status), "ASSERTION_EXPIRED");
}

TEST(ErrorDetailTest, OkStaysOk) {
  const absl::Status status = WithErrorDetail(absl::OkStatus(), "A", "", "");
  FUSIONHUB_EXPECT_OK(status);
  EXPECT_FALSE(ErrorDetailOf(status).has_value());
}

TEST(ErrorDetailTest, TheLastDetailCounts) {
  absl::Status status = WithErrorDetail(absl::InternalError("x"), "A", "", "");
  status = WithErrorDetail(status, "B", "", "");
  EXPECT_EQ(ReasonOf(status), "B");
}

TEST(ErrorDetailTest, ForeignPayloadsAreNone) {
  absl::Status status = absl::InternalError("x");
  EXPECT_EQ(ReasonOf(status), "");
  status.SetPayload(kErrorDetailUrl, absl::Cord("\xFF\xFF"));
  EXPECT_FALSE(ErrorDetailOf(status).has_value());
  EXPECT_EQ(ReasonOf(status), "");
}

}  // namespace
}  // namespace fusionhub::query
