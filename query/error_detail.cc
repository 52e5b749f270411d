// Error details as status payloads.
#include "query/error_detail.h"

#include "absl/strings/cord.h"

namespace fusionhub::query {

absl::Status WithErrorDetail(absl::Status status, absl::string_view reason,
                             absl::string_view clause, absl::string_view fix) {
  if (status.ok()) return status;
  v1::ErrorDetail detail;
  detail.set_reason(std::string(reason));
  detail.set_clause(std::string(clause));
  detail.set_fix(std::string(fix));
  status.SetPayload(kErrorDetailUrl, absl::Cord(detail.SerializeAsString()));
  return status;
}

std::optional<v1::ErrorDetail> ErrorDetailOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kErrorDetailUrl);
  v1::ErrorDetail detail;
  if (!payload || !detail.ParseFromString(std::string(*payload))) return std::nullopt;
  return detail;
}

std::string ReasonOf(const absl::Status& status) {
  const std::optional<v1::ErrorDetail> detail = ErrorDetailOf(status);
  return detail ? detail->reason() : "";
}

}  // namespace fusionhub::query
