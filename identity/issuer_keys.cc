// Reading of JWK sets with cjose, behind our own checks: cjose takes private, weak and symmetric
// keys.
#include "identity/issuer_keys.h"

#include <openssl/err.h>

#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "identity/spiffe_id.h"
#include "identity/strict_json.h"

namespace fusionhub::identity {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxKidBytes = 128;
constexpr size_t kMaxIssuerBytes = 256;
constexpr size_t kMinRsaBits = 2048;
constexpr size_t kMaxRsaBits = 4096;
// Members that only private and symmetric keys have (RFC 7518, section 6).
constexpr std::array<const char*, 8> kSecretMembers = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

// True when member `key` is absent or the string `value`.
bool AbsentOr(const Json& jwk, const char* key, absl::string_view value) {
  const auto found = jwk.find(key);
  return found == jwk.end() ||
         (found->is_string() && found->get_ref<const std::string&>() == value);
}

// `fits` says which algorithms this type of key may be restricted to.
absl::StatusOr<std::string> RestrictedAlgorithm(const Json& jwk,
                                                const std::set<std::string>& fits) {
  const auto found = jwk.find("alg");
  if (found == jwk.end()) return std::string();
  if (!found->is_string() || !fits.contains(found->get_ref<const std::string&>())) {
    return absl::InvalidArgumentError("its 'alg' is none of ES256 (EC), PS256 and RS256 (RSA)");
  }
  return found->get<std::string>();
}

absl::Status CheckMembers(const Json& jwk) {
  if (!jwk.is_object()) return absl::InvalidArgumentError("is not an object");
  for (const char* member : kSecretMembers) {
    if (jwk.contains(member)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "has the secret member '", member,
          "'; publish only public keys, and treat this key as compromised: replace it"));
    }
  }
  if (PrintableMember(jwk, "kid", kMaxKidBytes).empty()) {
    return absl::InvalidArgumentError("needs a 'kid' of 1 to 128 printable characters");
  }
  if (!AbsentOr(jwk, "use", "sig")) return absl::InvalidArgumentError("its 'use' is not 'sig'");
  if (jwk.contains("key_ops") && jwk["key_ops"] != Json::array({"verify"})) {
    return absl::InvalidArgumentError("its 'key_ops' is not [\"verify\"]");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<cjose_jwk_t>> ImportJwk(const Json& jwk) {
  // Only the members that were checked: the rest of a JWK is for other readers.
  Json plain;
  for (const char* member : {"kty", "kid", "crv", "x", "y", "n", "e"}) {
    if (!jwk.contains(member)) continue;
    if (!jwk[member].is_string()) {
      return absl::InvalidArgumentError(absl::StrCat("its '", member, "' is not a string"));
    }
    plain[member] = jwk[member];
  }
  const std::string text = plain.dump();
  cjose_err error{};
  cjose_jwk_t* imported = cjose_jwk_import(text.data(), text.size(), &error);
  // gRPC reads OpenSSL's per-thread error queue; it must not find our errors there.
  ERR_clear_error();
  if (imported == nullptr) return absl::InvalidArgumentError("its numbers are not a valid key");
  return std::shared_ptr<cjose_jwk_t>(imported, cjose_jwk_release);
}

absl::StatusOr<IssuerKey> ReadEcKey(const Json& jwk) {
  if (!jwk.contains("crv") || jwk["crv"] != "P-256") {
    return absl::InvalidArgumentError("is an EC key of another curve than P-256");
  }
  IssuerKey key;
  FUSIONHUB_ASSIGN_OR_RETURN(key.algorithm, RestrictedAlgorithm(jwk, {"ES256"}));
  FUSIONHUB_ASSIGN_OR_RETURN(key.jwk, ImportJwk(jwk));
  key.type = CJOSE_JWK_KTY_EC;
  key.signature_bytes = 64;
  return key;
}

absl::StatusOr<IssuerKey> ReadRsaKey(const Json& jwk) {
  if (!jwk.contains("e") || jwk["e"] != "AQAB") {
    return absl::InvalidArgumentError("is an RSA key whose exponent is not 65537 (\"AQAB\")");
  }
  IssuerKey key;
  FUSIONHUB_ASSIGN_OR_RETURN(key.algorithm, RestrictedAlgorithm(jwk, {"PS256", "RS256"}));
  FUSIONHUB_ASSIGN_OR_RETURN(key.jwk, ImportJwk(jwk));
  cjose_err error{};
  const size_t bits = cjose_jwk_get_keysize(key.jwk.get(), &error);
  if (bits < kMinRsaBits || bits > kMaxRsaBits) {
    return absl::InvalidArgumentError(
        absl::StrCat("is an RSA key of ", bits, " bits; 2048 to 4096 are allowed"));
  }
  key.type = CJOSE_JWK_KTY_RSA;
  key.signature_bytes = (bits + 7) / 8;
  return key;
}

absl::StatusOr<IssuerKey> ReadKey(const Json& jwk) {
  FUSIONHUB_RETURN_IF_ERROR(CheckMembers(jwk));
  const std::string type = PrintableMember(jwk, "kty", 8);
  if (type != "EC" && type != "RSA") {
    return absl::InvalidArgumentError("its 'kty' is neither \"EC\" nor \"RSA\"");
  }
  FUSIONHUB_ASSIGN_OR_RETURN(IssuerKey key, type == "EC" ? ReadEcKey(jwk) : ReadRsaKey(jwk));
  key.kid = PrintableMember(jwk, "kid", kMaxKidBytes);
  return key;
}

absl::Status AddKey(const Json& jwk, absl::string_view issuer, std::vector<IssuerKey>& keys) {
  if (keys.size() >= kMaxIssuerKeys) {
    return absl::InvalidArgumentError(
        absl::StrCat("is one too many: an agency may have ", kMaxIssuerKeys, " keys"));
  }
  FUSIONHUB_ASSIGN_OR_RETURN(IssuerKey key, ReadKey(jwk));
  if (absl::c_any_of(keys, [&](const IssuerKey& other) { return other.kid == key.kid; })) {
    return absl::InvalidArgumentError("has the same 'kid' as another key of the agency");
  }
  key.issuer = std::string(issuer);
  keys.push_back(std::move(key));
  return absl::OkStatus();
}

absl::Status AddKeys(const IssuerSource& source, std::vector<IssuerKey>& keys) {
  if (source.issuer.empty() || source.issuer.size() > kMaxIssuerBytes) {
    return absl::InvalidArgumentError("the issuer's name must have 1 to 256 characters");
  }
  FUSIONHUB_ASSIGN_OR_RETURN(const Json set,
                             ParseStrictJson(source.jwks, kMaxJwksBytes, "the key set"));
  const auto list = set.find("keys");
  if (list == set.end() || !list->is_array() || list->empty()) {
    return absl::InvalidArgumentError("the key set needs a list 'keys' of at least one key");
  }
  size_t position = 0;
  for (const Json& jwk : *list) {
    ++position;
    const absl::Status added = AddKey(jwk, source.issuer, keys);
    if (!added.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("key ", position, " of the key set ", added.message()));
    }
  }
  return absl::OkStatus();
}

}  // namespace

