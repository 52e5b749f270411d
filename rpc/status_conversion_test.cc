#include "rpc/status_conversion.h"

#include <gtest/gtest.h>

#include "base/status_matchers.h"

namespace fusionhub::rpc {
namespace {

TEST(StatusConversionTest, KeepsEveryCode) {
  for (int code = 0; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "text");
    EXPECT_EQ(static_cast<int>(ToGrpcStatus(status).error_code()), code);
    EXPECT_EQ(static_cast<int>(FromGrpcStatus(ToGrpcStatus(status)).code()), code);
  }
}

TEST(StatusConversionTest, ShowsThePeerWhatIsMeantForIt) {
  EXPECT_EQ(ToGrpcStatus(absl::PermissionDeniedError("MOU#IV.B.1")).error_message(), "MOU#IV.B.1");
}

TEST(StatusConversionTest, HidesOurOwnTrouble) {
  for (const absl::Status& status : {absl::InternalError("/var/x"), absl::DataLossError("/var/x"),
                                     absl::UnknownError("/var/x")}) {
    EXPECT_EQ(ToGrpcStatus(status).error_message().find("/var"), std::string::npos);
  }
}

TEST(StatusConversionTest, CutsLongMessagesBetweenCharacters) {
  std::string text(1023, 'x');
  text += "\xc3\xa4 and more";
  EXPECT_EQ(ToGrpcStatus(absl::NotFoundError(text)).error_message(), std::string(1023, 'x'));
}

TEST(StatusConversionTest, CarriesADetailOfBoundedSize) {
  absl::Status status = absl::NotFoundError("x");
  EXPECT_EQ(ErrorDetailTrailer(status), "");
  status.SetPayload(kErrorDetailUrl, absl::Cord(std::string("\x00\x01", 2)));
  EXPECT_EQ(ErrorDetailTrailer(status), std::string("\x00\x01", 2));
  status.SetPayload(kErrorDetailUrl, absl::Cord(std::string(5000, 'x')));
  EXPECT_EQ(ErrorDetailTrailer(status), "");
}

}  // namespace
}  // namespace fusionhub::rpc
