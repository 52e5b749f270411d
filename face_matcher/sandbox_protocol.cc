// Encoding and strict parsing of requests and replies.
#include "face_matcher/sandbox_protocol.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "face_matcher/byte_codec.h"
#include "face_matcher/face_error.h"

namespace fusionhub::face_matcher {
namespace {

constexpr uint32_t kRequestMagic = 0x31534846;  // "FHS1"
constexpr uint32_t kReplyMagic = 0x31524846;    // "FHR1"
constexpr size_t kMaxMessageBytes = 1024;
constexpr uint32_t kMaxMeasures = 64;
constexpr uint32_t kMaxValues = 64 * 1024;

void PutBox(ByteWriter& out, const FaceBox& box) {
  out.Number(box.x);
  out.Number(box.y);
  out.Number(box.width);
  out.Number(box.height);
}

FaceBox GetBox(ByteReader& in) {
  FaceBox box;
  box.x = in.Number<uint32_t>();
  box.y = in.Number<uint32_t>();
  box.width = in.Number<uint32_t>();
  box.height = in.Number<uint32_t>();
  return box;
}

void PutQuality(ByteWriter& out, const FaceQuality& quality) {
  PutBox(out, quality.face);
  out.Number<uint8_t>(quality.eyes_located ? 1 : 0);
  out.Number(quality.smaller_faces);
  out.Number(static_cast<uint32_t>(quality.measures.size()));
  for (const QualityMeasure& measure : quality.measures) {
    out.Number(measure.code);
    out.Bytes(measure.name);
    out.Number<uint8_t>(measure.value.has_value() ? 1 : 0);
    out.Number(measure.value.value_or(0.0));
  }
}

FaceQuality GetQuality(ByteReader& in) {
  FaceQuality quality;
  quality.face = GetBox(in);
  quality.eyes_located = in.Number<uint8_t>() != 0;
  quality.smaller_faces = in.Number<uint32_t>();
  const uint32_t count = std::min(in.Number<uint32_t>(), kMaxMeasures);
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    QualityMeasure measure;
    measure.code = in.Number<uint16_t>();
    measure.name = std::string(in.Bytes().substr(0, 64));
    const bool known = in.Number<uint8_t>() != 0;
    const double value = in.Number<double>();
    if (known && std::isfinite(value)) measure.value = value;
    quality.measures.push_back(std::move(measure));
  }
  return quality;
}

absl::Status NotAReply() {
  return MakeFaceError(
      FaceError::kSandboxFailed,
      "image sandbox: the child's reply is malformed; see docs/faces.md, \"Sandbox\"");
}

// The error that the child reports. Its words are bounded and printable: the child may be under the
// control of the image.
absl::Status ReportedError(uint8_t code, absl::string_view message) {
  if (code > static_cast<uint8_t>(FaceError::kModelMismatch)) return NotAReply();
  std::string text(message.substr(0, kMaxMessageBytes));
  for (char& c : text) {
    if (c < 0x20 || c > 0x7E) c = '?';
  }
  return MakeFaceError(static_cast<FaceError>(code), text);
}

FaceError ErrorOf(const absl::Status& status) {
  const std::string word = FaceErrorReason(status);
  for (int i = 1; i <= static_cast<int>(FaceError::kModelMismatch); ++i) {
    if (FaceErrorWord(static_cast<FaceError>(i)) == word) return static_cast<FaceError>(i);
  }
  return FaceError::kSandboxFailed;
}

}  // namespace

std::string EncodeRequest(const SandboxRequest& request) {
  ByteWriter out;
  out.Number(kRequestMagic);
  out.Number(static_cast<uint8_t>(request.operation));
  out.Number<uint64_t>(request.limits.max_encoded_bytes);
  out.Number<uint64_t>(request.limits.max_pixels);
  out.Number(request.limits.min_side);
  out.Number<uint8_t>(request.box.has_value() ? 1 : 0);
  PutBox(out, request.box.value_or(FaceBox{}));
  out.Bytes(request.image);
  return out.Take();
}

absl::StatusOr<SandboxRequest> ParseRequest(absl::string_view bytes) {
  ByteReader in(bytes);
  SandboxRequest request;
  const bool ours = in.Number<uint32_t>() == kRequestMagic;
  request.operation = static_cast<SandboxOperation>(in.Number<uint8_t>());
  request.limits.max_encoded_bytes = in.Number<uint64_t>();
  request.limits.max_pixels = in.Number<uint64_t>();
  request.limits.min_side = in.Number<uint32_t>();
  const bool has_box = in.Number<uint8_t>() != 0;
  const FaceBox box = GetBox(in);
  if (has_box) request.box = box;
  request.image = in.Bytes();
  const bool known = request.operation == SandboxOperation::kDescribe ||
                     request.operation == SandboxOperation::kCheck;
  if (!ours || !known || !in.AtEnd()) {
    return MakeFaceError(
        FaceError::kSandboxFailed,
        "image sandbox: malformed request; server and image_sandbox are of different "
        "versions, install both from one package");
  }
  return request;
}

std::string EncodeReply(const absl::StatusOr<FaceDescription>& reply) {
  ByteWriter out;
  out.Number(kReplyMagic);
  if (!reply.ok()) {
    out.Number(static_cast<uint8_t>(ErrorOf(reply.status())));
    out.Bytes(reply.status().message().substr(0, kMaxMessageBytes));
    return out.Take();
  }
  out.Number<uint8_t>(0);
  PutQuality(out, reply->quality);
  out.Bytes({reinterpret_cast<const char*>(reply->values.data()), reply->values.size()});
  return out.Take();
}

absl::StatusOr<FaceDescription> ParseReply(absl::string_view bytes) {
  ByteReader in(bytes);
  if (in.Number<uint32_t>() != kReplyMagic) return NotAReply();
  const uint8_t code = in.Number<uint8_t>();
  if (code != 0) {
    const absl::string_view message = in.Bytes();
    return in.AtEnd() ? ReportedError(code, message) : NotAReply();
  }
  FaceDescription description;
  description.quality = GetQuality(in);
  const absl::string_view values = in.Bytes();
  if (!in.AtEnd() || values.size() > kMaxValues) return NotAReply();
  for (const char value : values) {
    // -128 is what the SIMD kernels cannot take.
    if (static_cast<int8_t>(value) == -128) return NotAReply();
    description.values.push_back(static_cast<int8_t>(value));
  }
  return description;
}

std::string Frame(absl::string_view bytes) {
  ByteWriter out;
  out.Bytes(bytes);
  return out.Take();
}

}  // namespace fusionhub::face_matcher
