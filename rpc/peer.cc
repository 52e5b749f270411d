// Reading the peer from gRPC's authentication context.
#include "rpc/peer.h"

#include <grpc/grpc_security_constants.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <vector>

#include "absl/status/status.h"

namespace fusionhub::rpc {
namespace {

// The DER bytes of the first certificate in `pem`; empty if there is none.
std::string CertificateDer(const std::string& pem) {
  std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  unsigned char* data = nullptr;
  long size = 0;  // NOLINT(google-runtime-int): OpenSSL's type
  std::string der;
  if (bio && PEM_bytes_read_bio(&data, &size, nullptr, PEM_STRING_X509, bio.get(), nullptr,
                                nullptr) == 1) {
    der.assign(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
    OPENSSL_free(data);
  }
  ERR_clear_error();
  return der;
}

}  // namespace

absl::StatusOr<Peer> PeerFromAuthContext(const grpc::AuthContext& context) {
  // Present only when the certificate has exactly one URI name; counted again because everything
  // rests on it.
  const std::vector<grpc::string_ref> ids =
      context.FindPropertyValues(GRPC_PEER_SPIFFE_ID_PROPERTY_NAME);
  const std::vector<grpc::string_ref> pems =
      context.FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (ids.size() != 1 || ids[0].empty() || pems.size() != 1) {
    return absl::UnauthenticatedError(
        "the client certificate must have exactly one URI name (a SPIFFE id); have it issued by "
        "the "
        "region's enrolment");
  }
  Peer peer;
  peer.spiffe_id.assign(ids[0].data(), ids[0].size());
  peer.certificate_pem.assign(pems[0].data(), pems[0].size());
  const std::string der = CertificateDer(peer.certificate_pem);
  unsigned int size = 0;
  if (der.empty() || EVP_Digest(der.data(), der.size(), peer.certificate_sha256.data(), &size,
                                EVP_sha256(), nullptr) != 1) {
    return absl::UnauthenticatedError("the client certificate cannot be read");
  }
  return peer;
}

}  // namespace fusionhub::rpc