IssuerKeys::IssuerKeys(std::vector<IssuerKey> keys)
    : keys_(std::make_shared<const std::vector<IssuerKey>>(std::move(keys))) {}

absl::StatusOr<IssuerKeys> IssuerKeys::Parse(absl::Span<const IssuerSource> sources) {
  std::vector<IssuerKey> keys;
  for (const IssuerSource& source : sources) {
    const absl::Status added = AddKeys(source, keys);
    if (!added.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the keys of issuer '", absl::CHexEscape(source.issuer), "': ", added.message()));
    }
  }
  return IssuerKeys(std::move(keys));
}

const IssuerKey* IssuerKeys::Find(absl::string_view kid) const {
  for (const IssuerKey& key : *keys_) {
    if (key.kid == kid) return &key;
  }
  return nullptr;
}

absl::StatusOr<IssuerDirectory> IssuerDirectory::Create(absl::Span<const AgencyIssuers> agencies) {
  std::map<std::string, IssuerKeys, std::less<>> keys;
  for (const AgencyIssuers& agency : agencies) {
    if (!IsId(agency.agency)) return absl::InvalidArgumentError("an agency's id is malformed");
    if (agency.issuers.empty()) continue;
    absl::StatusOr<IssuerKeys> parsed = IssuerKeys::Parse(agency.issuers);
    if (!parsed.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("agency '", agency.agency, "': ", parsed.status().message()));
    }
    if (!keys.emplace(agency.agency, *std::move(parsed)).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("agency '", agency.agency, "' is listed twice"));
    }
  }
  return IssuerDirectory(std::move(keys));
}

const IssuerKeys* IssuerDirectory::Find(absl::string_view agency) const {
  const auto found = keys_.find(agency);
  return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace fusionhub::identity
