// Tokens that an attacker would send: other algorithms, other keys, changed bytes, things that are
// not tokens.
#include <cjose/header.h>
#include <cjose/jws.h>
#include <gtest/gtest.h>
#include <jansson.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/random.h"
#include "base/status_matchers.h"
#include "identity/assertion.h"
#include "identity/base64url.h"
#include "identity/reasons.h"
#include "identity/test_issuer.h"
#include "query/error_detail.h"

namespace fusionhub::identity {
namespace {

using Json = nlohmann::json;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);
using JwkPtr = std::unique_ptr<cjose_jwk_t, decltype(&cjose_jwk_release)>;

JwkPtr NewRsaKey(const char* kid) {
  cjose_err error{};
  const uint8_t exponent[] = {1, 0, 1};
  JwkPtr jwk(cjose_jwk_create_RSA_random(2048, exponent, sizeof(exponent), &error),
             cjose_jwk_release);
  cjose_jwk_set_kid(jwk.get(), kid, strlen(kid), &error);
  return jwk;
}

std::string PublicSet(const cjose_jwk_t* jwk) {
  cjose_err error{};
  char* text = cjose_jwk_to_json(jwk, /*priv=*/false, &error);
  const std::string set = absl::StrCat("{\"keys\":[", text, "]}");
  free(text);
  return set;
}

// Signs `payload` with cjose under any header.
std::string SignWith(const cjose_jwk_t* jwk, const std::vector<std::array<std::string, 2>>& header,
                     const std::string& payload) {
  cjose_err error{};
  cjose_header_t* attributes = cjose_header_new(&error);
  for (const auto& [name, value] : header) {
    // Not cjose_header_set_raw: it takes objects and lists only.
    json_object_set_new(attributes, name.c_str(),
                        json_loads(value.c_str(), JSON_DECODE_ANY, nullptr));
  }
  cjose_jws_t* jws = cjose_jws_sign(
      jwk, attributes, reinterpret_cast<const uint8_t*>(payload.data()), payload.size(), &error);
  const char* token = nullptr;
  cjose_jws_export(jws, &token, &error);
  const std::string out = token;
  cjose_jws_release(jws);
  cjose_header_release(attributes);
  return out;
}

class HostileAssertionTest : public ::testing::Test {
 protected:
  HostileAssertionTest() {
    payload_ = ClaimsToJson(issuer_.Claims(digest_, kNow));
    cjose_err error{};
    const std::string jwk = issuer_.key().ToJwk().value();
    ec_ = JwkPtr(cjose_jwk_import(jwk.data(), jwk.size(), &error), cjose_jwk_release);
  }

  AssertionExpectations Expected() const {
    AssertionExpectations expected;
    expected.region = "stl";
    expected.agency = "st_charles_pd";
    expected.request_digest = digest_;
    expected.client_certificate = TestIssuer::Certificate();
    expected.now = kNow;
    return expected;
  }
  absl::Status Verify(absl::string_view token) const {
    return VerifyAssertion(token, issuer_.keys(), Expected()).status();
  }
  std::string Reason(absl::string_view token) const { return query::ReasonOf(Verify(token)); }
  // A token with this header and signature over the valid payload.
  std::string Token(absl::string_view header, absl::string_view signature) const {
    return absl::StrCat(EncodeBase64Url(header), ".", EncodeBase64Url(payload_), ".",
                        EncodeBase64Url(signature));
  }
  std::string SignedUnder(const std::vector<std::array<std::string, 2>>& header) const {
    return SignWith(ec_.get(), header, payload_);
  }

