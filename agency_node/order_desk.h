// Takes work orders from the tunnel, has each judged, searched and answered, and sends the signed
// answer.
#ifndef FUSIONHUB_AGENCY_NODE_ORDER_DESK_H_
#define FUSIONHUB_AGENCY_NODE_ORDER_DESK_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "agency_node/answer_writer.h"
#include "agency_node/data_service.h"
#include "agency_node/metrics.h"
#include "agency_node/owner_guard.h"
#include "audit/answer_batcher.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/random.h"
#include "base/worker_pool.h"

namespace fusionhub::agency_node {

// Thread-safe.
class OrderDesk {
 public:
  struct Parts {
    std::string agency;
    std::string node;
    std::string policy_digest;
    const OwnerGuard& guard;
    std::vector<const DataService*> services;
    audit::AnswerBatcher& batcher;
    WorkerPool& pool;
    const Clock& clock;
    Random& random;
    NodeMetrics& metrics;
    // Queues the bytes of a SignedAnswer for the hub.
    std::function<absl::Status(std::string bytes)> send;
    // The category of the hotlist entry that a hit is about; nullopt if there is no such hit.
    std::function<std::optional<std::string>(const std::string& hit_id)> hit_category;
  };
  explicit OrderDesk(Parts parts) : parts_(std::move(parts)) {}

  // Takes one order. Never blocks: past the pool's bound the order is refused as busy. Bytes that
  // are not an order are dropped and counted.
  void Take(const std::string& bytes);
  // The hub waits no longer for this query.
  void Cancel(const std::string& query_id) FUSIONHUB_EXCLUDES(mu_);
  uint32_t in_flight() const { return in_flight_; }

 private:
  void Serve(const v1::WorkOrder& order, absl::Time arrived);
  v1::Answer AnswerTo(const v1::WorkOrder& order);
  v1::Answer SearchFor(const v1::WorkOrder& order, const GuardedOrder& guarded,
                       const AnswerHead& head);
  AnswerHead HeadOf(const v1::WorkOrder& order) const;
  void SignAndSend(v1::Answer answer, absl::string_view data, absl::Time arrived);
  bool Cancelled(const std::string& query_id) FUSIONHUB_EXCLUDES(mu_);

  const Parts parts_;
  std::atomic<uint32_t> in_flight_ = 0;
  Mutex mu_;
  // Orders in hand; a cancel for any other is nothing to remember.
  std::set<std::string> open_ FUSIONHUB_GUARDED_BY(mu_);
  std::set<std::string> cancelled_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub::agency_node

#endif  // FUSIONHUB_AGENCY_NODE_ORDER_DESK_H_
