// Sends work orders and checkpoints down a node's tunnel and hands its answers on.
#include "broker/node_session.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace fusionhub::broker {

NodeSession::NodeSession(NodeFacts facts, std::shared_ptr<rpc::TunnelSession> tunnel,
                         audit::Log& log, uint64_t log_size)
    : facts_(std::move(facts)), tunnel_(std::move(tunnel)), log_(log), sent_size_(log_size) {}

absl::Status NodeSession::BringUpTo(uint64_t size) {
  if (sent_size_ >= size) return absl::OkStatus();
  const audit::PublishedCheckpoint newest = log_.LatestCheckpoint();
  v1::ConnectResponse response;
  v1::CheckpointFrame& frame = *response.mutable_checkpoint();
  frame.set_note(newest.note);
  frame.set_from_size(sent_size_);
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<audit::Digest> proof,
                             log_.ConsistencyProof(sent_size_, newest.size));
  for (const audit::Digest& digest : proof) frame.add_consistency_proof(crypto::ToString(digest));
  FUSIONHUB_RETURN_IF_ERROR(tunnel_->SendControl(std::move(response)));
  sent_size_ = newest.size;
  return absl::OkStatus();
}

absl::Status NodeSession::Prove(uint64_t intent_index, v1::WorkOrder& order) {
  FUSIONHUB_RETURN_IF_ERROR(BringUpTo(intent_index + 1));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<audit::Digest> proof,
                             log_.InclusionProof(intent_index, sent_size_));
  for (const audit::Digest& digest : proof) {
    order.mutable_intent()->add_proof(crypto::ToString(digest));
  }
  order.set_checkpoint_size(sent_size_);
  return absl::OkStatus();
}

absl::Status NodeSession::SendOrder(v1::WorkOrder order, uint64_t intent_index,
                                    OnAnswer on_answer) {
  const std::string query_id = order.query_id();
  {
    MutexLock lock(mu_);
    if (closed_) return absl::UnavailableError("the node's connection has ended");
    if (waiting_.size() >= kMaxOrders) {
      return absl::ResourceExhaustedError("the node has too many work orders in hand");
    }
    waiting_[query_id] = std::move(on_answer);
  }
  absl::Status sent;
  {
    MutexLock lock(send_mu_);
    sent = Prove(intent_index, order);
    if (sent.ok()) {
      sent = tunnel_->Send(v1::CHUNK_KIND_WORK_ORDER, order.SerializeAsString()).status();
    }
  }
  if (sent.ok()) return absl::OkStatus();
  MutexLock lock(mu_);
  // If it is gone already, Closed() has told its waiter.
  return waiting_.erase(query_id) > 0 ? sent : absl::OkStatus();
}

void NodeSession::Cancel(const std::string& query_id) {
  {
    MutexLock lock(mu_);
    if (waiting_.erase(query_id) == 0) return;
  }
  v1::ConnectResponse response;
  response.mutable_cancel()->set_query_id(query_id);
  // A node that cannot be told works in vain; its answer is dropped when it comes.
  tunnel_->SendControl(std::move(response)).IgnoreError();
}

absl::Status NodeSession::SendShare(const v1::HotlistShare& share) {
  return tunnel_->Send(v1::CHUNK_KIND_HOTLIST_SHARE, share.SerializeAsString()).status();
}

absl::Status NodeSession::WantShare(const std::string& recipient) {
  v1::ConnectResponse response;
  response.mutable_share_wanted()->set_recipient(recipient);
  return tunnel_->SendControl(std::move(response));
}

absl::Status NodeSession::ConfirmHit(const std::string& hit_id) {
  v1::ConnectResponse response;
  response.mutable_hit_taken()->set_hit_id(hit_id);
  return tunnel_->SendControl(std::move(response));
}

void NodeSession::Close(absl::string_view reason, absl::Duration reconnect_after) {
  tunnel_->Close(reason, reconnect_after);
}

uint64_t NodeSession::cosigned_size() const {
  MutexLock lock(mu_);
  return cosigned_size_;
}

bool NodeSession::Deliver(v1::SignedAnswer answer) {
  OnAnswer on_answer;
  {
    MutexLock lock(mu_);
    const auto it = waiting_.find(answer.answer().query_id());
    if (it == waiting_.end()) return false;
    on_answer = std::move(it->second);
    waiting_.erase(it);
  }
  on_answer(std::move(answer));
  return true;
}

absl::Status NodeSession::Cosigned(const v1::Cosignature& cosignature) {
  FUSIONHUB_RETURN_IF_ERROR(
      log_.AddCosignature(cosignature.log_size(), cosignature.signature_line(), facts_.spiffe_id));
  MutexLock lock(mu_);
  cosigned_size_ = std::max(cosigned_size_, cosignature.log_size());
  return absl::OkStatus();
}

absl::Status NodeSession::SendNewestCheckpoint() {
  MutexLock lock(send_mu_);
  return BringUpTo(log_.LatestCheckpoint().size);
}

void NodeSession::Closed() {
  std::map<std::string, OnAnswer> waiting;
  {
    MutexLock lock(mu_);
    closed_ = true;
    std::swap(waiting, waiting_);
  }
  for (auto& [query_id, on_answer] : waiting) {
    on_answer(absl::UnavailableError("the node's connection ended before it answered"));
  }
}

}  // namespace fusionhub::broker
