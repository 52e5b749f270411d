// Stable reason words for what can be wrong with an image, carried as a payload of absl::Status so
// that the caller can put them in ErrorDetail.reason without reading prose.
#ifndef FUSIONHUB_FACE_MATCHER_FACE_ERROR_H_
#define FUSIONHUB_FACE_MATCHER_FACE_ERROR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace fusionhub::face_matcher {

// What is wrong. The first nine are the sender's to fix (INVALID_ARGUMENT).
enum class FaceError {
  kImageEmpty = 1,          // IMAGE_EMPTY
  kImageTooLarge = 2,       // IMAGE_TOO_LARGE: more encoded bytes than the limit
  kImageUnknownFormat = 3,  // IMAGE_NOT_JPEG_OR_PNG
  kImageBroken = 4,         // IMAGE_BROKEN: truncated or damaged
  kImageTooManyPixels = 5,  // IMAGE_TOO_MANY_PIXELS: decompression bomb, refused before decoding
  kImageTooSmall = 6,       // IMAGE_TOO_SMALL
  kBoxInvalid = 7,          // BOX_INVALID: empty, tiny or outside the image
  kNoFace = 8,              // NO_FACE
  kSeveralFaces = 9,        // SEVERAL_FACES: mark one with a box
  kSandboxKilled = 10,      // SANDBOX_KILLED: the image crashed the decoder (INVALID_ARGUMENT)
  kSandboxTimeout = 11,     // SANDBOX_TIMEOUT: the image took too long (INVALID_ARGUMENT)
  kSandboxFailed = 12,      // SANDBOX_FAILED: our installation is broken (INTERNAL)
  kModelMismatch = 13,      // MODEL_MISMATCH: template of another model (FAILED_PRECONDITION)
};

// The word, e.g. "SEVERAL_FACES".
absl::string_view FaceErrorWord(FaceError error);

// A status with the code that belongs to `error`, `message` (what, where, what to do) and the word.
absl::Status MakeFaceError(FaceError error, absl::string_view message);

// The word of a status made by MakeFaceError; empty for any other status.
std::string FaceErrorReason(const absl::Status& status);

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_FACE_ERROR_H_
