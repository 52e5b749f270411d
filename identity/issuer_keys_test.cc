// Tests of JWK sets: what may sign, and what must never be taken.
#include "identity/issuer_keys.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "identity/issue_assertion.h"
#include "identity/test_issuer.h"

namespace fusionhub::identity {
namespace {

using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

Json PublicKey(const IssuerPrivateKey& key) {
  return Json::parse(key.ToPublicJwks().value())["keys"][0];
}

Json NewEcKey(absl::string_view kid) { return PublicKey(IssuerPrivateKey::Generate(kid).value()); }

Json NewRsaKey(size_t bits, const char* kid) {
  cjose_err error{};
  const uint8_t exponent[] = {1, 0, 1};
  cjose_jwk_t* jwk = cjose_jwk_create_RSA_random(bits, exponent, sizeof(exponent), &error);
  char* text = cjose_jwk_to_json(jwk, /*priv=*/false, &error);
  Json json = Json::parse(text);
  json["kid"] = kid;
  free(text);
  cjose_jwk_release(jwk);
  return json;
}

std::string SetOf(std::vector<Json> keys) { return Json{{"keys", Json(std::move(keys))}}.dump(); }

absl::StatusOr<IssuerKeys> Parse(const std::string& jwks) {
  return IssuerKeys::Parse({{.issuer = "idp", .jwks = jwks}});
}

void ExpectRefused(const Json& key, absl::string_view why) {
  EXPECT_THAT(Parse(SetOf({key})),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("key 1 of the key set"), HasSubstr(std::string(why)))))
      << key.dump();
}

TEST(IssuerKeysTest, FindsEachKeyByItsId) {
  const auto keys = Parse(SetOf({NewEcKey("old"), NewEcKey("new"), NewRsaKey(2048, "rsa")}));
  FUSIONHUB_ASSERT_OK(keys);
  EXPECT_EQ(keys->size(), 3u);
  EXPECT_EQ(keys->Find("old")->type, CJOSE_JWK_KTY_EC);
  EXPECT_EQ(keys->Find("rsa")->type, CJOSE_JWK_KTY_RSA);
  EXPECT_EQ(keys->Find("rsa")->signature_bytes, 256u);
  EXPECT_EQ(keys->Find("rsa")->issuer, "idp");
  EXPECT_EQ(keys->Find("other"), nullptr);
  EXPECT_EQ(keys->Find(""), nullptr);
}

TEST(IssuerKeysTest, RefusesPrivateKeys) {
  const auto key = IssuerPrivateKey::Generate("k").value();
  ExpectRefused(Json::parse(key.ToJwk().value()), "secret member 'd'");
}

TEST(IssuerKeysTest, RefusesSymmetricKeys) {
  ExpectRefused({{"kty", "oct"}, {"kid", "k"}, {"k", "c2VjcmV0"}}, "secret member 'k'");
  ExpectRefused({{"kty", "oct"}, {"kid", "k"}}, "'kty'");
}

TEST(IssuerKeysTest, RefusesOtherKeyTypesAndCurves) {
  Json key = NewEcKey("k");
  key["crv"] = "P-384";
  ExpectRefused(key, "another curve");
  ExpectRefused({{"kty", "OKP"}, {"crv", "Ed25519"}, {"kid", "k"}, {"x", "AA"}}, "'kty'");
}

TEST(IssuerKeysTest, RefusesWeakRsaKeys) {
  ExpectRefused(NewRsaKey(1024, "k"), "of 1024 bits");
  Json key = NewRsaKey(2048, "k");
  key["e"] = "Aw";
  ExpectRefused(key, "exponent");
}

TEST(IssuerKeysTest, RefusesAPointThatIsNotOnTheCurve) {
  Json key = NewEcKey("k");
  key["y"] = key["x"];
  ExpectRefused(key, "not a valid key");
  key["y"] = "AA";
  ExpectRefused(key, "not a valid key");
  key["y"] = 5;
  ExpectRefused(key, "'y' is not a string");
}

