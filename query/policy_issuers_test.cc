// Tests of the way from Agency documents to issuer keys.
#include "query/policy_issuers.h"

#include <gtest/gtest.h>

#include "base/status_matchers.h"
#include "identity/test_issuer.h"

namespace fusionhub::query {
namespace {

using ::testing::HasSubstr;

policy::Agency AgencyWith(const std::string& id, std::vector<policy::AssertionIssuer> issuers) {
  policy::Agency agency;
  agency.id = id;
  agency.issuers = std::move(issuers);
  return agency;
}

TEST(PolicyIssuersTest, TakesTheKeysOfEveryAgency) {
  const identity::TestIssuer one("slmpd", "stl", "k1");
  const identity::TestIssuer two("slmpd", "stl", "k2");
  const auto directory = IssuersOf({AgencyWith("slmpd", {{.issuer = "one", .jwks = one.jwks()},
                                                         {.issuer = "two", .jwks = two.jwks()}}),
                                    AgencyWith("stl_public_health", {})});
  FUSIONHUB_ASSERT_OK(directory);
  ASSERT_NE(directory->Find("slmpd"), nullptr);
  EXPECT_EQ(directory->Find("slmpd")->Find("k1")->issuer, "one");
  EXPECT_EQ(directory->Find("slmpd")->Find("k2")->issuer, "two");
  EXPECT_EQ(directory->Find("stl_public_health"), nullptr);
}

TEST(PolicyIssuersTest, NamesTheAgencyWhoseKeysAreBad) {
  EXPECT_THAT(IssuersOf({AgencyWith("slmpd", {{.issuer = "idp", .jwks = "{}"}})}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("slmpd")));
}

}  // namespace
}  // namespace fusionhub::query
