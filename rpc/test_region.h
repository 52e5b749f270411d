// A region's certificates and a hub's server options, for tests over real sockets. Test only.
#ifndef FUSIONHUB_RPC_TEST_REGION_H_
#define FUSIONHUB_RPC_TEST_REGION_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "base/clock.h"
#include "rpc/async_server.h"
#include "rpc/test_certificates.h"
#include "rpc/tls.h"

namespace fusionhub::rpc {

inline constexpr char kTestHubId[] = "spiffe://stl/agency/hub/hub/broker";
inline constexpr char kTestClientId[] = "spiffe://stl/agency/slmpd/client/analyst1";
inline constexpr char kTestNodeId[] = "spiffe://stl/agency/slmpd/node/node1";

// Turns TLS 1.2 off for the process, and makes the certificates. Aborts on errors.
class TestRegion {
 public:
  TestRegion();

  const TestCa& ca() const { return ca_; }
  TlsIdentity& hub() { return *hub_; }
  const TlsFiles& hub_files() const { return hub_files_; }

  // Lets every peer with a certificate of the region in.
  AsyncServerOptions ServerOptions();

  // A channel to 127.0.0.1:port as `material` says, expecting the hub.
  std::shared_ptr<grpc::Channel> Channel(int port, const TlsMaterial& material);
  std::shared_ptr<grpc::Channel> Channel(int port, const std::string& spiffe_id = kTestClientId);
  // Straight to gRPC: also material that TlsIdentity would refuse.
  std::shared_ptr<grpc::ChannelCredentials> Credentials(
      const TlsMaterial& material, PeerJudge judge = RequireSpiffeId(kTestHubId));

 private:
  SystemClock clock_;
  TestCa ca_;
  std::string folder_;
  TlsFiles hub_files_;
  std::unique_ptr<TlsIdentity> hub_;
};

// A client context with a deadline `timeout` from now.
std::unique_ptr<grpc::ClientContext> ContextWithDeadline(
    absl::Duration timeout = absl::Seconds(10));

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_TEST_REGION_H_
