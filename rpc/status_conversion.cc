// The one place where absl::Status and grpc::Status meet.
#include "rpc/status_conversion.h"

#include <map>

#include "absl/strings/cord.h"
#include "absl/types/optional.h"

namespace fusionhub::rpc {
namespace {

constexpr size_t kMaxMessageBytes = 1024;
constexpr size_t kMaxDetailBytes = 4096;

// Whether the message was written for the caller; otherwise it is the operator's.
bool IsForCaller(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kUnknown:
      return false;
    default:
      return true;
  }
}

// At most `max` bytes, not cut within a UTF-8 sequence.
std::string Truncate(absl::string_view text, size_t max) {
  if (text.size() <= max) return std::string(text);
  while (max > 0 && (static_cast<unsigned char>(text[max]) & 0xC0) == 0x80) --max;
  return std::string(text.substr(0, max));
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const auto code = static_cast<grpc::StatusCode>(status.code());
  if (!IsForCaller(status.code())) {
    return grpc::Status(code, "internal error; the operator's log has it");
  }
  return grpc::Status(code, Truncate(status.message(), kMaxMessageBytes));
}

std::string ErrorDetailTrailer(const absl::Status& status) {
  const absl::optional<absl::Cord> detail = status.GetPayload(kErrorDetailUrl);
  if (!detail || detail->size() > kMaxDetailBytes) return "";
  return std::string(*detail);
}

absl::Status FromGrpcStatus(const grpc::Status& status, const grpc::ClientContext* context) {
  if (status.ok()) return absl::OkStatus();
  const int code = status.error_code();
  const bool known = code > 0 && code <= static_cast<int>(absl::StatusCode::kUnauthenticated);
  absl::Status result(known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown,
                      status.error_message());
  if (context == nullptr) return result;
  const auto& trailers = context->GetServerTrailingMetadata();
  const auto found = trailers.find(kErrorDetailTrailer);
  if (found != trailers.end() && found->second.size() <= kMaxDetailBytes) {
    result.SetPayload(kErrorDetailUrl,
                      absl::Cord(absl::string_view(found->second.data(), found->second.size())));
  }
  return result;
}

}  // namespace fusionhub::rpc
