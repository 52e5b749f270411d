// One node's open tunnel, as the query pipeline uses it.
#ifndef FUSIONHUB_BROKER_NODE_SESSION_H_
#define FUSIONHUB_BROKER_NODE_SESSION_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "audit/log.h"
#include "base/mutex.h"
#include "broker/node_link.h"
#include "rpc/tunnel_session.h"

namespace fusionhub::broker {

// Thread-safe.
class NodeSession final : public NodeLink {
 public:
  static constexpr size_t kMaxOrders = 1024;  // in hand at once

  // `log_size` is the checkpoint that the node said it keeps. `log` outlives the session.
  NodeSession(NodeFacts facts, std::shared_ptr<rpc::TunnelSession> tunnel, audit::Log& log,
              uint64_t log_size);

  const NodeFacts& facts() const override { return facts_; }
  absl::Status SendOrder(v1::WorkOrder order, uint64_t intent_index, OnAnswer on_answer) override
      FUSIONHUB_EXCLUDES(mu_, send_mu_);
  void Cancel(const std::string& query_id) override FUSIONHUB_EXCLUDES(mu_);
  absl::Status SendShare(const v1::HotlistShare& share) override;
  absl::Status WantShare(const std::string& recipient) override;
  absl::Status ConfirmHit(const std::string& hit_id) override;
  void Close(absl::string_view reason, absl::Duration reconnect_after) override;
  uint64_t cosigned_size() const override FUSIONHUB_EXCLUDES(mu_);

  // Hands an answer to whoever waits for it. False when nobody does: late, sent twice, or never
  // asked for.
  bool Deliver(v1::SignedAnswer answer) FUSIONHUB_EXCLUDES(mu_);
  // Takes the node's cosignature into the log's checkpoint.
  absl::Status Cosigned(const v1::Cosignature& cosignature) FUSIONHUB_EXCLUDES(mu_);
  // Sends the log's newest checkpoint if the node has not had it, so that owners see the log grow
  // (and cosign it) also when they are not asked.
  absl::Status SendNewestCheckpoint() FUSIONHUB_EXCLUDES(send_mu_);
  // The tunnel is gone: everybody who waits is told so.
  void Closed() FUSIONHUB_EXCLUDES(mu_);

  size_t pending_bytes() const { return tunnel_->pending_bytes(); }

 private:
  absl::Status BringUpTo(uint64_t size) FUSIONHUB_REQUIRES(send_mu_);
  absl::Status Prove(uint64_t intent_index, v1::WorkOrder& order) FUSIONHUB_REQUIRES(send_mu_);

  const NodeFacts facts_;
  const std::shared_ptr<rpc::TunnelSession> tunnel_;
  audit::Log& log_;

  // Keeps checkpoint frames in the order of their sizes, and each order behind the checkpoint it
  // relies on. Taken before mu_, never after.
  Mutex send_mu_;
  uint64_t sent_size_ FUSIONHUB_GUARDED_BY(send_mu_);

  mutable Mutex mu_;
  std::map<std::string, OnAnswer> waiting_ FUSIONHUB_GUARDED_BY(mu_);  // by query id
  uint64_t cosigned_size_ FUSIONHUB_GUARDED_BY(mu_) = 0;
  bool closed_ FUSIONHUB_GUARDED_BY(mu_) = false;
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_NODE_SESSION_H_
