// Reads what identity needs from an X.509 certificate: its URI names, validity and thumbprint.
#ifndef FUSIONHUB_IDENTITY_CERTIFICATE_H_
#define FUSIONHUB_IDENTITY_CERTIFICATE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "crypto/digest.h"

namespace fusionhub::identity {

struct CertificateFacts {
  crypto::Digest sha256;              // of the DER bytes: "x5t#S256"
  std::vector<std::string> uri_sans;  // in the certificate's order
  absl::Time not_before;
  absl::Time not_after;
};

// Reads the first certificate of a PEM text (as gRPC's "x509_pem_cert" gives it). It verifies
// nothing: TLS has done that. INVALID_ARGUMENT when there is none.
absl::StatusOr<CertificateFacts> ReadCertificate(absl::string_view pem);

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_CERTIFICATE_H_
