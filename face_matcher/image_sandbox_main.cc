// The program in which untrusted images are decoded: load models, take all rights away, read one
// request from descriptor 0, write one reply to descriptor 1, exit. Started by DecodeSandbox only.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "base/status_macros.h"
#include "face_matcher/face_error.h"
#include "face_matcher/face_finder.h"
#include "face_matcher/image.h"
#include "face_matcher/lbp_descriptor.h"
#include "face_matcher/sandbox_protocol.h"
#include "face_matcher/seccomp_filter.h"

namespace fusionhub::face_matcher {
namespace {

constexpr uint32_t kMaxRequestBytes = 64u << 20;

bool ReadAll(void* out, size_t size) {
  auto* to = static_cast<char*>(out);
  while (size > 0) {
    const ssize_t got = read(STDIN_FILENO, to, size);
    if (got <= 0) return false;
    to += got;
    size -= static_cast<size_t>(got);
  }
  return true;
}

bool WriteAll(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

absl::StatusOr<FaceDescription> Answer(absl::string_view frame, FaceFinder& finder) {
  FUSIONHUB_ASSIGN_OR_RETURN(const SandboxRequest request, ParseRequest(frame));
  FUSIONHUB_ASSIGN_OR_RETURN(const GrayImage image, DecodeGray(request.image, request.limits));
  if (request.operation == SandboxOperation::kCheck) return FaceDescription{};
  FUSIONHUB_ASSIGN_OR_RETURN(FoundFace face, finder.Find(image, request.box));
  return FaceDescription{DescribeLbp(face.aligned), std::move(face.quality)};
}

absl::StatusOr<FaceDescription> AnswerOrSayOutOfMemory(absl::string_view frame,
                                                       FaceFinder& finder) {
  try {
    return Answer(frame, finder);
  } catch (const std::bad_alloc&) {
    return MakeFaceError(
        FaceError::kSandboxKilled,
        "image: decoding it takes more memory than the sandbox has; send a smaller copy");
  } catch (const std::exception&) {
    return MakeFaceError(FaceError::kSandboxFailed,
                         "image: a library failed on it; save it again as a plain JPEG");
  }
}

int Serve(FaceFinder& finder) {
  uint32_t size = 0;
  if (!ReadAll(&size, sizeof(size)) || size > kMaxRequestBytes) return EXIT_FAILURE;
  std::string frame(size, '\0');
  if (!ReadAll(frame.data(), frame.size())) return EXIT_FAILURE;
  return WriteAll(Frame(EncodeReply(AnswerOrSayOutOfMemory(frame, finder)))) ? EXIT_SUCCESS
                                                                             : EXIT_FAILURE;
}

int Main(int argc, char** argv) {
  ConfinementLimits limits;
  if (argc != 4 || !absl::SimpleAtoi(argv[2], &limits.memory_bytes) ||
      !absl::SimpleAtoi(argv[3], &limits.cpu_seconds)) {
    return kSandboxSetupFailed;
  }
  // Model files are read before the filter: afterwards nothing can be opened.
  absl::StatusOr<std::unique_ptr<FaceFinder>> finder = FaceFinder::Create(argv[1]);
  if (!finder.ok() || !ConfineThisProcess(limits).ok()) return kSandboxSetupFailed;
  return Serve(**finder);
}

}  // namespace
}  // namespace fusionhub::face_matcher

// _exit: destructors and atexit handlers of libraries have nothing to do here but to be attacked.
int main(int argc, char** argv) { _exit(fusionhub::face_matcher::Main(argc, argv)); }
