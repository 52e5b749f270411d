// The agency's own plate reads: the webhook that cameras post to, the store, the hotlist match.
#ifndef FUSIONHUB_AGENCY_NODE_PLATE_FEED_H_
#define FUSIONHUB_AGENCY_NODE_PLATE_FEED_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agency_node/config.h"
#include "agency_node/data_service.h"
#include "agency_node/metrics.h"
#include "alpr_ingest/hit_matcher.h"
#include "alpr_ingest/hotlist_index.h"
#include "alpr_ingest/ingest.h"
#include "alpr_ingest/read_store.h"
#include "alpr_ingest/webhook_server.h"
#include "base/clock.h"
#include "base/random.h"
#include "storage/store.h"

namespace fusionhub::agency_node {

// Works without the hub (I10): reads are stored and matched whether or not the tunnel is open.
// Thread-safe.
class PlateFeed {
 public:
  struct Parts {
    storage::Store& store;
    const alpr_ingest::HotlistBook& hotlists;
    const Clock& clock;
    Random& random;
    NodeMetrics& metrics;
  };
  // A hit is durable; runs on a webhook's thread and must be short.
  using OnHit = std::function<void(const alpr_ingest::Hit&)>;

  // Destroys overdue keys before anything is served.
  static absl::StatusOr<std::unique_ptr<PlateFeed>> Open(const Config& config, const Parts& parts,
                                                         OnHit on_hit);

  // Opens the webhook. `on_hit` may be called before it returns.
  absl::Status Listen();
  // Takes no more reads; cameras are told to come back. Lookups go on.
  void StopListening() { server_ = nullptr; }
  int port() const { return server_->port(); }
  const alpr_ingest::ReadStore& reads() const { return *reads_; }

  // Hits that the hub has not taken yet, oldest first.
  std::vector<alpr_ingest::Hit> PendingHits() const;
  // The hub has taken the notice of this hit.
  void HitTaken(const std::string& hit_id);
  // Destroys what is overdue and brings the metrics up to date. Call it every few seconds.
  void Housekeep();

 private:
  PlateFeed(const Config::Plates& config, const Parts& parts) : config_(config), parts_(parts) {}
  absl::Status OpenStore(const Config& config);
  absl::Status OpenIngest(const Config& config, OnHit on_hit);

  const Config::Plates config_;
  const Parts parts_;
  std::unique_ptr<alpr_ingest::ReadStore> reads_;
  std::optional<alpr_ingest::HitMatcher> matcher_;
  alpr_ingest::IngestCounters counters_;
  std::unique_ptr<alpr_ingest::Ingest> ingest_;
  std::unique_ptr<alpr_ingest::WebhookServer> server_;
};

}  // namespace fusionhub::agency_node

#endif  // FUSIONHUB_AGENCY_NODE_PLATE_FEED_H_
