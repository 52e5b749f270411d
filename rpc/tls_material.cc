// Reading and checking certificates and keys with OpenSSL.
#include "rpc/tls_material.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace fusionhub::rpc {
namespace {

constexpr size_t kMaxFileBytes = 1 << 20;
constexpr size_t kMaxCertificates = 64;

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, Deleter<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using StorePtr = std::unique_ptr<X509_STORE, Deleter<X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, Deleter<X509_STORE_CTX_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;

absl::Status Bad(absl::string_view what) {
  ERR_clear_error();
  return absl::FailedPreconditionError(what);
}

BioPtr Reader(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Refuses to ask for a passphrase on the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

absl::StatusOr<std::vector<X509Ptr>> ParseCertificates(const std::string& pem,
                                                       absl::string_view what) {
  const BioPtr bio = Reader(pem);
  std::vector<X509Ptr> certificates;
  while (certificates.size() < kMaxCertificates) {
    X509Ptr next(PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr));
    if (!next) break;
    certificates.push_back(std::move(next));
  }
  const unsigned long error = ERR_peek_last_error();  // NOLINT(google-runtime-int)
  const bool at_end =
      ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (certificates.empty() || !at_end) {
    return Bad(absl::StrCat("the ", what, " is not a list of PEM certificates; write it again"));
  }
  return certificates;
}

absl::StatusOr<KeyPtr> ParseKey(const std::string& pem) {
  KeyPtr key(PEM_read_bio_PrivateKey(Reader(pem).get(), nullptr, NoPassphrase, nullptr));
  if (!key) return Bad("the private key is not a PEM key without passphrase; write it again");
  ERR_clear_error();
  return key;
}

absl::Time ToTime(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return absl::InfinitePast();
  return absl::FromTM(parts, absl::UTCTimeZone());
}

absl::StatusOr<std::string> OnlyUriName(X509* leaf) {
  const NamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> uris;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                      static_cast<size_t>(ASN1_STRING_length(uri)));
  }
  if (uris.size() != 1) {
    return Bad(absl::StrCat("the certificate has ", uris.size(),
                            " URI names and must have exactly one, its SPIFFE id; enrol again"));
  }
  return uris[0];
}

absl::Status VerifyChain(const std::vector<X509Ptr>& chain, const std::vector<X509Ptr>& bundle,
                         absl::Time now) {
  const StorePtr store(X509_STORE_new());
  const StoreContextPtr context(X509_STORE_CTX_new());
  std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> intermediates(
      sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
  if (!store || !context || !intermediates) return Bad("OpenSSL is out of memory");
  for (const X509Ptr& ca : bundle) X509_STORE_add_cert(store.get(), ca.get());
  for (size_t i = 1; i < chain.size(); ++i) sk_X509_push(intermediates.get(), chain[i].get());
  if (X509_STORE_CTX_init(context.get(), store.get(), chain[0].get(), intermediates.get()) != 1) {
    return Bad("OpenSSL cannot check the certificate");
  }
  X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context.get()), absl::ToTimeT(now));
  if (X509_verify_cert(context.get()) != 1) {
    const int error = X509_STORE_CTX_get_error(context.get());
    return Bad(absl::StrCat("the certificate does not verify against the CA bundle: ",
                            X509_verify_cert_error_string(error),
                            "; renew it, or correct the bundle or the clock"));
  }
  ERR_clear_error();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TlsMaterial> ReadTlsFiles(const TlsFiles& files) {
  TlsMaterial material;
  FUSIONHUB_ASSIGN_OR_RETURN(material.certificate_chain,
                             ReadFile(files.certificate_chain, kMaxFileBytes));
  FUSIONHUB_ASSIGN_OR_RETURN(material.private_key, ReadFile(files.private_key, kMaxFileBytes));
  FUSIONHUB_ASSIGN_OR_RETURN(material.ca_bundle, ReadFile(files.ca_bundle, kMaxFileBytes));
  return material;
}

absl::StatusOr<TlsCertificateInfo> ValidateTlsMaterial(const TlsMaterial& material,
                                                       absl::Time now) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<X509Ptr> chain,
                             ParseCertificates(material.certificate_chain, "certificate chain"));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<X509Ptr> bundle,
                             ParseCertificates(material.ca_bundle, "CA bundle"));
  FUSIONHUB_ASSIGN_OR_RETURN(const KeyPtr key, ParseKey(material.private_key));
  X509* const leaf = chain[0].get();
  if (X509_check_private_key(leaf, key.get()) != 1) {
    return Bad("the private key does not belong to the certificate; write both again, together");
  }
  FUSIONHUB_RETURN_IF_ERROR(VerifyChain(chain, bundle, now));
  TlsCertificateInfo info;
  info.not_before = ToTime(X509_get0_notBefore(leaf));
  info.not_after = ToTime(X509_get0_notAfter(leaf));
  FUSIONHUB_ASSIGN_OR_RETURN(info.spiffe_id, OnlyUriName(leaf));
  return info;
}

}  // namespace fusionhub::rpc
