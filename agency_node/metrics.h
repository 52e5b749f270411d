// Every metric of the node (docs/metrics.md). Labels come from closed sets.
#ifndef FUSIONHUB_AGENCY_NODE_METRICS_H_
#define FUSIONHUB_AGENCY_NODE_METRICS_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "alpr_ingest/ingest_counters.h"
#include "base/metrics.h"

namespace fusionhub::agency_node {

// Thread-safe.
class NodeMetrics {
 public:
  explicit NodeMetrics(Metrics& metrics);

  // `outcome`: "released", "refused", "held", "cancelled", "busy", "failed".
  void OrderEnded(absl::string_view data, absl::string_view outcome, absl::Duration took);
  // `result`: "cosigned" or a reason of audit::CheckpointKeeper::RefusalReason.
  void Checkpoint(absl::string_view result);
  // Brings the counters of reads and hits up to those of the feed.
  void SetReads(const alpr_ingest::IngestCounters& counters);
  void TlsReload(absl::string_view result);

  prometheus::Gauge& tunnel_connected() { return *tunnel_connected_; }
  prometheus::Gauge& kept_log_size() { return *kept_log_size_; }
  prometheus::Gauge& hotlist_entries() { return *hotlist_entries_; }
  prometheus::Gauge& certificate_expiry() { return *certificate_expiry_; }

 private:
  prometheus::Family<prometheus::Counter>& orders_;
  prometheus::Family<prometheus::Histogram>& order_seconds_;
  prometheus::Family<prometheus::Counter>& checkpoints_;
  void Reach(prometheus::Family<prometheus::Counter>& family, const MetricLabels& labels,
             uint64_t total);

  prometheus::Family<prometheus::Counter>& reads_;
  prometheus::Family<prometheus::Counter>& hits_;
  prometheus::Family<prometheus::Counter>& tls_reloads_;
  prometheus::Gauge* tunnel_connected_;
  prometheus::Gauge* kept_log_size_;
  prometheus::Gauge* hotlist_entries_;
  prometheus::Gauge* certificate_expiry_;
};

}  // namespace fusionhub::agency_node

#endif  // FUSIONHUB_AGENCY_NODE_METRICS_H_
