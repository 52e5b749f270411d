// One connection, one line each way.
#include "identity/issuer_client.h"

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "identity/assertion.h"
#include "identity/strict_json.h"
#include "identity/unix_lines.h"

namespace fusionhub::identity {
namespace {

constexpr size_t kMaxAnswerBytes = 2 * kMaxAssertionBytes;

std::string WishToJson(const AssertionWish& wish) {
  const nlohmann::json json = {
      {"person", wish.person},
      {"request_digest", crypto::ToHex(crypto::View(wish.request_digest))},
      {"client_certificate_sha256", crypto::ToHex(crypto::View(wish.client_certificate))}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

absl::StatusOr<std::string> ReadAnswer(absl::string_view line) {
  const absl::StatusOr<nlohmann::json> answer =
      ParseStrictJson(line, kMaxAnswerBytes, "the identity provider's answer");
  if (!answer.ok()) return absl::InternalError(answer.status().message());
  const std::string token = PrintableMember(*answer, "assertion", kMaxAssertionBytes);
  if (!token.empty()) return token;
  const std::string error = PrintableMember(*answer, "error", 1024);
  if (error.empty()) {
    return absl::InternalError("the identity provider answered neither 'assertion' nor 'error'");
  }
  return absl::PermissionDeniedError(
      absl::StrCat("the identity provider refuses: ", absl::CHexEscape(error)));
}

}  // namespace

absl::StatusOr<std::string> RequestAssertion(const std::string& socket_path,
                                             const AssertionWish& wish, absl::Duration timeout) {
  const Deadline deadline = DeadlineAfter(timeout);
  FUSIONHUB_ASSIGN_OR_RETURN(const OwnedFd fd, ConnectUnix(socket_path, deadline));
  FUSIONHUB_RETURN_IF_ERROR(WriteLine(fd.get(), WishToJson(wish), deadline));
  const absl::StatusOr<std::string> line = ReadLine(fd.get(), kMaxAnswerBytes, deadline);
  if (absl::IsInvalidArgument(line.status())) return absl::InternalError(line.status().message());
  FUSIONHUB_RETURN_IF_ERROR(line.status());
  return ReadAnswer(*line);
}

}  // namespace fusionhub::identity
