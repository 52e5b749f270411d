// Makes certificates with OpenSSL.
#include "rpc/test_certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>

namespace fusionhub::rpc {
namespace {

void Check(bool good) {
  if (!good) std::abort();
}

EVP_PKEY* NewKey() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  Check(key != nullptr);
  return key;
}

std::string TakePem(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<size_t>(size));
  BIO_free(bio);
  return pem;
}

std::string CertificatePem(X509* certificate) {
  BIO* bio = BIO_new(BIO_s_mem());
  Check(PEM_write_bio_X509(bio, certificate) == 1);
  return TakePem(bio);
}

std::string KeyPem(EVP_PKEY* key) {
  BIO* bio = BIO_new(BIO_s_mem());
  Check(PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return TakePem(bio);
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  Check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

X509* NewCertificate(EVP_PKEY* key, const std::string& common_name, absl::Time not_before,
                     absl::Time not_after) {
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  uint32_t serial = 0;
  Check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial)) == 1);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial);
  ASN1_TIME_set(X509_getm_notBefore(certificate), absl::ToTimeT(not_before));
  ASN1_TIME_set(X509_getm_notAfter(certificate), absl::ToTimeT(not_after));
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  return certificate;
}

}  // namespace

TestCa::TestCa() : key_(NewKey()) {
  // Since long ago, so that tests which simulate a day in the past can use it.
  certificate_ = NewCertificate(key_, "test ca", absl::Now() - absl::Hours(24 * 365 * 10),
                                absl::Now() + absl::Hours(24 * 30));
  X509_set_issuer_name(certificate_, X509_get_subject_name(certificate_));
  AddExtension(certificate_, certificate_, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate_, certificate_, NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(certificate_, certificate_, NID_subject_key_identifier, "hash");
  Check(X509_sign(certificate_, key_, EVP_sha256()) > 0);
}

TestCa::~TestCa() {
  X509_free(certificate_);
  EVP_PKEY_free(key_);
}

std::string TestCa::Pem() const { return CertificatePem(certificate_); }

TlsMaterial TestCa::Issue(const TestCertificateOptions& options) const {
  EVP_PKEY* key = NewKey();
  X509* leaf = NewCertificate(key, "leaf", options.not_before, options.not_after);
  X509_set_issuer_name(leaf, X509_get_subject_name(certificate_));
  std::string names;
  for (const std::string& uri : options.uri_sans) {
    names += (names.empty() ? "URI:" : ",URI:") + uri;
  }
  if (!names.empty()) AddExtension(leaf, certificate_, NID_subject_alt_name, names);
  AddExtension(leaf, certificate_, NID_ext_key_usage, "serverAuth,clientAuth");
  AddExtension(leaf, certificate_, NID_authority_key_identifier, "keyid");
  Check(X509_sign(leaf, key_, EVP_sha256()) > 0);
  TlsMaterial material{CertificatePem(leaf), KeyPem(key), Pem()};
  X509_free(leaf);
  EVP_PKEY_free(key);
  return material;
}

TlsMaterial TestCa::Issue(const std::string& spiffe_id) const {
  TestCertificateOptions options;
  options.uri_sans = {spiffe_id};
  return Issue(options);
}

TlsFiles WriteTestFiles(const std::string& folder, const TlsMaterial& material) {
  mkdir(folder.c_str(), 0700);
  const TlsFiles files{folder + "/chain.pem", folder + "/key.pem", folder + "/ca.pem"};
  const auto write = [](const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::trunc) << text;
  };
  write(files.certificate_chain, material.certificate_chain);
  write(files.private_key, material.private_key);
  write(files.ca_bundle, material.ca_bundle);
  return files;
}

}  // namespace fusionhub::rpc
