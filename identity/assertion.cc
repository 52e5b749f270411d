// Verification of assertions: first what the header may say, then the signature, then the claims.
#include "identity/assertion.h"

#include <cjose/jws.h>
#include <openssl/err.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "identity/assertion_claims.h"
#include "identity/base64url.h"
#include "identity/reasons.h"
#include "identity/strict_json.h"
#include "query/error_detail.h"

namespace fusionhub::identity {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxHeaderBytes = 1024;
constexpr absl::string_view kAskAgain = "sign in again at your agency and ask again";
constexpr absl::string_view kFixProvider =
    "your agency's identity provider must send what docs/assertions.md says";

absl::Status Refuse(absl::string_view reason, absl::string_view message, absl::string_view fix,
                    absl::string_view clause = "") {
  return query::WithErrorDetail(absl::UnauthenticatedError(message), reason, clause, fix);
}

absl::Status Malformed(absl::string_view message) {
  return Refuse(kAssertionMalformed, message, kFixProvider);
}

absl::Status BadSignature(absl::string_view message) {
  return Refuse(kAssertionBadSignature, message,
                "the Agency document must hold the identity provider's current public keys");
}

struct Parts {
  std::string header;
  size_t signature_bytes = 0;
};

absl::StatusOr<Parts> SplitToken(absl::string_view token) {
  if (token.size() > kMaxAssertionBytes) {
    return Malformed(absl::StrCat("the assertion has ", token.size(), " bytes; at most ",
                                  kMaxAssertionBytes, " are allowed"));
  }
  const std::vector<absl::string_view> texts = absl::StrSplit(token, '.');
  if (texts.size() != 3) {
    return Malformed("the assertion is not a compact JWS of three parts");
  }
  std::array<std::optional<std::string>, 3> bytes;
  for (size_t i = 0; i < texts.size(); ++i) {
    bytes[i] = DecodeBase64Url(texts[i]);
    if (!bytes[i]) return Malformed("the assertion is not base64url without padding");
  }
  return Parts{.header = *std::move(bytes[0]), .signature_bytes = bytes[2]->size()};
}

// Headers that bring their own key, or that change what the signature means.
absl::Status RefuseDangerousHeaders(const Json& header) {
  for (const char* name : {"crit", "b64", "zip", "jwk", "jku", "x5u", "x5c"}) {
    if (header.contains(name)) {
      return Malformed(absl::StrCat("the assertion's header '", name, "' is not allowed"));
    }
  }
  if (header.contains("typ") && header["typ"] != "JWT") {
    return Malformed("the assertion's header 'typ' must be \"JWT\" or absent");
  }
  return absl::OkStatus();
}

// The key fixes which algorithms may be used; the header may only choose among those. Judged before
// any signature is computed, so no header can turn a public key into an HMAC key or the check off.
absl::Status CheckAlgorithm(absl::string_view algorithm, const IssuerKey& key) {
  const bool fits = key.type == CJOSE_JWK_KTY_EC ? algorithm == "ES256"
                                                 : algorithm == "PS256" || algorithm == "RS256";
  if (!fits || (!key.algorithm.empty() && key.algorithm != algorithm)) {
    return BadSignature(
        "the assertion's 'alg' is not allowed for its key: ES256 for EC, PS256 or RS256 for RSA");
  }
  return absl::OkStatus();
}

absl::StatusOr<const IssuerKey*> SelectKey(const Parts& parts, const IssuerKeys& keys) {
  const absl::StatusOr<Json> header =
      ParseStrictJson(parts.header, kMaxHeaderBytes, "the assertion's header");
  if (!header.ok()) return Malformed(header.status().message());
  FUSIONHUB_RETURN_IF_ERROR(RefuseDangerousHeaders(*header));
  const std::string kid = PrintableMember(*header, "kid", 128);
  if (kid.empty()) return Malformed("the assertion's header needs a 'kid'");
  const IssuerKey* key = keys.Find(kid);
  if (key == nullptr) {
    return BadSignature("the assertion is signed with a key that its agency has not published");
  }
  FUSIONHUB_RETURN_IF_ERROR(CheckAlgorithm(PrintableMember(*header, "alg", 16), *key));
  if (parts.signature_bytes != key->signature_bytes) {
    return BadSignature("the assertion's signature has the wrong length for its key");
  }
  return key;
}

// The payload that `key` has signed.
absl::StatusOr<std::string> VerifiedPayload(absl::string_view token, const IssuerKey& key) {
  cjose_err error{};
  const std::unique_ptr<cjose_jws_t, decltype(&cjose_jws_release)> jws(
      cjose_jws_import(token.data(), token.size(), &error), cjose_jws_release);
  const bool valid = jws != nullptr && cjose_jws_verify(jws.get(), key.jwk.get(), &error);
  // gRPC reads OpenSSL's per-thread error queue; it must not find our errors there.
  ERR_clear_error();
  uint8_t* text = nullptr;
  size_t size = 0;
  if (!valid || !cjose_jws_get_plaintext(jws.get(), &text, &size, &error)) {
    return BadSignature("the assertion's signature is not valid");
  }
  return std::string(reinterpret_cast<const char*>(text), size);
}

absl::Status CheckParties(const AssertionClaims& claims, const IssuerKey& key,
                          const AssertionExpectations& expected) {
  if (claims.issuer != key.issuer) {
    return Refuse(kAssertionOtherAgency, "the assertion names another issuer than its key's",
                  kFixProvider);
  }
  // One provider may serve several agencies with the same key.
  if (claims.person.agency != expected.agency) {
    return Refuse(kAssertionOtherAgency, "the assertion is of another agency", kFixProvider);
  }
  if (claims.region != expected.region) {
    return Refuse(kAssertionOtherRegion, "the assertion is for another region", kFixProvider);
  }
  if (claims.service_account) {
    return Refuse(kAssertionServiceAccount,
                  "the assertion is of a service account; only a person may ask",
                  "a person must sign in and ask", "SO#B.4");
  }
  return absl::OkStatus();
}

absl::Status NotFresh(absl::string_view message) {
  return Refuse(kAssertionNotFresh, message, kAskAgain);
}

absl::Status CheckTimes(const AssertionClaims& claims, const AssertionExpectations& expected) {
  const Person& person = claims.person;
  // No leniency at the end: an issuer whose clock is behind only shortens the assertion's life.
  if (expected.now >= person.expires_at) {
    return Refuse(kAssertionExpired, "the assertion has expired", kAskAgain);
  }
  const absl::Time latest = expected.now + expected.clock_skew;
  if (person.issued_at > latest || person.authenticated_at > latest ||
      claims.not_before.value_or(person.issued_at) > latest) {
    return NotFresh(
        "the assertion is from the future: the clocks differ by more than the allowed skew");
  }
  if (expected.now - person.issued_at > expected.max_age) {
    return NotFresh(absl::StrCat("the assertion was issued more than ",
                                 absl::FormatDuration(expected.max_age), " ago"));
  }
  if (person.expires_at <= person.issued_at ||
      person.expires_at - person.issued_at > expected.max_lifetime) {
    return NotFresh(absl::StrCat("the assertion must live more than 0 and at most ",
                                 absl::FormatDuration(expected.max_lifetime)));
  }
  if (person.authenticated_at > person.issued_at ||
      expected.now - person.authenticated_at > expected.max_authentication_age) {
    return NotFresh(absl::StrCat("the person must have signed in before the assertion and at most ",
                                 absl::FormatDuration(expected.max_authentication_age), " ago"));
  }
  return absl::OkStatus();
}

absl::Status CheckBinding(const AssertionClaims& claims, const AssertionExpectations& expected) {
  if (claims.request_digest != expected.request_digest) {
    return Refuse(kAssertionOtherRequest, "the assertion was made for another request",
                  "get an assertion for exactly the bytes that are sent");
  }
  if (expected.client_certificate && claims.client_certificate != *expected.client_certificate) {
    return Refuse(kAssertionOtherCertificate,
                  "the assertion was made for another client certificate",
                  "get an assertion on the machine that sends the request");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Person> VerifyAssertion(absl::string_view token, const IssuerKeys& keys,
                                       const AssertionExpectations& expected) {
  FUSIONHUB_ASSIGN_OR_RETURN(const Parts parts, SplitToken(token));
  FUSIONHUB_ASSIGN_OR_RETURN(const IssuerKey* key, SelectKey(parts, keys));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string payload, VerifiedPayload(token, *key));
  absl::StatusOr<AssertionClaims> claims = ParseClaims(payload);
  if (!claims.ok()) return Malformed(claims.status().message());
  FUSIONHUB_RETURN_IF_ERROR(CheckParties(*claims, *key, expected));
  FUSIONHUB_RETURN_IF_ERROR(CheckTimes(*claims, expected));
  FUSIONHUB_RETURN_IF_ERROR(CheckBinding(*claims, expected));
  return std::move(claims->person);
}

}  // namespace fusionhub::identity
