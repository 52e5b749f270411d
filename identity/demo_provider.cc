// Issuing for demonstration persons.
#include "identity/demo_provider.h"

#include <nlohmann/json.hpp>

#include "base/status_macros.h"
#include "identity/base64url.h"
#include "identity/strict_json.h"

namespace fusionhub::identity {
namespace {

constexpr size_t kMaxWishBytes = 1024;
constexpr size_t kAssertionIdBytes = 16;

absl::StatusOr<crypto::Digest> HexDigest(const nlohmann::json& json, const char* key) {
  const absl::StatusOr<std::string> bytes = crypto::FromHex(PrintableMember(json, key, 64));
  if (!bytes.ok() || bytes->size() != crypto::kDigestSize) {
    return absl::InvalidArgumentError(std::string(key) + " must be 64 hexadecimal digits");
  }
  return crypto::DigestFromBytes(*bytes);
}

absl::StatusOr<AssertionWish> ParseWish(absl::string_view line) {
  FUSIONHUB_ASSIGN_OR_RETURN(const nlohmann::json json,
                             ParseStrictJson(line, kMaxWishBytes, "the request"));
  AssertionWish wish;
  wish.person = PrintableMember(json, "person", 128);
  if (wish.person.empty()) return absl::InvalidArgumentError("person must be an id");
  FUSIONHUB_ASSIGN_OR_RETURN(wish.request_digest, HexDigest(json, "request_digest"));
  FUSIONHUB_ASSIGN_OR_RETURN(wish.client_certificate, HexDigest(json, "client_certificate_sha256"));
  return wish;
}

}  // namespace

absl::StatusOr<std::string> DemoProvider::Issue(const AssertionWish& wish, absl::Time now) {
  const auto found = persons_.find(wish.person);
  if (found == persons_.end()) {
    return absl::NotFoundError("the issuer knows no such person; see its file of persons");
  }
  AssertionClaims claims;
  claims.issuer = options_.issuer;
  claims.region = options_.region;
  claims.person = found->second.facts;
  claims.service_account = found->second.service_account;
  claims.request_digest = wish.request_digest;
  claims.client_certificate = wish.client_certificate;
  claims.person.agency = options_.agency;
  claims.person.auth_method = "demo";
  claims.person.assertion_id = EncodeBase64Url(random_.Bytes(kAssertionIdBytes));
  claims.person.authenticated_at = now;
  claims.person.issued_at = now;
  claims.person.expires_at = now + options_.lifetime;
  return IssueAssertion(claims, key_);
}

std::string DemoProvider::Answer(absl::string_view line, absl::Time now) {
  absl::StatusOr<std::string> token = [&]() -> absl::StatusOr<std::string> {
    FUSIONHUB_ASSIGN_OR_RETURN(const AssertionWish wish, ParseWish(line));
    return Issue(wish, now);
  }();
  const nlohmann::json answer =
      token.ok() ? nlohmann::json{{"assertion", *token}}
                 : nlohmann::json{{"error", std::string(token.status().message())}};
  return answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace fusionhub::identity
