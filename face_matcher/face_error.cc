// Reason words as a payload of absl::Status.
#include "face_matcher/face_error.h"

#include "absl/strings/cord.h"

namespace fusionhub::face_matcher {
namespace {

constexpr absl::string_view kPayload = "fusionhub/face_error";

absl::StatusCode CodeOf(FaceError error) {
  switch (error) {
    case FaceError::kSandboxFailed:
      return absl::StatusCode::kInternal;
    case FaceError::kModelMismatch:
      return absl::StatusCode::kFailedPrecondition;
    default:
      return absl::StatusCode::kInvalidArgument;
  }
}

}  // namespace

absl::string_view FaceErrorWord(FaceError error) {
  switch (error) {
    case FaceError::kImageEmpty:
      return "IMAGE_EMPTY";
    case FaceError::kImageTooLarge:
      return "IMAGE_TOO_LARGE";
    case FaceError::kImageUnknownFormat:
      return "IMAGE_NOT_JPEG_OR_PNG";
    case FaceError::kImageBroken:
      return "IMAGE_BROKEN";
    case FaceError::kImageTooManyPixels:
      return "IMAGE_TOO_MANY_PIXELS";
    case FaceError::kImageTooSmall:
      return "IMAGE_TOO_SMALL";
    case FaceError::kBoxInvalid:
      return "BOX_INVALID";
    case FaceError::kNoFace:
      return "NO_FACE";
    case FaceError::kSeveralFaces:
      return "SEVERAL_FACES";
    case FaceError::kSandboxKilled:
      return "SANDBOX_KILLED";
    case FaceError::kSandboxTimeout:
      return "SANDBOX_TIMEOUT";
    case FaceError::kSandboxFailed:
      return "SANDBOX_FAILED";
    case FaceError::kModelMismatch:
      return "MODEL_MISMATCH";
  }
  return "UNKNOWN";
}

absl::Status MakeFaceError(FaceError error, absl::string_view message) {
  absl::Status status(CodeOf(error), message);
  status.SetPayload(kPayload, absl::Cord(FaceErrorWord(error)));
  return status;
}

std::string FaceErrorReason(const absl::Status& status) {
  const absl::optional<absl::Cord> word = status.GetPayload(kPayload);
  return word.has_value() ? std::string(*word) : std::string();
}

}  // namespace fusionhub::face_matcher
