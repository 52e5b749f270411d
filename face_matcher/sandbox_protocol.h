// What goes over the socket between the server and the sandboxed child. Both sides treat the bytes
// as hostile.
#ifndef FUSIONHUB_FACE_MATCHER_SANDBOX_PROTOCOL_H_
#define FUSIONHUB_FACE_MATCHER_SANDBOX_PROTOCOL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "face_matcher/face_template.h"
#include "face_matcher/image_limits.h"

namespace fusionhub::face_matcher {

// Frames are a little-endian uint32 length and so many bytes.
inline constexpr size_t kFrameHeaderBytes = 4;
inline constexpr size_t kMaxReplyBytes = size_t{256} << 10;
// The child's exit code when its own set-up failed, before it read a request.
inline constexpr int kSandboxSetupFailed = 70;

enum class SandboxOperation : uint8_t {
  kDescribe = 1,  // find the one face and describe it
  kCheck = 2,     // decode fully, keep nothing
};

struct SandboxRequest {
  SandboxOperation operation = SandboxOperation::kDescribe;
  ImageLimits limits;
  std::optional<FaceBox> box;
  absl::string_view image;  // a view: of the caller's bytes, or of the frame it was parsed from
};

// What the child makes of one image; empty for kCheck.
struct FaceDescription {
  std::vector<int8_t> values;
  FaceQuality quality;
};

std::string EncodeRequest(const SandboxRequest& request);  // without the frame header
absl::StatusOr<SandboxRequest> ParseRequest(absl::string_view bytes);

std::string EncodeReply(const absl::StatusOr<FaceDescription>& reply);
// The child's error, or INTERNAL when the bytes are not a reply.
absl::StatusOr<FaceDescription> ParseReply(absl::string_view bytes);

// `bytes` with a frame header in front.
std::string Frame(absl::string_view bytes);

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_SANDBOX_PROTOCOL_H_
