// Channels with the settings that our servers expect of clients.
#ifndef FUSIONHUB_RPC_CLIENT_CHANNEL_H_
#define FUSIONHUB_RPC_CLIENT_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>

#include "absl/time/time.h"

namespace fusionhub::rpc {

struct ClientChannelOptions {
  int max_message_bytes = 4 << 20;
  absl::Duration connect_timeout = absl::Seconds(10);
  // Servers end connections that ping more often than every 20 s.
  absl::Duration keepalive_interval = absl::Seconds(30);
  absl::Duration keepalive_timeout = absl::Seconds(10);
};

// A channel of its own (it shares no connection with others) to "host:port". `credentials` from
// TlsIdentity::ChannelCredentials.
std::shared_ptr<grpc::Channel> MakeClientChannel(
    const std::string& target, const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    const ClientChannelOptions& options = {});

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_CLIENT_CHANNEL_H_
