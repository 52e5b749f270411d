// Keeping a connection alive: dial, serve, wait, dial again.
#include "rpc/tunnel_client.h"

#include <chrono>
#include <utility>

#include "rpc/tunnel_connection.h"

namespace fusionhub::rpc {
namespace {

// A connection that lived this long was good: the next one need not wait. Shorter ones count as
// failures, so that two processes with one certificate do not supersede each other at full speed.
constexpr absl::Duration kGoodLife = absl::Seconds(10);

}  // namespace

TunnelClient::TunnelClient(TunnelClientOptions options, TunnelClientCallbacks callbacks,
                           Random& random)
    : options_(std::move(options)), callbacks_(std::move(callbacks)), random_(random) {}

TunnelClient::~TunnelClient() { Stop(); }

void TunnelClient::Start() {
  thread_ = std::thread([this] { Run(); });
}

void TunnelClient::Stop() {
  std::shared_ptr<Connection> connection;
  {
    MutexLock lock(mu_);
    stopping_ = true;
    connection = connection_;
    wake_.NotifyAll();
  }
  if (connection) connection->Cancel();
  if (thread_.joinable()) thread_.join();
}

void TunnelClient::Run() {
  Backoff backoff(options_.backoff, random_);
  while (true) {
    absl::Duration asked;
    const absl::Duration lived = RunConnection(asked);
    if (lived >= kGoodLife) backoff.Reset();
    if (!WaitBeforeRetry(asked + backoff.Next())) return;
  }
}

absl::Duration TunnelClient::RunConnection(absl::Duration& asked) {
  auto connection = std::make_shared<Connection>(options_, callbacks_);
  {
    MutexLock lock(mu_);
    if (stopping_) return absl::ZeroDuration();
    connection_ = connection;
  }
  const absl::Status ended = connection->Run();
  {
    MutexLock lock(mu_);
    connection_ = nullptr;
    if (connection->welcomed()) ++finished_;
  }
  if (callbacks_.on_disconnected) callbacks_.on_disconnected(ended);
  asked = connection->reconnect_after();
  return connection->lived();
}

bool TunnelClient::WaitBeforeRetry(absl::Duration wait) {
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(wait);
  MutexLock lock(mu_);
  while (!stopping_) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= until) return true;
    wake_.WaitFor(mu_, absl::FromChrono(until - now));
  }
  return false;
}

std::shared_ptr<TunnelClient::Connection> TunnelClient::Current() const {
  MutexLock lock(mu_);
  return connection_;
}

absl::Status TunnelClient::Send(v1::ChunkKind kind, std::string bytes) {
  const std::shared_ptr<Connection> connection = Current();
  if (!connection) return absl::UnavailableError("the tunnel is not connected");
  return connection->Send(kind, std::move(bytes));
}

absl::Status TunnelClient::SendControl(v1::ConnectRequest frame) {
  const std::shared_ptr<Connection> connection = Current();
  if (!connection) return absl::UnavailableError("the tunnel is not connected");
  return connection->SendControl(std::move(frame));
}

bool TunnelClient::connected() const {
  const std::shared_ptr<Connection> connection = Current();
  return connection && connection->welcomed();
}

uint64_t TunnelClient::connections() const {
  MutexLock lock(mu_);
  return finished_ + (connection_ && connection_->welcomed() ? 1 : 0);
}

}  // namespace fusionhub::rpc
