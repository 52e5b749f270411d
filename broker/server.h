// The broker as a whole: its parts in the order in which they depend on each other.
#ifndef FUSIONHUB_BROKER_SERVER_H_
#define FUSIONHUB_BROKER_SERVER_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/timer.h"
#include "base/worker_pool.h"
#include "broker/alert_desk.h"
#include "broker/approval_service.h"
#include "broker/audit_service.h"
#include "broker/config.h"
#include "broker/hotlist_relay.h"
#include "broker/node_gateway.h"
#include "broker/query_service.h"
#include "broker/status_service.h"
#include "rpc/async_server.h"
#include "rpc/tls.h"

namespace fusionhub::broker {

// What the broker reads before it opens anything: documents and keys.
struct BrokerInputs {
  std::shared_ptr<const policy::Policy> policy;
  std::unique_ptr<identity::IssuerDirectory> issuers;
  std::unique_ptr<crypto::Ed25519PrivateKey> log_key;
  std::unique_ptr<crypto::Ed25519PrivateKey> statement_key;
};
// Also what --check-config does. Errors say which file and what to do.
absl::StatusOr<BrokerInputs> LoadInputs(const Config& config);

// Not thread-safe.
class Server {
 public:
  // Opens everything and serves. `decide` is policy::Decide in the product (see DecideFn).
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Config& config, BrokerInputs inputs,
                                                       const Clock& clock, DecideFn decide);
  // Drains and stops.
  ~Server();

  int grpc_port() const { return server_->port(); }
  int metrics_port() const { return metrics_endpoint_->port(); }
  // Health says NOT_SERVING, nodes and clients are told, what is in progress ends, the log closes
  // last.
  void Drain();

 private:
  Server(const Config& config, BrokerInputs inputs, const Clock& clock);
  absl::Status OpenLog();
  absl::Status OpenTls();
  void MakeServices(DecideFn decide);
  absl::Status Listen();
  void Housekeep();

  const Config config_;
  const BrokerInputs inputs_;
  const Clock& clock_;
  SystemRandom random_;
  Metrics registry_;
  BrokerMetrics metrics_;
  std::unique_ptr<rpc::TlsIdentity> tls_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<audit::Log> log_;
  NodeRegistry nodes_;
  std::unique_ptr<TimerQueue> timers_;
  std::unique_ptr<WorkerPool> pool_;
  std::unique_ptr<HoldBook> holds_;
  identity::ReplayGuard replays_;
  std::unique_ptr<CourseParts> course_;
  std::unique_ptr<QuestionIntake> intake_;
  std::unique_ptr<UnidentifiedCalls> unidentified_;
  std::unique_ptr<NodeGateway> gateway_;
  std::unique_ptr<QueryService> queries_;
  std::unique_ptr<ApprovalService> approvals_;
  std::unique_ptr<AlertDesk> alerts_;
  std::unique_ptr<HotlistRelay> relay_;
  std::unique_ptr<StatusService> status_;
  std::unique_ptr<AuditService> audit_;
  std::unique_ptr<rpc::AsyncServer> server_;
  std::unique_ptr<MetricsEndpoint> metrics_endpoint_;
  bool drained_ = false;
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_SERVER_H_
