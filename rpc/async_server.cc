// Building, serving and shutting down: see async_server.h.
#include "rpc/async_server.h"

#include <grpc/grpc.h>
#include <grpcpp/resource_quota.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "rpc/async_call.h"
#include "rpc/completion_queues.h"
#include "rpc/health_service.h"

namespace fusionhub::rpc {
namespace {

int ToMilliseconds(absl::Duration duration) {
  const int64_t ms = absl::ToInt64Milliseconds(duration);
  return static_cast<int>(std::clamp<int64_t>(ms, 0, std::numeric_limits<int>::max()));
}

// "fusionhub.v1.QueryService" of "fusionhub.v1.QueryService/Ask".
std::string ServiceOf(const std::string& method) { return method.substr(0, method.find('/')); }

MethodOptions HealthMethodOptions(std::string name, int max_in_flight) {
  MethodOptions options = LongStreamOptions(std::move(name), max_in_flight);
  options.authorize = false;
  options.max_queued_bytes = 4096;
  return options;
}

// Descriptors that gRPC refuses (after shutdown, say) it closes itself.
void HandOver(grpc::experimental::ExternalConnectionAcceptor& connections, int fd) {
  grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters parameters;
  parameters.fd = fd;
  connections.HandleNewConnection(&parameters);
}

}  // namespace

AsyncServer::AsyncServer(AsyncServerOptions options)
    : options_(std::move(options)),
      registry_(std::make_shared<CallRegistry>(CallHooks{
          options_.require_peer_identity, options_.authorize, options_.on_finished, &timers_})),
      health_(std::make_unique<HealthService>()) {
  AddHealthMethods();
}

AsyncServer::~AsyncServer() { Shutdown(absl::ZeroDuration()); }

void AsyncServer::Register(grpc::Service& service, std::unique_ptr<AsyncMethod> method) {
  health_->AddService(ServiceOf(method->options().name));
  if (std::find(services_.begin(), services_.end(), &service) == services_.end()) {
    services_.push_back(&service);
  }
  methods_.push_back(std::move(method));
}

void AsyncServer::AddHealthMethods() {
  using Service = ::grpc::health::v1::Health::AsyncService;
  AddUnary(health_->service(), &Service::RequestCheck,
           HealthMethodOptions("grpc.health.v1.Health/Check", 16),
           [this](std::shared_ptr<Call>, const HealthService::Request& request,
                  UnaryDone<HealthService::Response> done) { health_->Check(request, done); });
  AddServerStream(
      health_->service(), &Service::RequestWatch,
      HealthMethodOptions("grpc.health.v1.Health/Watch", 64),
      [this](std::shared_ptr<HealthService::Stream> stream, const HealthService::Request& request) {
        health_->Watch(std::move(stream), request);
      });
}

void AsyncServer::Configure(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(options_.max_message_bytes);
  builder.SetMaxSendMessageSize(options_.max_message_bytes);
  builder.SetResourceQuota(
      grpc::ResourceQuota("fusionhub_server").Resize(options_.memory_quota_bytes));
  const std::pair<const char*, int> arguments[] = {
      {GRPC_ARG_MAX_CONCURRENT_STREAMS, options_.max_streams_per_connection},
      {GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, ToMilliseconds(options_.handshake_timeout)},
      {GRPC_ARG_MAX_CONNECTION_AGE_MS, ToMilliseconds(options_.max_connection_age)},
      {GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, ToMilliseconds(options_.max_connection_age_grace)},
      {GRPC_ARG_KEEPALIVE_TIME_MS, ToMilliseconds(options_.keepalive_interval)},
      {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, ToMilliseconds(options_.keepalive_timeout)},
      {GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1},
      {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 20000},
      {GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2},
      {GRPC_ARG_ALLOW_REUSEPORT, 0},
  };
  for (const auto& [name, value] : arguments) builder.AddChannelArgument(name, value);
  for (grpc::Service* service : services_) builder.RegisterService(service);
}

absl::Status AsyncServer::Start() {
  if (server_ || !options_.credentials) {
    return absl::FailedPreconditionError(
        "the server needs credentials, and can be started only once");
  }
  FUSIONHUB_ASSIGN_OR_RETURN(acceptor_, Acceptor::Listen(options_.acceptor));
  grpc::ServerBuilder builder;
  Configure(builder);
  connections_ = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
      options_.credentials);
  queues_ = std::make_unique<CompletionQueues>(builder, options_.completion_queues);
  server_ = builder.BuildAndStart();
  if (!server_) {
    return absl::InternalError("gRPC did not start the server; its own log says why");
  }
  PostPlaces();
  queues_->Start();
  acceptor_->Start([this](int fd) { HandOver(*connections_, fd); }, options_.on_refused_connection);
  return absl::OkStatus();
}

void AsyncServer::PostPlaces() {
  size_t next = 0;
  for (const std::unique_ptr<AsyncMethod>& method : methods_) {
    for (int i = 0; i < method->options().max_in_flight; ++i) {
      method->Post(registry_, queues_->at(next++ % queues_->size()));
    }
  }
}

int AsyncServer::port() const { return acceptor_ ? acceptor_->port() : 0; }

void AsyncServer::SetServing(bool serving) { health_->SetServing(serving); }

void AsyncServer::CancelCallsOf(const std::function<bool(const Peer&)>& revoked) {
  for (const std::shared_ptr<AsyncCall>& call : registry_->InFlight()) {
    if (revoked(call->peer_identity())) call->TryCancel();
  }
}

size_t AsyncServer::calls_in_flight() const { return registry_->in_flight(); }

void AsyncServer::Shutdown(absl::Duration grace) {
  health_->Stop();
  if (acceptor_) acceptor_->Stop();
  registry_->Close();
  if (!server_) return;
  server_->Shutdown(std::chrono::system_clock::now() +
                    absl::ToChronoMilliseconds(std::min(grace, absl::Hours(1))));
  // Every call has been cancelled or has ended, and its done event is on its way: after the last
  // one no operation is begun any more, which is when the queues may go.
  registry_->WaitUntilEmpty();
  queues_->Shutdown();
}

}  // namespace fusionhub::rpc
