// X.509 reading with OpenSSL.
#include "identity/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "base/status_macros.h"

namespace fusionhub::identity {
namespace {

constexpr size_t kMaxPemBytes = 64 * 1024;
using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;

std::vector<std::string> UriNames(const X509* certificate) {
  std::vector<std::string> uris;
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                      static_cast<size_t>(ASN1_STRING_length(uri)));
  }
  return uris;
}

absl::StatusOr<absl::Time> ToTime(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) {
    return absl::InvalidArgumentError("the certificate has a malformed validity");
  }
  return absl::FromTM(parts, absl::UTCTimeZone());
}

}  // namespace

absl::StatusOr<CertificateFacts> ReadCertificate(absl::string_view pem) {
  // gRPC reads OpenSSL's per-thread error queue; it must not find our errors there.
  const auto clear_errors = absl::MakeCleanup([] { ERR_clear_error(); });
  if (pem.size() > kMaxPemBytes) {
    return absl::InvalidArgumentError("the certificate has more than 64 KiB");
  }
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
  if (certificate == nullptr) {
    return absl::InvalidArgumentError("the text holds no PEM certificate");
  }
  CertificateFacts facts;
  unsigned int size = 0;
  if (X509_digest(certificate.get(), EVP_sha256(), facts.sha256.data(), &size) != 1 ||
      size != facts.sha256.size()) {
    return absl::InternalError("OpenSSL cannot compute the certificate's digest");
  }
  facts.uri_sans = UriNames(certificate.get());
  FUSIONHUB_ASSIGN_OR_RETURN(facts.not_before, ToTime(X509_get0_notBefore(certificate.get())));
  FUSIONHUB_ASSIGN_OR_RETURN(facts.not_after, ToTime(X509_get0_notAfter(certificate.get())));
  return facts;
}

}  // namespace fusionhub::identity
