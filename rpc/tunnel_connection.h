// One connection of a TunnelClient, from dialling to its end.
#ifndef FUSIONHUB_RPC_TUNNEL_CONNECTION_H_
#define FUSIONHUB_RPC_TUNNEL_CONNECTION_H_

#include <grpcpp/client_context.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "fusionhub/v1/node.grpc.pb.h"
#include "rpc/tunnel_assembler.h"
#include "rpc/tunnel_client.h"
#include "rpc/tunnel_outbox.h"

namespace fusionhub::rpc {

// Thread-safe; Run once.
class TunnelClient::Connection {
 public:
  Connection(const TunnelClientOptions& options, const TunnelClientCallbacks& callbacks);

  // Connects and reads on this thread, writes on another, until the connection is over. What ended
  // it.
  absl::Status Run() FUSIONHUB_EXCLUDES(mu_);
  // Ends Run.
  void Cancel() FUSIONHUB_EXCLUDES(mu_);

  absl::Status Send(v1::ChunkKind kind, std::string bytes) FUSIONHUB_EXCLUDES(mu_);
  absl::Status SendControl(v1::ConnectRequest frame) FUSIONHUB_EXCLUDES(mu_);

  bool welcomed() const FUSIONHUB_EXCLUDES(mu_);
  // After Run: how long it was welcome, and what the broker's go_away asked for.
  absl::Duration lived() const;
  absl::Duration reconnect_after() const { return reconnect_after_; }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  using Stream = grpc::ClientReaderWriter<v1::ConnectRequest, v1::ConnectResponse>;

  absl::Status Open();
  absl::Status ReadUntilEnd();
  absl::Status Handle(v1::ConnectResponse& frame);
  absl::Status HandleWelcome(const v1::HubWelcome& welcome);
  absl::Status HandleChunk(v1::Chunk chunk);
  void WriteUntilEnd();
  std::optional<v1::ConnectRequest> NextFrame() FUSIONHUB_EXCLUDES(mu_);
  v1::ConnectRequest MakeHeartbeat();
  void Close() FUSIONHUB_EXCLUDES(mu_);

  const TunnelClientOptions& options_;
  const TunnelClientCallbacks& callbacks_;
  grpc::ClientContext context_;
  std::unique_ptr<v1::NodeTunnelService::Stub> stub_;
  std::unique_ptr<Stream> stream_;
  TunnelAssembler assembler_;        // reader thread
  absl::Duration reconnect_after_;   // reader thread
  bool sent_away_ = false;           // reader thread
  uint64_t heartbeat_sequence_ = 0;  // writer thread

  mutable Mutex mu_;
  CondVar wake_;
  TunnelOutbox<v1::ConnectRequest> outbox_ FUSIONHUB_GUARDED_BY(mu_);
  bool closed_ FUSIONHUB_GUARDED_BY(mu_) = false;
  bool welcomed_ FUSIONHUB_GUARDED_BY(mu_) = false;
  bool silent_ FUSIONHUB_GUARDED_BY(mu_) = false;
  absl::Duration heartbeat_interval_ FUSIONHUB_GUARDED_BY(mu_);
  SteadyTime welcomed_at_ FUSIONHUB_GUARDED_BY(mu_);
  SteadyTime ended_at_ FUSIONHUB_GUARDED_BY(mu_);
  SteadyTime next_heartbeat_ FUSIONHUB_GUARDED_BY(mu_);
  SteadyTime silence_limit_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_TUNNEL_CONNECTION_H_
