// A gRPC server over completion queues, for handlers that know nothing of completion queues.
// gRPC 1.51's callback API stalls when idle and its sync API has a thread per call
// (docs/adr/2026-11-21-async-completion-queues.md).
//
//   AsyncServer server(options);
//   v1::StatusService::AsyncService status_service;          // must outlive the server
//   server.AddUnary(status_service, &v1::StatusService::AsyncService::RequestGetStatus,
//   method_options,
//                   [](std::shared_ptr<Call> call, const v1::GetStatusRequest& request,
//                      UnaryDone<v1::GetStatusResponse> done) { done(v1::GetStatusResponse()); });
//   FUSIONHUB_RETURN_IF_ERROR(server.Start());
//   ...
//   server.Shutdown(absl::Seconds(10));
//
// Every method of a registered service must be added: calls of one that is not would wait for ever.
#ifndef FUSIONHUB_RPC_ASYNC_SERVER_H_
#define FUSIONHUB_RPC_ASYNC_SERVER_H_

#include <grpcpp/impl/service_type.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/timer.h"
#include "rpc/acceptor.h"
#include "rpc/async_method.h"
#include "rpc/async_stream.h"
#include "rpc/async_unary.h"
#include "rpc/call.h"
#include "rpc/call_registry.h"
#include "rpc/method_options.h"
#include "rpc/response_stream.h"

namespace fusionhub::rpc {

class CompletionQueues;
class HealthService;

struct AsyncServerOptions {
  AcceptorOptions acceptor;
  // TlsIdentity::ServerCredentials; grpc::InsecureServerCredentials() only on loopback in tests.
  std::shared_ptr<grpc::ServerCredentials> credentials;
  // Refuses calls whose peer has no SPIFFE id. Off only in tests without TLS.
  bool require_peer_identity = true;
  // Completion queues, one thread each; 0: one per core.
  int completion_queues = 0;
  int max_message_bytes = 4 << 20;
  int max_streams_per_connection = 100;
  size_t memory_quota_bytes = 512 << 20;
  absl::Duration handshake_timeout = absl::Seconds(5);
  // Forces a fresh handshake now and then; gRPC spreads it by 10 %.
  absl::Duration max_connection_age = absl::Hours(1);
  absl::Duration max_connection_age_grace = absl::Seconds(30);
  absl::Duration keepalive_interval = absl::Seconds(30);
  absl::Duration keepalive_timeout = absl::Seconds(10);

  // The gate: may this peer call this method? Also asked for peers whose connection is older than
  // their revocation. Runs on a completion-queue thread before the handler: it must not block.
  // Unset: every peer that TLS let in may call everything.
  std::function<absl::Status(const Call& call)> authorize;
  // Runs when a call is over, on a completion-queue thread: it must not block. For metrics.
  std::function<void(absl::string_view method, absl::StatusCode code, absl::Duration took)>
      on_finished;
  // Runs when a connection was turned away before TLS. For metrics.
  Acceptor::OnRefusal on_refused_connection;
};

// Thread-safe after Start. Owns nothing of the services and handlers' objects: both outlive it.
class AsyncServer {
 public:
  explicit AsyncServer(AsyncServerOptions options);
  // Shuts down without grace if Shutdown was not called.
  ~AsyncServer();
  AsyncServer(const AsyncServer&) = delete;
  AsyncServer& operator=(const AsyncServer&) = delete;

  // `handler` is void(std::shared_ptr<Call>, const Request&, UnaryDone<Response>). It runs on a
  // completion-queue thread and must not block; it calls `done` once, from any thread, then or
  // later. The request lives as long as the call or `done` is held. Dropping every copy of `done`
  // answers INTERNAL.
  template <typename Base, typename Service, typename Request, typename Response>
  void AddUnary(Service& service, UnaryRequestMethod<Base, Request, Response> request_method,
                MethodOptions options,
                std::type_identity_t<UnaryHandler<Request, Response>> handler) {
    Register(service, std::make_unique<UnaryMethod<Base, Request, Response>>(
                          service, request_method, std::move(options), std::move(handler)));
  }

  // `handler` is void(std::shared_ptr<ResponseStream<Response>>, const Request&). The request lives
  // as long as the stream is held.
  template <typename Base, typename Service, typename Request, typename Response>
  void AddServerStream(Service& service,
                       ServerStreamRequestMethod<Base, Request, Response> request_method,
                       MethodOptions options,
                       std::type_identity_t<ServerStreamHandler<Request, Response>> handler) {
    Register(service, std::make_unique<ServerStreamMethod<Base, Request, Response>>(
                          service, request_method, std::move(options), std::move(handler)));
  }

  // `handler` is void(std::shared_ptr<BidiStream<Request, Response>>); it sets the stream's
  // callbacks.
  template <typename Base, typename Service, typename Request, typename Response>
  void AddBidiStream(Service& service, BidiRequestMethod<Base, Request, Response> request_method,
                     MethodOptions options,
                     std::type_identity_t<BidiHandler<Request, Response>> handler) {
    Register(service, std::make_unique<BidiMethod<Base, Request, Response>>(
                          service, request_method, std::move(options), std::move(handler)));
  }

  // Listens and serves. The health service says NOT_SERVING until SetServing(true).
  absl::Status Start();
  int port() const;

  // grpc.health.v1 for the server ("") and for each registered service by its full name.
  void SetServing(bool serving);

  // Cancels every call in progress of the peers that `revoked` says true for. Call it when
  // revocations have changed; `authorize` refuses their next calls.
  void CancelCallsOf(const std::function<bool(const Peer&)>& revoked);

  size_t calls_in_flight() const;

  // Says NOT_SERVING, stops accepting, refuses new calls, lets calls in progress end within
  // `grace`, cancels the rest, and joins every thread. Streams that never end by themselves
  // (tunnels) should be told to end before. Not from a handler. Idempotent.
  void Shutdown(absl::Duration grace);

 private:
  void Register(grpc::Service& service, std::unique_ptr<AsyncMethod> method);
  void AddHealthMethods();
  void Configure(grpc::ServerBuilder& builder);
  void PostPlaces();

  const AsyncServerOptions options_;
  TimerQueue timers_;
  std::shared_ptr<CallRegistry> registry_;
  std::vector<grpc::Service*> services_;
  std::vector<std::unique_ptr<AsyncMethod>> methods_;
  std::unique_ptr<HealthService> health_;
  std::unique_ptr<CompletionQueues> queues_;
  std::unique_ptr<Acceptor> acceptor_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> connections_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_ASYNC_SERVER_H_
