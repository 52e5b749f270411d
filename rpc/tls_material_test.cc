#include "rpc/tls_material.h"

#include <gtest/gtest.h>

#include "base/status_matchers.h"
#include "rpc/test_certificates.h"

namespace fusionhub::rpc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

#define EXPECT_BAD(material, text)                        \
  EXPECT_THAT(ValidateTlsMaterial(material, absl::Now()), \
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(text)))

TEST(TlsMaterialTest, ReadsNameAndValidity) {
  TestCa ca;
  TestCertificateOptions options;
  options.not_before = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()) - 60);
  options.not_after = options.not_before + absl::Hours(3);
  const auto info = ValidateTlsMaterial(ca.Issue(options), absl::Now());
  FUSIONHUB_ASSERT_OK(info);
  EXPECT_EQ(info->spiffe_id, options.uri_sans[0]);
  EXPECT_EQ(info->not_before, options.not_before);
  EXPECT_EQ(info->not_after, options.not_after);
}

TEST(TlsMaterialTest, RefusesWhatIsNoPem) {
  TestCa ca;
  TlsMaterial material = ca.Issue();
  material.certificate_chain = "garbage";
  EXPECT_BAD(material, "certificate chain");
  material = ca.Issue();
  material.certificate_chain += "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_BAD(material, "certificate chain");
  material = ca.Issue();
  material.private_key = "";
  EXPECT_BAD(material, "private key");
  material = ca.Issue();
  material.ca_bundle = "";
  EXPECT_BAD(material, "CA bundle");
}

TEST(TlsMaterialTest, RefusesAKeyOfAnotherCertificate) {
  TestCa ca;
  TlsMaterial material = ca.Issue();
  material.private_key = ca.Issue().private_key;
  EXPECT_THAT(ValidateTlsMaterial(material, absl::Now()),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("does not belong"), Not(HasSubstr("BEGIN")))));
}

TEST(TlsMaterialTest, RefusesAChainOfAnotherAuthority) {
  TlsMaterial material = TestCa().Issue();
  material.ca_bundle = TestCa().Pem();
  EXPECT_BAD(material, "does not verify");
}

TEST(TlsMaterialTest, RefusesWhatIsExpiredOrNotYetValid) {
  TestCa ca;
  TestCertificateOptions options;
  options.not_after = absl::Now() - absl::Minutes(1);
  EXPECT_BAD(ca.Issue(options), "expired");
  options.not_before = absl::Now() + absl::Hours(1);
  options.not_after = absl::Now() + absl::Hours(2);
  EXPECT_BAD(ca.Issue(options), "not yet valid");
}

TEST(TlsMaterialTest, RefusesNoNameAndTwoNames) {
  TestCa ca;
  TestCertificateOptions options;
  options.uri_sans = {};
  EXPECT_BAD(ca.Issue(options), "0 URI names");
  options.uri_sans = {"spiffe://stl/agency/a/node/x", "spiffe://stl/agency/b/node/y"};
  EXPECT_BAD(ca.Issue(options), "2 URI names");
}

TEST(TlsMaterialTest, NamesTheFileThatIsMissing) {
  const TlsFiles files = WriteTestFiles(::testing::TempDir() + "/material", TestCa().Issue());
  FUSIONHUB_EXPECT_OK(ReadTlsFiles(files));
  TlsFiles missing = files;
  missing.private_key += ".gone";
  EXPECT_THAT(ReadTlsFiles(missing),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("key.pem.gone")));
}

}  // namespace
}  // namespace fusionhub::rpc
