// Tests of certificate reading.
#include "identity/certificate.h"

#include <gtest/gtest.h>

#include "base/status_matchers.h"

namespace fusionhub::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::Not;

// Made by deploy/make_certificates.sh.
constexpr char kOneName[] = R"(
-----BEGIN CERTIFICATE-----
MIIB4zCCAYigAwIBAgIUHZ+Zx3wBZtrZGzCSHG1NgZ1HZY8wCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNc3RsIHJlZ2lvbiBDQTAgFw0yNjExMjEwNDA5MzVaGA8yMTI1
MDYxNTA0MTQzNVowHjEMMAoGA1UEAwwDYW5uMQ4wDAYDVQQKDAVzbG1wZDBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABENvCFCnvDFOHlOLZE4KmSzvSMSw9HjWIPpf
rYDdxrCSBkos0Vc/wzDOA0CFy6Edqt8h5ujBM2dF++ZeMhSzU76jgacwgaQwDAYD
VR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwEwYDVR0lBAwwCgYIKwYBBQUHAwIw
LwYDVR0RBCgwJoYkc3BpZmZlOi8vc3RsL2FnZW5jeS9zbG1wZC9jbGllbnQvYW5u
MB0GA1UdDgQWBBQug+btwVB7JhA1+GiDTYICDz6nZTAfBgNVHSMEGDAWgBQM0vb5
SEyMDujTM4g/TGqoNQnTYDAKBggqhkjOPQQDAgNJADBGAiEAzLdkajZPTJlj/RKs
Kp+4Fmwf0PwbJpJ4n90EzgQ/cQkCIQDrL6ToStHinc/9/UcbTj8beYCY5vzsEWTg
EeIi1jwBYA==
-----END CERTIFICATE-----
)";

// Two URI names and a DNS name.
constexpr char kTwoNames[] = R"(
-----BEGIN CERTIFICATE-----
MIIB0jCCAXegAwIBAgIUDeB1rSmHXG5ujYxpedNRe0OVVkIwCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDdHdvMCAXDTI2MTEyMTA0MTQzNVoYDzIxMjUwNjE1MDQxNDM1
WjAOMQwwCgYDVQQDDAN0d28wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQRSd1g
jBJngUOF240NopLwxYyKgX836fxkPT/DYcBAP67FCtr9e2PcPZFcWMT2DRGbMMM9
XAdKeitj/nFqiCmoo4GwMIGtMB0GA1UdDgQWBBSXfMXZ7Vwr7HwLgOsywkrfyAA9
7jAfBgNVHSMEGDAWgBSXfMXZ7Vwr7HwLgOsywkrfyAA97jAPBgNVHRMBAf8EBTAD
AQH/MFoGA1UdEQRTMFGGInNwaWZmZTovL3N0bC9hZ2VuY3kvc2xtcGQvY2xpZW50
L2GCCXguZXhhbXBsZYYgc3BpZmZlOi8vc3RsL2FnZW5jeS9zbG1wZC9ub2RlL2Iw
CgYIKoZIzj0EAwIDSQAwRgIhALpjUiUcOAnqjy/zFleT0pDDLhJRMCwRh4E5Cg7p
1J6CAiEA1flL0qjsNPsxDKVJ73IZYhRLWjpp5UxYHai8HG68llU=
-----END CERTIFICATE-----
)";

constexpr char kOneNameSha256[] =
    "d7d96f8aa1af7982274d8fd0cd1f588e5384ac511a3c8f958790a4d022b8626c";

TEST(CertificateTest, ReadsNameAndThumbprint) {
  const auto facts = ReadCertificate(kOneName);
  FUSIONHUB_ASSERT_OK(facts);
  EXPECT_THAT(facts->uri_sans, ElementsAre("spiffe://stl/agency/slmpd/client/ann"));
  EXPECT_EQ(crypto::ToHex(crypto::View(facts->sha256)), kOneNameSha256);
}

TEST(CertificateTest, ReadsTheValidity) {
  const auto facts = ReadCertificate(kOneName);
  FUSIONHUB_ASSERT_OK(facts);
  EXPECT_EQ(facts->not_after - facts->not_before, absl::Hours(24 * 36000) + absl::Minutes(5));
}

TEST(CertificateTest, ReadsOnlyUriNames) {
  const auto facts = ReadCertificate(kTwoNames);
  FUSIONHUB_ASSERT_OK(facts);
  EXPECT_THAT(facts->uri_sans, ElementsAre("spiffe://stl/agency/slmpd/client/a",
                                           "spiffe://stl/agency/slmpd/node/b"));
}

TEST(CertificateTest, ReadsTheFirstOfSeveral) {
  const auto facts = ReadCertificate(std::string(kOneName) + kTwoNames);
  FUSIONHUB_ASSERT_OK(facts);
  EXPECT_EQ(facts->uri_sans.size(), 1u);
}

TEST(CertificateTest, RefusesWhatIsNotACertificate) {
  for (std::string pem :
       {std::string(), std::string("hello"), std::string(kOneName).substr(0, 200),
        std::string(70'000, 'x'),
        std::string("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")}) {
    EXPECT_THAT(ReadCertificate(pem), Not(IsOk()));
  }
}

}  // namespace
}  // namespace fusionhub::identity
