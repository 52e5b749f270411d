// Tests of assertion verification: every expectation, each with its own reason.
#include "identity/assertion.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/status_matchers.h"
#include "identity/issue_assertion.h"
#include "identity/reasons.h"
#include "identity/test_issuer.h"
#include "query/error_detail.h"

namespace fusionhub::identity {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

class AssertionTest : public ::testing::Test {
 protected:
  AssertionTest() {
    claims_ = issuer_.Claims(digest_, kNow);
    expected_.region = issuer_.region();
    expected_.agency = issuer_.agency();
    expected_.request_digest = digest_;
    expected_.client_certificate = TestIssuer::Certificate();
    expected_.now = kNow;
  }

  absl::StatusOr<Person> Verify() {
    return VerifyAssertion(issuer_.Issue(claims_), issuer_.keys(), expected_);
  }
  // The reason of the refusal; empty when it is not an UNAUTHENTICATED refusal.
  std::string Refusal() {
    const absl::Status status = Verify().status();
    return absl::IsUnauthenticated(status) ? query::ReasonOf(status) : "";
  }

  const TestIssuer issuer_;
  const crypto::Digest digest_ = crypto::Sha256("the query's bytes");
  AssertionClaims claims_;
  AssertionExpectations expected_;
};

TEST_F(AssertionTest, ReturnsThePerson) {
  const auto person = Verify();
  FUSIONHUB_ASSERT_OK(person);
  EXPECT_EQ(person->agency, "st_charles_pd");
  EXPECT_EQ(person->id, "u-4471");
  EXPECT_EQ(person->employer_ori, "MO0920000");
  EXPECT_TRUE(person->commissioned);
  EXPECT_TRUE(person->cjis_cleared);
  EXPECT_EQ(person->roles, std::vector<std::string>{"analyst"});
  EXPECT_EQ(person->trained, claims_.person.trained);
  EXPECT_EQ(person->auth_method, "pwd+otp");
  EXPECT_EQ(person->assertion_id, claims_.person.assertion_id);
  EXPECT_EQ(person->issued_at, kNow);
  EXPECT_EQ(person->expires_at, kNow + absl::Minutes(5));
}

TEST_F(AssertionTest, ANodeVerifiesWithoutTheCertificate) {
  expected_.client_certificate = std::nullopt;
  FUSIONHUB_EXPECT_OK(Verify());
}

TEST_F(AssertionTest, RefusesAnotherRequest) {
  expected_.request_digest = crypto::Sha256("another query's bytes");
  EXPECT_EQ(Refusal(), kAssertionOtherRequest);
}

TEST_F(AssertionTest, RefusesAnotherCertificate) {
  expected_.client_certificate = crypto::Sha256("stolen");
  EXPECT_EQ(Refusal(), kAssertionOtherCertificate);
}

TEST_F(AssertionTest, RefusesAnotherAgency) {
  expected_.agency = "slmpd";
  EXPECT_EQ(Refusal(), kAssertionOtherAgency);
}

TEST_F(AssertionTest, RefusesAnAgencyThatTheTokenDoesNotName) {
  // The provider serves two agencies with one key; the person is of the other one.
  claims_.person.agency = "slmpd";
  EXPECT_EQ(Refusal(), kAssertionOtherAgency);
}

TEST_F(AssertionTest, RefusesAnIssuerThatDoesNotOwnTheKey) {
  claims_.issuer = "https://idp.slmpd.example";
  EXPECT_EQ(Refusal(), kAssertionOtherAgency);
}

TEST_F(AssertionTest, RefusesAnotherRegion) {
  claims_.region = "kc";
  EXPECT_EQ(Refusal(), kAssertionOtherRegion);
}

TEST_F(AssertionTest, RefusesServiceAccounts) {
  claims_.service_account = true;
  EXPECT_EQ(Refusal(), kAssertionServiceAccount);
  EXPECT_EQ(query::ErrorDetailOf(Verify().status())->clause(), "SO#B.4");
}

TEST_F(AssertionTest, ExpiresAtTheSecondItSays) {
  claims_.person.expires_at = kNow + absl::Seconds(60);
  expected_.now = kNow + absl::Seconds(60) - absl::Nanoseconds(1);
  FUSIONHUB_EXPECT_OK(Verify());
  expected_.now = kNow + absl::Seconds(60);
  EXPECT_EQ(Refusal(), kAssertionExpired);
}

TEST_F(AssertionTest, MustBeRecent) {
  expected_.now = kNow + absl::Seconds(120);
  FUSIONHUB_EXPECT_OK(Verify());
  expected_.now = kNow + absl::Seconds(120) + absl::Nanoseconds(1);
  EXPECT_EQ(Refusal(), kAssertionNotFresh);
}

TEST_F(AssertionTest, ToleratesAnIssuerClockThatIsAheadByTheSkewOnly) {
  expected_.now = kNow - absl::Seconds(30);
  claims_.person.authenticated_at = kNow;
  FUSIONHUB_EXPECT_OK(Verify());
  expected_.now = kNow - absl::Seconds(31);
  EXPECT_EQ(Refusal(), kAssertionNotFresh);
}

TEST_F(AssertionTest, HonoursNotBefore) {
  claims_.not_before = kNow + absl::Seconds(31);
  EXPECT_EQ(Refusal(), kAssertionNotFresh);
  claims_.not_before = kNow + absl::Seconds(30);
  FUSIONHUB_EXPECT_OK(Verify());
}

TEST_F(AssertionTest, BoundsTheLifetime) {
  claims_.person.expires_at = kNow + absl::Minutes(15);
  FUSIONHUB_EXPECT_OK(Verify());
  claims_.person.expires_at = kNow + absl::Minutes(15) + absl::Seconds(1);
  EXPECT_EQ(Refusal(), kAssertionNotFresh);
}

TEST_F(AssertionTest, RefusesALifetimeThatEndsBeforeItBegins) {
  claims_.person.issued_at = kNow + absl::Seconds(20);
  claims_.person.expires_at = kNow + absl::Seconds(20);
  EXPECT_EQ(Refusal(), kAssertionNotFresh);
}

TEST_F(AssertionTest, ThePersonMustHaveSignedInLately) {
  claims_.person.authenticated_at = kNow - absl::Hours(12);
  FUSIONHUB_EXPECT_OK(Verify());
  claims_.person.authenticated_at = kNow - absl::Hours(12) - absl::Seconds(1);
  EXPECT_EQ(Refusal(), kAssertionNotFresh);
}

TEST_F(AssertionTest, ThePersonMustHaveSignedInBeforeTheAssertion) {
  claims_.person.authenticated_at = kNow + absl::Seconds(1);
  EXPECT_EQ(Refusal(), kAssertionNotFresh);
}

TEST_F(AssertionTest, VerifiesDuringARotationWithBothKeys) {
  const TestIssuer next("st_charles_pd", "stl", "k2");
  const std::string old_key = issuer_.jwks().substr(9, issuer_.jwks().size() - 11);
  const std::string new_key = next.jwks().substr(9, next.jwks().size() - 11);
  const auto both = IssuerKeys::Parse(
      {{.issuer = issuer_.issuer(), .jwks = "{\"keys\":[" + old_key + "," + new_key + "]}"}});
  FUSIONHUB_ASSERT_OK(both);
  FUSIONHUB_EXPECT_OK(VerifyAssertion(issuer_.Issue(claims_), *both, expected_));
  FUSIONHUB_EXPECT_OK(VerifyAssertion(next.Issue(claims_), *both, expected_));
  // Afterwards the old key is gone.
  const auto refused = VerifyAssertion(issuer_.Issue(claims_), next.keys(), expected_);
  EXPECT_EQ(query::ReasonOf(refused.status()), kAssertionBadSignature);
}

TEST_F(AssertionTest, ManyThreadsShareTheKeys) {
  const IssuerKeys keys = issuer_.keys();
  const std::string token = issuer_.Issue(claims_);
  std::atomic<int> verified{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        if (VerifyAssertion(token, keys, expected_).ok()) ++verified;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(verified, 200);
}

TEST_F(AssertionTest, EveryRefusalSaysWhatToDo) {
  claims_.service_account = true;
  const auto detail = query::ErrorDetailOf(Verify().status());
  ASSERT_TRUE(detail.has_value());
  EXPECT_FALSE(detail->fix().empty());
}

TEST(IssuerPrivateKeyTest, SurvivesBeingWrittenAndRead) {
  const auto key = IssuerPrivateKey::Generate("k1");
  FUSIONHUB_ASSERT_OK(key);
  const auto again = IssuerPrivateKey::FromJwk(key->ToJwk().value());
  FUSIONHUB_ASSERT_OK(again);
  EXPECT_EQ(again->ToPublicJwks().value(), key->ToPublicJwks().value());
  EXPECT_EQ(again->ToPublicJwks()->find("\"d\""), std::string::npos);
}

TEST(IssuerPrivateKeyTest, RefusesWhatIsNotAPrivateKey) {
  const auto key = IssuerPrivateKey::Generate("k1").value();
  const std::string jwks = key.ToPublicJwks().value();
  const std::string public_key = jwks.substr(9, jwks.size() - 11);
  for (const std::string& text : {std::string(), std::string("{}"), public_key, jwks}) {
    EXPECT_THAT(IssuerPrivateKey::FromJwk(text), ::testing::Not(IsOk()));
  }
  EXPECT_THAT(IssuerPrivateKey::Generate(""), ::testing::Not(IsOk()));
}

}  // namespace
}  // namespace fusionhub::identity
