// ApprovalService: what waits for an agency's approvers, and their word on it.
#ifndef FUSIONHUB_BROKER_APPROVAL_SERVICE_H_
#define FUSIONHUB_BROKER_APPROVAL_SERVICE_H_

#include <memory>
#include <string>

#include "audit/log.h"
#include "base/clock.h"
#include "base/worker_pool.h"
#include "broker/hold_book.h"
#include "broker/question_intake.h"
#include "broker/unidentified_calls.h"
#include "fusionhub/v1/admin.grpc.pb.h"
#include "policy/policy.h"
#include "rpc/async_server.h"

namespace fusionhub::broker {

// Thread-safe. Outlives the server that it is registered with.
class ApprovalService {
 public:
  struct Parts {
    audit::Log& log;
    HoldBook& holds;
    QuestionIntake& intake;
    UnidentifiedCalls& unidentified;
    const policy::Policy& policy;
    WorkerPool& pool;
    const Clock& clock;
  };
  explicit ApprovalService(const Parts& parts) : parts_(parts) {}
  void RegisterWith(rpc::AsyncServer& server);

 private:
  using Peer = rpc::Peer;

  absl::StatusOr<v1::ListHoldsResponse> List(const v1::ListHoldsRequest& request, const Peer& peer);
  absl::StatusOr<v1::GrantHoldResponse> Grant(const v1::GrantHoldRequest& request,
                                              const Peer& peer);
  absl::StatusOr<v1::DenyHoldResponse> Deny(const v1::DenyHoldRequest& request, const Peer& peer);
  absl::StatusOr<v1::HeldQuestion> Describe(const HoldRecord& hold) const;
  // The hold, if it belongs to the peer's agency; NOT_FOUND otherwise, so that ids say nothing to
  // others.
  absl::StatusOr<HoldRecord> HoldOf(const std::string& hold_id, const Peer& peer) const;
  absl::StatusOr<query::VerifiedQuery> Reviewer(const v1::SignedQuery& signed_query,
                                                const Peer& peer);
  audit::EntryDraft Draft(audit::EntryType type, const HoldRecord& hold) const;

  const Parts parts_;
  v1::ApprovalService::AsyncService service_;
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_APPROVAL_SERVICE_H_
