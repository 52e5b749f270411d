// Serves AuditService.
#include "broker/audit_service.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"

namespace fusionhub::broker {
namespace {

constexpr uint32_t kMaxEntries = 256;
// A leaf is at most 12 KiB; a response stays well under the 4 MiB of a message.
static_assert(kMaxEntries * 12 * 1024 < 4 * 1024 * 1024);

rpc::MethodOptions Method(const char* name) {
  rpc::MethodOptions options;
  options.name = std::string("fusionhub.v1.AuditService/") + name;
  options.max_in_flight = 64;
  return options;
}

// Runs `work` on the pool and hands its result to `done`.
template <typename Response, typename Work>
void OnPool(WorkerPool& pool, std::shared_ptr<rpc::Call> call, rpc::UnaryDone<Response> done,
            Work work) {
  const absl::Status queued =
      pool.Submit([call = std::move(call), done, work = std::move(work)] { done(work()); });
  if (!queued.ok()) done(absl::ResourceExhaustedError("the hub is busy; try again in a moment"));
}

}  // namespace

void AuditService::RegisterWith(rpc::AsyncServer& server) {
  using Service = v1::AuditService::AsyncService;
  server.AddUnary(service_, &Service::RequestGetCheckpoint, Method("GetCheckpoint"),
                  rpc::UnaryHandler<v1::GetCheckpointRequest, v1::GetCheckpointResponse>(
                      [this](const std::shared_ptr<rpc::Call>&, const v1::GetCheckpointRequest&,
                             const rpc::UnaryDone<v1::GetCheckpointResponse>& done) {
                        v1::GetCheckpointResponse response;
                        response.set_note(log_.LatestCheckpoint().note);
                        done(std::move(response));
                      }));
  server.AddUnary(
      service_, &Service::RequestListEntries, Method("ListEntries"),
      rpc::UnaryHandler<v1::ListEntriesRequest, v1::ListEntriesResponse>(
          [this](const std::shared_ptr<rpc::Call>& call, const v1::ListEntriesRequest& request,
                 const rpc::UnaryDone<v1::ListEntriesResponse>& done) {
            OnPool(pool_, call, done, [this, request] { return ListEntries(request); });
          }));
  server.AddUnary(
      service_, &Service::RequestGetConsistencyProof, Method("GetConsistencyProof"),
      rpc::UnaryHandler<v1::GetConsistencyProofRequest, v1::GetConsistencyProofResponse>(
          [this](const std::shared_ptr<rpc::Call>& call,
                 const v1::GetConsistencyProofRequest& request,
                 const rpc::UnaryDone<v1::GetConsistencyProofResponse>& done) {
            OnPool(pool_, call, done, [this, request] { return ConsistencyProof(request); });
          }));
}

absl::StatusOr<v1::ListEntriesResponse> AuditService::ListEntries(
    const v1::ListEntriesRequest& request) const {
  if (request.count() < 1 || request.count() > kMaxEntries) {
    return absl::InvalidArgumentError("count must be 1 to 256");
  }
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<std::string> leaves,
                             log_.Leaves(request.first(), request.count()));
  v1::ListEntriesResponse response;
  for (const std::string& leaf : leaves) response.add_leaves(leaf);
  return response;
}

absl::StatusOr<v1::GetConsistencyProofResponse> AuditService::ConsistencyProof(
    const v1::GetConsistencyProofRequest& request) const {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<audit::Digest> proof,
                             log_.ConsistencyProof(request.from_size(), request.to_size()));
  v1::GetConsistencyProofResponse response;
  for (const audit::Digest& digest : proof) response.add_proof(crypto::ToString(digest));
  return response;
}

}  // namespace fusionhub::broker
