// Claims as JSON and back (docs/assertions.md).
#include "identity/assertion_claims.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "base/status_macros.h"
#include "identity/base64url.h"
#include "identity/spiffe_id.h"
#include "identity/strict_json.h"

namespace fusionhub::identity {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxPayloadBytes = 6 * 1024;
constexpr size_t kMaxIdBytes = 128;
constexpr size_t kMaxIssuerBytes = 256;
constexpr size_t kMaxRoles = 32;
constexpr size_t kMaxMethods = 8;
constexpr int64_t kLastSecond = 253402300799;  // the end of the year 9999
constexpr absl::string_view kAudiencePrefix = "fusionhub:";
constexpr std::array<absl::string_view, 9> kFactNames = {"account",      "agency",  "cjis",
                                                         "commissioned", "ori",     "revalidated",
                                                         "roles",        "trained", "vetted"};

absl::Status Malformed(absl::string_view claim, absl::string_view needed) {
  return absl::InvalidArgumentError(
      absl::StrCat("the assertion's claim '", claim, "' must be ", needed));
}

// Words: 1 to 64 characters of a-z, 0-9, '_' and '-'.
absl::StatusOr<std::vector<std::string>> ReadWords(const Json& object, const char* member,
                                                   absl::string_view claim, size_t min,
                                                   size_t max) {
  const absl::Status malformed = Malformed(
      claim, absl::StrCat("a list of ", min, " to ", max, " words of a-z, 0-9, '_' and '-'"));
  const auto found = object.find(member);
  if (found == object.end() || !found->is_array()) return malformed;
  if (found->size() < min || found->size() > max) return malformed;
  std::vector<std::string> words;
  for (const Json& word : *found) {
    if (!word.is_string() || !IsId(word.get_ref<const std::string&>())) return malformed;
    words.push_back(word.get<std::string>());
  }
  return words;
}

absl::StatusOr<absl::Time> ReadTime(const Json& claims, const char* claim) {
  const auto found = claims.find(claim);
  if (found == claims.end() || !found->is_number_unsigned() ||
      found->get<uint64_t>() > static_cast<uint64_t>(kLastSecond)) {
    return Malformed(claim, "a time in whole seconds since 1970");
  }
  return absl::FromUnixSeconds(found->get<int64_t>());
}

absl::StatusOr<bool> ReadBool(const Json& facts, const char* claim) {
  const auto found = facts.find(claim);
  if (found == facts.end() || !found->is_boolean())
    return Malformed(absl::StrCat("fh.", claim), "true or false");
  return found->get<bool>();
}

absl::StatusOr<std::optional<absl::CivilDay>> ReadDay(const Json& facts, const char* claim) {
  if (!facts.contains(claim)) return std::optional<absl::CivilDay>();
  const std::string text = PrintableMember(facts, claim, 10);
  absl::CivilDay day;
  // Formatting it again refuses what Abseil takes beyond YYYY-MM-DD, e.g. "2026-1-5" or leading
  // spaces.
  if (!absl::ParseCivilTime(text, &day) || absl::FormatCivilTime(day) != text) {
    return Malformed(absl::StrCat("fh.", claim), "a date as YYYY-MM-DD");
  }
  return std::optional<absl::CivilDay>(day);
}

absl::StatusOr<crypto::Digest> ReadDigest(const Json& object, const char* member,
                                          absl::string_view claim) {
  const std::optional<std::string> bytes = DecodeBase64Url(PrintableMember(object, member, 64));
  if (!bytes || bytes->size() != crypto::kDigestSize) {
    return Malformed(claim, "a SHA-256 digest in base64url without padding");
  }
  return crypto::DigestFromBytes(*bytes);
}

// `aud` may be a text or a list of exactly one: an assertion for several audiences could be
// replayed by one of them at another.
absl::StatusOr<std::string> ReadRegion(const Json& claims) {
  Json audience = claims.contains("aud") ? claims["aud"] : Json();
  if (audience.is_array() && audience.size() == 1) audience = Json(audience[0]);
  absl::string_view region;
  if (audience.is_string()) region = audience.get_ref<const std::string&>();
  if (!absl::ConsumePrefix(&region, kAudiencePrefix) || !IsId(region)) {
    return Malformed("aud", "\"fusionhub:<region>\", and only that");
  }
  return std::string(region);
}

absl::Status ReadIds(const Json& claims, Person& person) {
  person.id = PrintableMember(claims, "sub", kMaxIdBytes);
  if (person.id.empty()) return Malformed("sub", "1 to 128 printable characters");
  person.assertion_id = PrintableMember(claims, "jti", kMaxIdBytes);
  if (person.assertion_id.empty()) return Malformed("jti", "1 to 128 printable characters");
  FUSIONHUB_ASSIGN_OR_RETURN(const auto methods, ReadWords(claims, "amr", "amr", 1, kMaxMethods));
  person.auth_method = absl::StrJoin(methods, "+");
  return absl::OkStatus();
}

absl::Status ReadTimes(const Json& claims, AssertionClaims& out) {
  FUSIONHUB_ASSIGN_OR_RETURN(out.person.issued_at, ReadTime(claims, "iat"));
  FUSIONHUB_ASSIGN_OR_RETURN(out.person.expires_at, ReadTime(claims, "exp"));
  FUSIONHUB_ASSIGN_OR_RETURN(out.person.authenticated_at, ReadTime(claims, "auth_time"));
  if (claims.contains("nbf")) {
    FUSIONHUB_ASSIGN_OR_RETURN(out.not_before, ReadTime(claims, "nbf"));
  }
  return absl::OkStatus();
}

absl::Status ReadStanding(const Json& facts, Person& person) {
  person.agency = PrintableMember(facts, "agency", 64);
  if (!IsId(person.agency)) return Malformed("fh.agency", "the agency's id in the region");
  person.employer_ori = PrintableMember(facts, "ori", 9);
  const bool ori =
      person.employer_ori.size() == 9 && absl::c_all_of(person.employer_ori, [](char c) {
        return absl::ascii_isupper(c) || absl::ascii_isdigit(c);
      });
  if (!ori) return Malformed("fh.ori", "nine characters of A-Z and 0-9");
  FUSIONHUB_ASSIGN_OR_RETURN(person.roles, ReadWords(facts, "roles", "fh.roles", 0, kMaxRoles));
  absl::c_sort(person.roles);
  person.roles.erase(std::unique(person.roles.begin(), person.roles.end()), person.roles.end());
  FUSIONHUB_ASSIGN_OR_RETURN(person.commissioned, ReadBool(facts, "commissioned"));
  FUSIONHUB_ASSIGN_OR_RETURN(person.cjis_cleared, ReadBool(facts, "cjis"));
  FUSIONHUB_ASSIGN_OR_RETURN(person.trained, ReadDay(facts, "trained"));
  FUSIONHUB_ASSIGN_OR_RETURN(person.vetted, ReadDay(facts, "vetted"));
  FUSIONHUB_ASSIGN_OR_RETURN(person.revalidated, ReadDay(facts, "revalidated"));
  return absl::OkStatus();
}

absl::Status ReadFacts(const Json& claims, AssertionClaims& out) {
  const auto facts = claims.find("fh");
  if (facts == claims.end() || !facts->is_object()) {
    return Malformed("fh", "an object with the facts about the person");
  }
  for (const auto& fact : facts->items()) {
    // A fact that we do not know may be one that forbids.
    if (!absl::c_linear_search(kFactNames, absl::string_view(fact.key()))) {
      return Malformed("fh", absl::StrCat("of: ", absl::StrJoin(kFactNames, ", ")));
    }
  }
  const std::string account = PrintableMember(*facts, "account", 16);
  if (account != "person" && account != "service") {
    return Malformed("fh.account", "\"person\" or \"service\"");
  }
  out.service_account = account == "service";
  return ReadStanding(*facts, out.person);
}

void PutDay(Json& facts, const char* name, const std::optional<absl::CivilDay>& day) {
  if (day) facts[name] = absl::FormatCivilTime(*day);
}

Json FactsToJson(const AssertionClaims& claims) {
  const Person& person = claims.person;
  Json facts = {{"agency", person.agency},
                {"ori", person.employer_ori},
                {"commissioned", person.commissioned},
                {"roles", Json(person.roles)},
                {"cjis", person.cjis_cleared},
                {"account", claims.service_account ? "service" : "person"}};
  PutDay(facts, "trained", person.trained);
  PutDay(facts, "vetted", person.vetted);
  PutDay(facts, "revalidated", person.revalidated);
  return facts;
}

}  // namespace

