// Starts one confined child per image and turns every way in which it can end into a clear status.
#include "face_matcher/decode_sandbox.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "crypto/digest.h"
#include "face_matcher/child_process.h"
#include "face_matcher/face_error.h"
#include "face_matcher/lbp_method.h"

namespace fusionhub::face_matcher {
namespace {

constexpr size_t kMaxCascadeBytes = 16 << 20;
constexpr size_t kModelIdDigits = 16;
// How long a child may take to vanish after it closed its socket.
constexpr auto kExitGrace = std::chrono::milliseconds(500);

absl::Status InstallationError(absl::string_view detail) {
  return MakeFaceError(
      FaceError::kSandboxFailed,
      absl::StrCat("image sandbox: ", detail,
                   "; check face.sandbox and face.cascades in the configuration and that "
                   "the kernel allows seccomp (docs/faces.md, \"Sandbox\")"));
}

absl::Status TimedOut(absl::Duration timeout) {
  return MakeFaceError(
      FaceError::kSandboxTimeout,
      absl::StrCat("image: not decoded and described within ", absl::FormatDuration(timeout),
                   "; send a smaller copy or crop it to the face"));
}

// Why there was no reply, by how the child ended.
absl::Status WhyNoReply(const ChildExit& exit, absl::Duration timeout) {
  if (exit.signal == SIGXCPU) return TimedOut(timeout);
  if (exit.signal != 0) {
    return MakeFaceError(
        FaceError::kSandboxKilled,
        absl::StrFormat(
            "image: the sandboxed decoder was stopped by signal %d while it worked on it, so "
            "the image is not used; save it again as a plain JPEG",
            exit.signal));
  }
  if (exit.code == kSandboxSetupFailed) return InstallationError("its set-up failed");
  return InstallationError(absl::StrFormat("it ended with code %d and no reply", exit.code));
}

absl::StatusOr<std::string> HashModel(const SandboxOptions& options) {
  std::string hashed = kLbpMethod;
  for (const char* name : {"haarcascade_frontalface_alt2.xml", "haarcascade_eye.xml"}) {
    const std::string path = absl::StrCat(options.cascade_dir, "/", name);
    absl::StatusOr<std::string> bytes = ReadFile(path, kMaxCascadeBytes);
    if (!bytes.ok()) {
      return absl::FailedPreconditionError(
          absl::StrCat("face cascade ", path, ": ", bytes.status().message(),
                       "; install Debian's opencv-data or set face.cascades"));
    }
    absl::StrAppend(&hashed, crypto::ToString(crypto::Sha256(*bytes)));
  }
  return crypto::ToHex(crypto::View(crypto::Sha256(hashed))).substr(0, kModelIdDigits);
}

}  // namespace

absl::StatusOr<DecodeSandbox> DecodeSandbox::Create(SandboxOptions options) {
  if (access(options.program.c_str(), X_OK) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("image sandbox program ", options.program,
                     ": not there or not executable; install it or set face.sandbox"));
  }
  FUSIONHUB_ASSIGN_OR_RETURN(std::string model_id, HashModel(options));
  return DecodeSandbox(std::move(options), std::move(model_id));
}

DecodeSandbox::DecodeSandbox(SandboxOptions options, std::string model_id)
    : options_(std::move(options)), model_id_(std::move(model_id)) {}

absl::StatusOr<FaceDescription> DecodeSandbox::Describe(absl::string_view image,
                                                        const std::optional<FaceBox>& box) const {
  FUSIONHUB_ASSIGN_OR_RETURN(FaceDescription description,
                             Run(SandboxOperation::kDescribe, image, box));
  if (description.values.size() != kLbpDimensions) {
    return InstallationError("its reply has a wrong number of values");
  }
  return description;
}

absl::Status DecodeSandbox::Check(absl::string_view image) const {
  return Run(SandboxOperation::kCheck, image, std::nullopt).status();
}

absl::StatusOr<FaceDescription> DecodeSandbox::Run(SandboxOperation operation,
                                                   absl::string_view image,
                                                   const std::optional<FaceBox>& box) const {
  FUSIONHUB_RETURN_IF_ERROR(SniffImage(image, options_.limits).status());
  const auto deadline =
      std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(options_.timeout);
  const int64_t cpu_seconds = absl::ToInt64Seconds(absl::Ceil(options_.timeout, absl::Seconds(1)));
  absl::StatusOr<ChildProcess> child =
      ChildProcess::Start({options_.program, options_.cascade_dir,
                           absl::StrCat(options_.memory_bytes), absl::StrCat(cpu_seconds)});
  if (!child.ok()) return InstallationError(child.status().message());
  const std::string request = Frame(EncodeRequest({operation, options_.limits, box, image}));
  const absl::StatusOr<std::string> reply = child->Exchange(request, kMaxReplyBytes, deadline);
  if (reply.ok()) return ParseReply(*reply);
  if (absl::IsDeadlineExceeded(reply.status())) return TimedOut(options_.timeout);
  if (absl::IsResourceExhausted(reply.status())) return InstallationError("its reply is too long");
  return WhyNoReply(child->Wait(std::chrono::steady_clock::now() + kExitGrace), options_.timeout);
}

}  // namespace fusionhub::face_matcher
