// Certificate authorities and certificates for tests, made in memory. Test only.
#ifndef FUSIONHUB_RPC_TEST_CERTIFICATES_H_
#define FUSIONHUB_RPC_TEST_CERTIFICATES_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "rpc/tls_material.h"

namespace fusionhub::rpc {

struct TestCertificateOptions {
  std::vector<std::string> uri_sans = {"spiffe://stl/agency/slmpd/node/node1"};
  absl::Time not_before = absl::Now() - absl::Hours(1);
  absl::Time not_after = absl::Now() + absl::Hours(24);
};

// A self-signed EC P-256 certificate authority. Aborts on OpenSSL errors.
class TestCa {
 public:
  TestCa();
  ~TestCa();

  std::string Pem() const;
  // A leaf signed by this authority, its key, and this authority as the bundle.
  TlsMaterial Issue(const TestCertificateOptions& options = {}) const;
  TlsMaterial Issue(const std::string& spiffe_id) const;

 private:
  EVP_PKEY* key_;
  X509* certificate_;
};

// Writes the material into `folder` (created) and returns the paths.
TlsFiles WriteTestFiles(const std::string& folder, const TlsMaterial& material);

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_TEST_CERTIFICATES_H_
