// Who is at the other end of a call, as TLS proved it.
#ifndef FUSIONHUB_RPC_PEER_H_
#define FUSIONHUB_RPC_PEER_H_

#include <grpcpp/security/auth_context.h>

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace fusionhub::rpc {

struct Peer {
  // The one URI name of the certificate, e.g. "spiffe://stl/agency/slmpd/node/node1". Empty only on
  // servers that do not require a peer identity (AsyncServerOptions::require_peer_identity).
  std::string spiffe_id;
  // SHA-256 of the certificate's DER bytes ("x5t#S256" in an assertion is the base64url of it). The
  // same type as crypto::Digest.
  std::array<uint8_t, 32> certificate_sha256{};
  // The certificate, as identity::ReadCertificate takes it.
  std::string certificate_pem;
};

// Reads the peer from a connection's authentication context. UNAUTHENTICATED unless the certificate
// has exactly one URI name. Never falls back on the common name.
absl::StatusOr<Peer> PeerFromAuthContext(const grpc::AuthContext& context);

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_PEER_H_
