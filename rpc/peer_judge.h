// The check of a TLS peer beyond its chain: who it is, and whether that is (still) acceptable.
// docs/adr/2026-11-21-revocation-in-verifier.md
#ifndef FUSIONHUB_RPC_PEER_JUDGE_H_
#define FUSIONHUB_RPC_PEER_JUDGE_H_

#include <grpcpp/security/tls_certificate_verifier.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace fusionhub::rpc {

// Judges a peer whose chain TLS has verified, by the URI names of its certificate and the
// certificate itself (PEM): identity rules and revocation. Runs in every handshake, also resumed
// ones, on gRPC's threads, many at a time; it must not block. Anything but OK ends the connection;
// a server's peer does not learn why. Certificates without exactly one URI name are refused before
// it is asked.
using PeerJudge = std::function<absl::Status(const std::vector<std::string>& uri_sans,
                                             absl::string_view certificate_pem)>;

// A judge for clients: the server must have exactly this SPIFFE id. It takes the place of hostname
// verification, which is off: regions name their hub by SPIFFE id, not by DNS.
PeerJudge RequireSpiffeId(std::string spiffe_id);

// For gRPC's TLS options.
std::shared_ptr<grpc::experimental::CertificateVerifier> MakeVerifier(PeerJudge judge);

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_PEER_JUDGE_H_