  const TestIssuer issuer_;
  const crypto::Digest digest_ = crypto::Sha256("query");
  std::string payload_;
  JwkPtr ec_{nullptr, cjose_jwk_release};
};

TEST_F(HostileAssertionTest, TheHelperMakesValidTokens) {
  FUSIONHUB_EXPECT_OK(Verify(SignedUnder({{"alg", "\"ES256\""}, {"kid", "\"k1\""}})));
}

TEST_F(HostileAssertionTest, RefusesUnsignedTokens) {
  for (const char* alg : {"none", "None", "NONE", "nOnE", ""}) {
    const std::string header = Json{{"alg", alg}, {"kid", "k1"}}.dump();
    EXPECT_EQ(Reason(Token(header, "")), kAssertionBadSignature) << alg;
    EXPECT_EQ(Reason(Token(header, std::string(64, 'x'))), kAssertionBadSignature) << alg;
  }
  EXPECT_EQ(Reason(Token(R"({"kid":"k1"})", std::string(64, 'x'))), kAssertionBadSignature);
  EXPECT_EQ(Reason(Token(R"({"alg":null,"kid":"k1"})", std::string(64, 'x'))),
            kAssertionBadSignature);
}

TEST_F(HostileAssertionTest, RefusesThePublicKeyAsAnHmacKey) {
  const std::string header = R"({"alg":"HS256","kid":"k1"})";
  const std::string input = absl::StrCat(EncodeBase64Url(header), ".", EncodeBase64Url(payload_));
  const std::string jwks = issuer_.jwks();
  for (const std::string& secret : {jwks, jwks.substr(9, jwks.size() - 11), std::string()}) {
    const crypto::Digest mac = crypto::HmacSha256(secret, {input});
    EXPECT_EQ(Reason(Token(header, crypto::View(mac))), kAssertionBadSignature);
    EXPECT_EQ(Reason(Token(header, absl::StrCat(crypto::View(mac), crypto::View(mac)))),
              kAssertionBadSignature);
  }
}

TEST_F(HostileAssertionTest, RefusesEveryOtherAlgorithmForTheKey) {
  const std::string valid = issuer_.Issue(issuer_.Claims(digest_, kNow));
  const std::vector<std::string> parts = absl::StrSplit(valid, '.');
  for (const char* alg :
       {"RS256", "PS256", "ES384", "ES512", "HS512", "EdDSA", "es256", "ES256 "}) {
    const std::string header = Json{{"alg", alg}, {"kid", "k1"}}.dump();
    EXPECT_EQ(Reason(absl::StrCat(EncodeBase64Url(header), ".", parts[1], ".", parts[2])),
              kAssertionBadSignature)
        << alg;
  }
}

TEST_F(HostileAssertionTest, AcceptsRsaKeysOnlyWithTheirAlgorithms) {
  const JwkPtr rsa = NewRsaKey("r1");
  const auto keys = IssuerKeys::Parse({{.issuer = issuer_.issuer(), .jwks = PublicSet(rsa.get())}});
  FUSIONHUB_ASSERT_OK(keys);
  for (const char* alg : {"\"RS256\"", "\"PS256\""}) {
    const std::string token = SignWith(rsa.get(), {{"alg", alg}, {"kid", "\"r1\""}}, payload_);
    FUSIONHUB_EXPECT_OK(VerifyAssertion(token, *keys, Expected()));
  }
  for (const char* alg : {"\"RS384\"", "\"RS512\"", "\"PS384\"", "\"PS512\""}) {
    const std::string token = SignWith(rsa.get(), {{"alg", alg}, {"kid", "\"r1\""}}, payload_);
    EXPECT_EQ(query::ReasonOf(VerifyAssertion(token, *keys, Expected()).status()),
              kAssertionBadSignature)
        << alg;
  }
}

TEST_F(HostileAssertionTest, AKeyRestrictedToOneAlgorithmTakesNoOther) {
  const JwkPtr rsa = NewRsaKey("r1");
  Json set = Json::parse(PublicSet(rsa.get()));
  set["keys"][0]["alg"] = "PS256";
  const auto keys = IssuerKeys::Parse({{.issuer = issuer_.issuer(), .jwks = set.dump()}});
  FUSIONHUB_ASSERT_OK(keys);
  const auto verify = [&](const char* alg) {
    return VerifyAssertion(SignWith(rsa.get(), {{"alg", alg}, {"kid", "\"r1\""}}, payload_), *keys,
                           Expected());
  };
  FUSIONHUB_EXPECT_OK(verify("\"PS256\""));
  EXPECT_EQ(query::ReasonOf(verify("\"RS256\"").status()), kAssertionBadSignature);
}

TEST_F(HostileAssertionTest, RefusesAKeyThatIsNotPublished) {
  const TestIssuer attacker("st_charles_pd", "stl", "k2");
  EXPECT_EQ(Reason(attacker.Issue(attacker.Claims(digest_, kNow))), kAssertionBadSignature);
}

TEST_F(HostileAssertionTest, RefusesAnotherKeyUnderThePublishedId) {
  const TestIssuer attacker("st_charles_pd", "stl", "k1");
  EXPECT_EQ(Reason(attacker.Issue(attacker.Claims(digest_, kNow))), kAssertionBadSignature);
}

TEST_F(HostileAssertionTest, RefusesHeadersThatBringTheirOwnKeyOrMeaning) {
  const TestIssuer attacker("st_charles_pd", "stl", "k1");
  const std::string jwks = attacker.jwks();
  const std::string jwk = jwks.substr(9, jwks.size() - 11);
  const std::vector<std::array<std::string, 2>> headers = {{"jwk", jwk},
                                                           {"jku", "\"https://evil.example\""},
                                                           {"x5u", "\"https://evil.example\""},
                                                           {"x5c", "[\"AAAA\"]"},
                                                           {"crit", "[\"exp\"]"},
                                                           {"b64", "false"},
                                                           {"zip", "\"DEF\""},
                                                           {"typ", "\"at+jwt\""}};
  for (const auto& header : headers) {
    const std::string token = SignedUnder({{"alg", "\"ES256\""}, {"kid", "\"k1\""}, header});
    EXPECT_EQ(Reason(token), kAssertionMalformed) << header[0];
  }
}

TEST_F(HostileAssertionTest, RefusesTokensWithoutAKeyId) {
  EXPECT_EQ(Reason(SignedUnder({{"alg", "\"ES256\""}})), kAssertionMalformed);
  EXPECT_EQ(Reason(SignedUnder({{"alg", "\"ES256\""}, {"kid", "1"}})), kAssertionMalformed);
}

TEST_F(HostileAssertionTest, RefusesTwoKeyIdsInOneHeader) {
  const TestIssuer other("st_charles_pd", "stl", "k2");
  EXPECT_EQ(Reason(Token(R"({"alg":"ES256","kid":"k1","kid":"k2"})", std::string(64, 'x'))),
            kAssertionMalformed);
  EXPECT_EQ(Reason(Token(R"({"alg":"none","alg":"ES256","kid":"k1"})", std::string(64, 'x'))),
            kAssertionMalformed);
}

TEST_F(HostileAssertionTest, RefusesWhatIsNotAToken) {
  const std::string valid = issuer_.Issue(issuer_.Claims(digest_, kNow));
  for (const std::string& token :
       {std::string(), std::string("."), std::string(".."), std::string("..."), valid + ".",
        "." + valid, valid + " ", " " + valid, valid + "\n", valid + "=", "Bearer " + valid,
        valid.substr(0, valid.rfind('.')), std::string("{\"payload\":\"\",\"signatures\":[]}"),
        std::string(100, '.'), std::string("a.b.c"), std::string("e30.e30.e30"),
        std::string("\0.\0.\0", 5)}) {
    EXPECT_EQ(Reason(token), kAssertionMalformed) << token;
  }
}

TEST_F(HostileAssertionTest, RefusesHugeTokens) {
  const std::string valid = issuer_.Issue(issuer_.Claims(digest_, kNow));
  EXPECT_EQ(Reason(valid + std::string(kMaxAssertionBytes, 'A')), kAssertionMalformed);
  EXPECT_EQ(Reason(std::string(10'000'000, 'A')), kAssertionMalformed);
}

TEST_F(HostileAssertionTest, RefusesSignaturesOfOtherLengths) {
  const std::string header = R"({"alg":"ES256","kid":"k1"})";
  for (size_t size : {1u, 32u, 63u, 65u, 128u, 1000u}) {
    EXPECT_EQ(Reason(Token(header, std::string(size, '\0'))), kAssertionBadSignature) << size;
  }
  // r = s = 0 verifies in careless implementations (CVE-2022-21449).
  EXPECT_EQ(Reason(Token(header, std::string(64, '\0'))), kAssertionBadSignature);
}

TEST_F(HostileAssertionTest, SignedRubbishIsMalformed) {
  for (const std::string& payload : {std::string(), std::string("[]"), std::string("{}"),
                                     std::string("\xFF\xFE"), std::string(7000, ' ') + "{}"}) {
    if (payload.empty()) continue;  // cjose signs no empty text
    const auto token = issuer_.key().Sign(payload);
    FUSIONHUB_ASSERT_OK(token);
    const std::string reason = Reason(*token);
    EXPECT_EQ(reason, kAssertionMalformed) << payload.substr(0, 10);
  }
}

TEST_F(HostileAssertionTest, NoChangedByteIsAccepted) {
  const std::string valid = issuer_.Issue(issuer_.Claims(digest_, kNow));
  const std::string alphabet = "Aa0-_.=+/ \n";
  for (size_t i = 0; i < valid.size(); ++i) {
    std::string token = valid;
    token[i] = token[i] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(absl::IsUnauthenticated(Verify(token))) << i;
    token[i] = alphabet[i % alphabet.size()];
    if (token != valid) {
      EXPECT_TRUE(absl::IsUnauthenticated(Verify(token))) << i;
    }
  }
}

TEST_F(HostileAssertionTest, NoMutatedTokenIsAcceptedAndNoneCrashes) {
  const std::string valid = issuer_.Issue(issuer_.Claims(digest_, kNow));
  SeededRandom random(20261121);
  for (int round = 0; round < 5000; ++round) {
    std::string token = valid;
    const std::string dice = random.Bytes(16);
    for (int change = 0; change <= dice[0] % 4; ++change) {
      const size_t at =
          (static_cast<uint8_t>(dice[2 + change]) * 256u + static_cast<uint8_t>(dice[6 + change])) %
          (token.size() + 1);
      switch (static_cast<uint8_t>(dice[10 + change]) % 4) {
        case 0:
          token.insert(at, 1, dice[14]);
          break;
        case 1:
          token.erase(at, 1 + static_cast<uint8_t>(dice[15]) % 8);
          break;
        case 2:
          token = token.substr(0, at) + token.substr(at / 2);
          break;
        default:
          if (at < token.size()) token[at] = static_cast<char>(token[at] ^ dice[14]);
      }
    }
    if (token == valid) continue;
    ASSERT_TRUE(absl::IsUnauthenticated(Verify(token))) << round;
  }
}

}  // namespace
}  // namespace fusionhub::identity
