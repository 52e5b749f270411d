// Requests and replies come back as they were; hostile bytes are refused.
#include "face_matcher/sandbox_protocol.h"

#include <gtest/gtest.h>

#include <string>

#include "base/status_matchers.h"
#include "face_matcher/face_error.h"

namespace fusionhub::face_matcher {
namespace {

using ::testing::_;

FaceDescription Example() {
  FaceDescription description;
  description.values = {1, -127, 127, 0};
  description.quality.face = {1, 2, 3, 4};
  description.quality.eyes_located = true;
  description.quality.measures = {{0x44, "LuminanceMean", 100.5},
                                  {0x58, "HeadPoseYaw", std::nullopt}};
  return description;
}

TEST(SandboxProtocolTest, RequestsComeBack) {
  SandboxRequest request;
  request.box = FaceBox{5, 6, 70, 80};
  request.image = "bytes";
  const std::string bytes = EncodeRequest(request);
  const auto parsed = ParseRequest(bytes);
  FUSIONHUB_ASSERT_OK(parsed);
  EXPECT_EQ(parsed->image, "bytes");
  EXPECT_EQ(parsed->box->height, 80u);
  EXPECT_EQ(parsed->limits.max_pixels, ImageLimits().max_pixels);
}

TEST(SandboxProtocolTest, RepliesComeBack) {
  const auto parsed = ParseReply(EncodeReply(Example()));
  FUSIONHUB_ASSERT_OK(parsed);
  EXPECT_EQ(parsed->values, Example().values);
  EXPECT_EQ(parsed->quality.measures.size(), 2u);
  EXPECT_EQ(parsed->quality.measures[0].value, 100.5);
  EXPECT_FALSE(parsed->quality.measures[1].value.has_value());
}

TEST(SandboxProtocolTest, ErrorsKeepWordCodeAndText) {
  const auto parsed =
      ParseReply(EncodeReply(MakeFaceError(FaceError::kSeveralFaces, "image: 3 faces")));
  EXPECT_THAT(parsed, StatusIs(absl::StatusCode::kInvalidArgument, "image: 3 faces"));
  EXPECT_EQ(FaceErrorReason(parsed.status()), "SEVERAL_FACES");
}

TEST(SandboxProtocolTest, ErrorTextOfAHostileChildIsMadePrintable) {
  const auto parsed = ParseReply(EncodeReply(MakeFaceError(FaceError::kNoFace, "\x1B[2Jx\ny")));
  EXPECT_THAT(parsed, StatusIs(absl::StatusCode::kInvalidArgument, "?[2Jx?y"));
}

TEST(SandboxProtocolTest, EveryTruncationIsRefused) {
  const std::string request = EncodeRequest({SandboxOperation::kCheck, {}, std::nullopt, "image"});
  const std::string reply = EncodeReply(Example());
  for (size_t size = 0; size < request.size(); ++size) {
    EXPECT_FALSE(ParseRequest(absl::string_view(request).substr(0, size)).ok()) << size;
  }
  for (size_t size = 0; size < reply.size(); ++size) {
    EXPECT_THAT(ParseReply(absl::string_view(reply).substr(0, size)),
                StatusIs(absl::StatusCode::kInternal, _));
  }
}

TEST(SandboxProtocolTest, RefusesTheValueThatTheKernelsCannotTake) {
  FaceDescription description = Example();
  description.values.push_back(-128);
  EXPECT_THAT(ParseReply(EncodeReply(description)), StatusIs(absl::StatusCode::kInternal, _));
}

TEST(SandboxProtocolTest, RefusesUnknownOperationsAndTrailingBytes) {
  std::string request = EncodeRequest({SandboxOperation::kCheck, {}, std::nullopt, "image"});
  EXPECT_FALSE(ParseRequest(request + "x").ok());
  request[4] = 9;
  EXPECT_FALSE(ParseRequest(request).ok());
  EXPECT_FALSE(ParseReply(EncodeReply(Example()) + "x").ok());
}

}  // namespace
}  // namespace fusionhub::face_matcher
