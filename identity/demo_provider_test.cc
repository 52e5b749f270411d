// Tests of the demonstration provider without its socket.
#include "identity/demo_provider.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "identity/assertion.h"
#include "identity/test_issuer.h"
#include "query/error_detail.h"

namespace fusionhub::identity {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

class DemoProviderTest : public ::testing::Test {
 protected:
  DemoProviderTest()
      : provider_({.region = "stl", .agency = "st_charles_pd", .issuer = issuer_.issuer()},
                  ParseDemoPersons("kind: DemoPersons\npersons:\n"
                                   "  - {id: ann, ori: MO0920000, roles: [analyst]}\n"
                                   "  - {id: robot, ori: MO0920000, account: service}\n",
                                   "persons.yaml")
                      .value(),
                  issuer_.key(), random_) {
    wish_.request_digest = crypto::Sha256("query");
    wish_.client_certificate = crypto::Sha256("certificate");
  }

  absl::StatusOr<Person> Verify(absl::string_view token) const {
    AssertionExpectations expected;
    expected.region = "stl";
    expected.agency = "st_charles_pd";
    expected.request_digest = wish_.request_digest;
    expected.client_certificate = wish_.client_certificate;
    expected.now = kNow;
    return VerifyAssertion(token, issuer_.keys(), expected);
  }

  SeededRandom random_{7};
  const TestIssuer issuer_;
  DemoProvider provider_;
  AssertionWish wish_;
};

TEST_F(DemoProviderTest, IssuesWhatTheHubAccepts) {
  wish_.person = "ann";
  const auto token = provider_.Issue(wish_, kNow);
  FUSIONHUB_ASSERT_OK(token);
  const auto person = Verify(*token);
  FUSIONHUB_ASSERT_OK(person);
  EXPECT_EQ(person->id, "ann");
  EXPECT_EQ(person->auth_method, "demo");
}

TEST_F(DemoProviderTest, EveryAssertionHasItsOwnId) {
  wish_.person = "ann";
  const auto first = Verify(provider_.Issue(wish_, kNow).value());
  const auto second = Verify(provider_.Issue(wish_, kNow).value());
  EXPECT_NE(first->assertion_id, second->assertion_id);
}

TEST_F(DemoProviderTest, ItsServiceAccountsAreRefusedByTheHub) {
  wish_.person = "robot";
  const auto token = provider_.Issue(wish_, kNow);
  FUSIONHUB_ASSERT_OK(token);
  EXPECT_EQ(query::ReasonOf(Verify(*token).status()), "ASSERTION_SERVICE_ACCOUNT");
}

TEST_F(DemoProviderTest, RefusesUnknownPersons) {
  wish_.person = "bob";
  EXPECT_THAT(provider_.Issue(wish_, kNow),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no such person")));
}

TEST_F(DemoProviderTest, AnswersALine) {
  const Json line = {
      {"person", "ann"},
      {"request_digest", crypto::ToHex(crypto::View(wish_.request_digest))},
      {"client_certificate_sha256", crypto::ToHex(crypto::View(wish_.client_certificate))}};
  const Json answer = Json::parse(provider_.Answer(line.dump(), kNow));
  FUSIONHUB_EXPECT_OK(Verify(answer["assertion"].get<std::string>()));
}

TEST_F(DemoProviderTest, AnswersRubbishWithAnError) {
  const std::string digest(64, 'a');
  for (const std::string& line :
       {std::string(), std::string("hello"), std::string("{}"), std::string(2000, ' '),
        Json{{"person", "ann"}}.dump(),
        Json{{"person", "ann"},
             {"request_digest", digest.substr(2)},
             {"client_certificate_sha256", digest}}
            .dump(),
        Json{{"person", "ann"},
             {"request_digest", digest},
             {"client_certificate_sha256", std::string(64, 'g')}}
            .dump(),
        Json{{"person", "bob"}, {"request_digest", digest}, {"client_certificate_sha256", digest}}
            .dump()}) {
    const Json answer = Json::parse(provider_.Answer(line, kNow));
    EXPECT_TRUE(answer["error"].is_string()) << line;
    EXPECT_FALSE(answer.contains("assertion")) << line;
  }
}

}  // namespace
}  // namespace fusionhub::identity
