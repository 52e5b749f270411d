// AuditService: the log over gRPC, for clients that are already connected.
#ifndef FUSIONHUB_BROKER_AUDIT_SERVICE_H_
#define FUSIONHUB_BROKER_AUDIT_SERVICE_H_

#include "audit/log.h"
#include "base/worker_pool.h"
#include "fusionhub/v1/audit.grpc.pb.h"
#include "rpc/async_server.h"

namespace fusionhub::broker {

// Thread-safe. Outlives the server that it is registered with.
class AuditService {
 public:
  AuditService(const audit::Log& log, WorkerPool& pool) : log_(log), pool_(pool) {}
  void RegisterWith(rpc::AsyncServer& server);

 private:
  absl::StatusOr<v1::ListEntriesResponse> ListEntries(const v1::ListEntriesRequest& request) const;
  absl::StatusOr<v1::GetConsistencyProofResponse> ConsistencyProof(
      const v1::GetConsistencyProofRequest& request) const;

  const audit::Log& log_;
  WorkerPool& pool_;
  v1::AuditService::AsyncService service_;
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_AUDIT_SERVICE_H_
