// Runs everything that touches an untrusted image (decoding, face detection, description) in a
// child process that can do nothing but read its request, compute and write its answer.
#ifndef FUSIONHUB_FACE_MATCHER_DECODE_SANDBOX_H_
#define FUSIONHUB_FACE_MATCHER_DECODE_SANDBOX_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "face_matcher/face_template.h"
#include "face_matcher/image_limits.h"
#include "face_matcher/sandbox_protocol.h"

namespace fusionhub::face_matcher {

struct SandboxOptions {
  // The program //face_matcher:image_sandbox. A small separate program is executed, because forking
  // a server that has threads would copy locks held by threads which do not exist in the child.
  std::string program = "/usr/libexec/fusionhub/image_sandbox";
  // Folder with haarcascade_frontalface_alt2.xml and haarcascade_eye.xml (Debian: opencv-data).
  std::string cascade_dir = "/usr/share/opencv4/haarcascades";
  absl::Duration timeout = absl::Seconds(10);  // per image, wall clock; then the child is killed
  uint64_t memory_bytes = 1024ull << 20;       // RLIMIT_AS of the child
  ImageLimits limits;
};

// Thread-safe: every call starts its own child, so one image can neither see nor change what
// another one yields, and a crash ends one call only.
class DecodeSandbox {
 public:
  // FAILED_PRECONDITION when the program or a cascade is missing.
  static absl::StatusOr<DecodeSandbox> Create(SandboxOptions options);

  // Finds the one face (inside `box` if given) and describes it. Errors carry a word of
  // face_error.h; a child that crashed, was killed or ran out of time is the image's fault:
  // INVALID_ARGUMENT.
  absl::StatusOr<FaceDescription> Describe(absl::string_view image,
                                           const std::optional<FaceBox>& box) const;
  // Decodes fully and throws the pixels away: is this an image that may be shown to a person? For
  // images that a peer sent.
  absl::Status Check(absl::string_view image) const;

  // Identifies method and model files: hash over the cascades' bytes and the method's version. 16
  // hex digits.
  const std::string& model_id() const { return model_id_; }

 private:
  DecodeSandbox(SandboxOptions options, std::string model_id);
  absl::StatusOr<FaceDescription> Run(SandboxOperation operation, absl::string_view image,
                                      const std::optional<FaceBox>& box) const;

  SandboxOptions options_;
  std::string model_id_;
};

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_DECODE_SANDBOX_H_
