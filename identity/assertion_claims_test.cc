// Tests of claims: each must be there, and of its form.
#include "identity/assertion_claims.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "identity/test_issuer.h"

namespace fusionhub::identity {
namespace {

using Json = nlohmann::json;
using ::testing::_;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

AssertionClaims Valid() { return TestIssuer().Claims(crypto::Sha256("query"), kNow); }
Json ValidJson() { return Json::parse(ClaimsToJson(Valid())); }

TEST(AssertionClaimsTest, ReadsWhatItWrites) {
  AssertionClaims claims = Valid();
  claims.not_before = kNow;
  claims.person.roles = {"analyst", "examiner"};
  claims.person.vetted = std::nullopt;
  const auto read = ParseClaims(ClaimsToJson(claims));
  FUSIONHUB_ASSERT_OK(read);
  EXPECT_EQ(read->issuer, claims.issuer);
  EXPECT_EQ(read->region, claims.region);
  EXPECT_EQ(read->request_digest, claims.request_digest);
  EXPECT_EQ(read->client_certificate, claims.client_certificate);
  EXPECT_EQ(read->not_before, claims.not_before);
  EXPECT_EQ(ClaimsToJson(*read), ClaimsToJson(claims));
  EXPECT_EQ(read->person.vetted, std::nullopt);
  EXPECT_EQ(read->person.trained, claims.person.trained);
  EXPECT_FALSE(read->service_account);
}

TEST(AssertionClaimsTest, SortsRolesAndDropsRepetitions) {
  Json json = ValidJson();
  json["fh"]["roles"] = {"examiner", "analyst", "examiner"};
  const auto claims = ParseClaims(json.dump());
  FUSIONHUB_ASSERT_OK(claims);
  EXPECT_THAT(claims->person.roles, ::testing::ElementsAre("analyst", "examiner"));
}

TEST(AssertionClaimsTest, EveryClaimIsNeeded) {
  for (const char* claim :
       {"iss", "sub", "aud", "jti", "iat", "exp", "auth_time", "amr", "cnf", "req", "fh"}) {
    Json json = ValidJson();
    json.erase(claim);
    EXPECT_THAT(ParseClaims(json.dump()),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(absl::StrCat("'", claim))));
  }
}

TEST(AssertionClaimsTest, EveryFactButTheDatesIsNeeded) {
  for (const char* fact : {"agency", "ori", "commissioned", "roles", "cjis", "account"}) {
    Json json = ValidJson();
    json["fh"].erase(fact);
    EXPECT_THAT(ParseClaims(json.dump()),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(absl::StrCat("'fh.", fact))))
        << fact;
  }
}

TEST(AssertionClaimsTest, RefusesUnknownFactsButNotUnknownClaims) {
  Json json = ValidJson();
  json["groups"] = {"everyone"};
  FUSIONHUB_EXPECT_OK(ParseClaims(json.dump()));
  json["fh"]["suspended"] = true;
  EXPECT_THAT(ParseClaims(json.dump()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'fh'")));
}

struct BadClaim {
  const char* pointer;
  const char* value;
};

class BadClaimTest : public ::testing::TestWithParam<BadClaim> {};

TEST_P(BadClaimTest, IsRefused) {
  Json json = ValidJson();
  json[Json::json_pointer(GetParam().pointer)] = Json::parse(GetParam().value);
  EXPECT_THAT(ParseClaims(json.dump()), StatusIs(absl::StatusCode::kInvalidArgument, _))
      << GetParam().pointer << " = " << GetParam().value;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadClaimTest,
    ::testing::Values(
        BadClaim{"/iss", "1"}, BadClaim{"/iss", "\"\""}, BadClaim{"/sub", "\"a\\u0000b\""},
        BadClaim{"/jti", "null"}, BadClaim{"/aud", "\"stl\""}, BadClaim{"/aud", "\"fusionhub:\""},
        BadClaim{"/aud", "\"fusionhub:STL\""}, BadClaim{"/aud", "\"fusionhub:stl \""},
        BadClaim{"/aud", "[\"fusionhub:stl\", \"other\"]"}, BadClaim{"/aud", "[]"},
        BadClaim{"/iat", "\"1800000000\""}, BadClaim{"/iat", "-1"}, BadClaim{"/iat", "1.8e9"},
        BadClaim{"/exp", "253402300800"}, BadClaim{"/exp", "99999999999999999999"},
        BadClaim{"/exp", "true"}, BadClaim{"/auth_time", "null"}, BadClaim{"/nbf", "\"now\""},
        BadClaim{"/amr", "\"pwd\""}, BadClaim{"/amr", "[]"}, BadClaim{"/amr", "[1]"},
        BadClaim{"/req", "\"\""}, BadClaim{"/req", "\"AAAA\""},
        BadClaim{"/req", "\"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=\""},
        BadClaim{"/req", "\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\""},
        BadClaim{"/cnf", "\"x\""}, BadClaim{"/cnf/x5t#S256", "\"x\""}, BadClaim{"/fh", "[]"},
        BadClaim{"/fh/agency", "\"St Charles\""}, BadClaim{"/fh/ori", "\"mo0920000\""},
        BadClaim{"/fh/ori", "\"MO092000\""}, BadClaim{"/fh/commissioned", "\"true\""},
        BadClaim{"/fh/commissioned", "1"}, BadClaim{"/fh/cjis", "null"},
        BadClaim{"/fh/roles", "\"analyst\""}, BadClaim{"/fh/roles", "[\"Chief of Police\"]"},
        BadClaim{"/fh/trained", "\"2026-1-5\""}, BadClaim{"/fh/trained", "\"2026-02-30\""},
        BadClaim{"/fh/vetted", "\"\""}, BadClaim{"/fh/vetted", "null"},
        BadClaim{"/fh/revalidated", "20260105"}, BadClaim{"/fh/account", "\"robot\""},
        BadClaim{"/fh/account", "true"}));

TEST(AssertionClaimsTest, TakesAnAudienceListOfOne) {
  Json json = ValidJson();
  json["aud"] = {"fusionhub:stl"};
  FUSIONHUB_EXPECT_OK(ParseClaims(json.dump()));
}

TEST(AssertionClaimsTest, RefusesAClaimTwice) {
  std::string text = ClaimsToJson(Valid());
  text.insert(1, "\"sub\": \"somebody\", ");
  EXPECT_THAT(ParseClaims(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("twice")));
}

TEST(AssertionClaimsTest, NeverRepeatsAValueInAnError) {
  Json json = ValidJson();
  json["fh"]["ori"] = "SECRETVALUE";
  EXPECT_THAT(ParseClaims(json.dump()), StatusIs(absl::StatusCode::kInvalidArgument,
                                                 ::testing::Not(HasSubstr("SECRETVALUE"))));
}

}  // namespace
}  // namespace fusionhub::identity
