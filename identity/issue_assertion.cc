// Signing keys and tokens of the demonstration issuer, with cjose.
#include "identity/issue_assertion.h"

#include <cjose/header.h>
#include <cjose/jws.h>
#include <openssl/err.h>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "identity/strict_json.h"

namespace fusionhub::identity {
namespace {

constexpr size_t kMaxJwkBytes = 4096;

absl::StatusOr<std::string> KeyToJson(const cjose_jwk_t* jwk, bool with_secret) {
  cjose_err error{};
  const std::unique_ptr<char, decltype(&free)> text(cjose_jwk_to_json(jwk, with_secret, &error),
                                                    free);
  if (text == nullptr) return absl::InternalError("cjose cannot write the key as JSON");
  return std::string(text.get());
}

absl::StatusOr<std::string> ExportJws(cjose_jws_t* jws) {
  cjose_err error{};
  const char* token = nullptr;
  if (jws == nullptr || !cjose_jws_export(jws, &token, &error)) {
    ERR_clear_error();
    return absl::InternalError("cjose cannot sign with this key");
  }
  return std::string(token);
}

}  // namespace

absl::StatusOr<IssuerPrivateKey> IssuerPrivateKey::Generate(absl::string_view kid) {
  if (kid.empty() || kid.size() > 128) {
    return absl::InvalidArgumentError("the key's id must have 1 to 128 characters");
  }
  cjose_err error{};
  std::shared_ptr<cjose_jwk_t> jwk(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error),
                                   cjose_jwk_release);
  if (jwk == nullptr || !cjose_jwk_set_kid(jwk.get(), kid.data(), kid.size(), &error)) {
    return absl::InternalError("cjose cannot make a key");
  }
  return IssuerPrivateKey(std::move(jwk));
}

absl::StatusOr<IssuerPrivateKey> IssuerPrivateKey::FromJwk(absl::string_view jwk) {
  FUSIONHUB_ASSIGN_OR_RETURN(const nlohmann::json json,
                             ParseStrictJson(jwk, kMaxJwkBytes, "the private key"));
  if (PrintableMember(json, "kty", 8) != "EC" || PrintableMember(json, "crv", 8) != "P-256" ||
      PrintableMember(json, "d", 64).empty() || PrintableMember(json, "kid", 128).empty()) {
    return absl::InvalidArgumentError(
        "the private key is not an EC P-256 JWK with 'd' and 'kid'; make one with "
        "`demo_issuer new-key`");
  }
  cjose_err error{};
  std::shared_ptr<cjose_jwk_t> imported(cjose_jwk_import(jwk.data(), jwk.size(), &error),
                                        cjose_jwk_release);
  ERR_clear_error();
  if (imported == nullptr) return absl::InvalidArgumentError("the private key is not valid");
  return IssuerPrivateKey(std::move(imported));
}

absl::StatusOr<std::string> IssuerPrivateKey::ToJwk() const {
  return KeyToJson(jwk_.get(), /*with_secret=*/true);
}

absl::StatusOr<std::string> IssuerPrivateKey::ToPublicJwks() const {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string jwk, KeyToJson(jwk_.get(), /*with_secret=*/false));
  return absl::StrCat("{\"keys\":[", jwk, "]}");
}

absl::StatusOr<std::string> IssuerPrivateKey::Sign(absl::string_view payload) const {
  cjose_err error{};
  const std::unique_ptr<cjose_header_t, decltype(&cjose_header_release)> header(
      cjose_header_new(&error), cjose_header_release);
  const char* kid = cjose_jwk_get_kid(jwk_.get(), &error);
  if (header == nullptr || kid == nullptr ||
      !cjose_header_set(header.get(), CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES256, &error) ||
      !cjose_header_set(header.get(), CJOSE_HDR_KID, kid, &error) ||
      !cjose_header_set(header.get(), "typ", "JWT", &error)) {
    return absl::InternalError("cjose cannot make a header");
  }
  const std::unique_ptr<cjose_jws_t, decltype(&cjose_jws_release)> jws(
      cjose_jws_sign(jwk_.get(), header.get(), reinterpret_cast<const uint8_t*>(payload.data()),
                     payload.size(), &error),
      cjose_jws_release);
  return ExportJws(jws.get());
}

absl::StatusOr<std::string> IssueAssertion(const AssertionClaims& claims,
                                           const IssuerPrivateKey& key) {
  return key.Sign(ClaimsToJson(claims));
}

}  // namespace fusionhub::identity