TEST(IssuerKeysTest, RefusesKeysWithoutOrWithTheSameId) {
  Json key = NewEcKey("k");
  EXPECT_THAT(Parse(SetOf({key, NewEcKey("k")})),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("key 2"), HasSubstr("same 'kid'"))));
  key.erase("kid");
  ExpectRefused(key, "'kid'");
  key["kid"] = "a\nb";
  ExpectRefused(key, "'kid'");
}

TEST(IssuerKeysTest, RefusesKeysForOtherUses) {
  Json key = NewEcKey("k");
  key["use"] = "enc";
  ExpectRefused(key, "'use'");
  key["use"] = "sig";
  key["key_ops"] = {"verify", "sign"};
  ExpectRefused(key, "'key_ops'");
  key["key_ops"] = {"verify"};
  key["alg"] = "ES384";
  ExpectRefused(key, "'alg'");
  key["alg"] = "RS256";
  ExpectRefused(key, "'alg'");
  key["alg"] = "ES256";
  FUSIONHUB_EXPECT_OK(Parse(SetOf({key})));
}

TEST(IssuerKeysTest, OneBadKeyRefusesTheSet) {
  EXPECT_THAT(Parse(SetOf({NewEcKey("a"), NewRsaKey(1024, "b")})),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("key 2")));
}

TEST(IssuerKeysTest, BoundsTheNumberOfKeys) {
  std::vector<Json> keys;
  for (size_t i = 0; i < kMaxIssuerKeys; ++i) keys.push_back(NewEcKey(absl::StrCat("k", i)));
  FUSIONHUB_EXPECT_OK(Parse(SetOf(keys)));
  keys.push_back(NewEcKey("last"));
  EXPECT_THAT(Parse(SetOf(keys)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("one too many")));
}

TEST(IssuerKeysTest, RefusesWhatIsNotAKeySet) {
  for (const char* text : {"", "{}", "[]", R"({"keys": {}})", R"({"keys": []})", R"({"keys": [1]})",
                           R"({"keys": [], "keys": []})"}) {
    EXPECT_THAT(Parse(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("idp")))
        << text;
  }
}

TEST(IssuerKeysTest, KidsAreUniqueAmongAllProvidersOfAnAgency) {
  const std::string a = SetOf({NewEcKey("k")});
  const std::string b = SetOf({NewEcKey("k")});
  EXPECT_THAT(IssuerKeys::Parse({{.issuer = "one", .jwks = a}, {.issuer = "two", .jwks = b}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("issuer 'two'")));
}

TEST(IssuerDirectoryTest, FindsOnlyAgenciesWithAProvider) {
  const TestIssuer issuer;
  const auto directory = IssuerDirectory::Create(
      {{.agency = "a", .issuers = {{.issuer = "idp", .jwks = issuer.jwks()}}},
       {.agency = "b", .issuers = {}}});
  FUSIONHUB_ASSERT_OK(directory);
  EXPECT_NE(directory->Find("a"), nullptr);
  EXPECT_EQ(directory->Find("b"), nullptr);
  EXPECT_EQ(directory->Find("c"), nullptr);
}

TEST(IssuerDirectoryTest, NamesTheAgencyWhoseKeysAreBad) {
  EXPECT_THAT(
      IssuerDirectory::Create({{.agency = "slmpd", .issuers = {{.issuer = "idp", .jwks = "{}"}}}}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("agency 'slmpd'")));
}

TEST(IssuerDirectoryTest, RefusesAnAgencyTwice) {
  const TestIssuer issuer;
  const AgencyIssuers agency{.agency = "a", .issuers = {{.issuer = "idp", .jwks = issuer.jwks()}}};
  EXPECT_THAT(IssuerDirectory::Create({agency, agency}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("twice")));
}

}  // namespace
}  // namespace fusionhub::identity