absl::StatusOr<AssertionClaims> ParseClaims(absl::string_view payload) {
  FUSIONHUB_ASSIGN_OR_RETURN(const Json claims,
                             ParseStrictJson(payload, kMaxPayloadBytes, "the assertion's payload"));
  AssertionClaims out;
  out.issuer = PrintableMember(claims, "iss", kMaxIssuerBytes);
  if (out.issuer.empty()) return Malformed("iss", "1 to 256 printable characters");
  FUSIONHUB_RETURN_IF_ERROR(ReadIds(claims, out.person));
  FUSIONHUB_ASSIGN_OR_RETURN(out.region, ReadRegion(claims));
  FUSIONHUB_RETURN_IF_ERROR(ReadTimes(claims, out));
  FUSIONHUB_ASSIGN_OR_RETURN(out.request_digest, ReadDigest(claims, "req", "req"));
  const auto confirmation = claims.find("cnf");
  if (confirmation == claims.end() || !confirmation->is_object()) {
    return Malformed("cnf", "an object with 'x5t#S256'");
  }
  FUSIONHUB_ASSIGN_OR_RETURN(out.client_certificate,
                             ReadDigest(*confirmation, "x5t#S256", "cnf.x5t#S256"));
  FUSIONHUB_RETURN_IF_ERROR(ReadFacts(claims, out));
  return out;
}

std::string ClaimsToJson(const AssertionClaims& claims) {
  const Person& person = claims.person;
  Json json = {{"iss", claims.issuer},
               {"sub", person.id},
               {"aud", absl::StrCat(kAudiencePrefix, claims.region)},
               {"jti", person.assertion_id},
               {"iat", absl::ToUnixSeconds(person.issued_at)},
               {"exp", absl::ToUnixSeconds(person.expires_at)},
               {"auth_time", absl::ToUnixSeconds(person.authenticated_at)},
               {"amr", Json(std::vector<std::string>(absl::StrSplit(person.auth_method, '+')))},
               {"req", EncodeBase64Url(crypto::View(claims.request_digest))},
               {"cnf", {{"x5t#S256", EncodeBase64Url(crypto::View(claims.client_certificate))}}},
               {"fh", FactsToJson(claims)}};
  if (claims.not_before) json["nbf"] = absl::ToUnixSeconds(*claims.not_before);
  // Text that is not UTF-8 is replaced rather than thrown at: the verifier refuses such ids anyway.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace fusionhub::identity
