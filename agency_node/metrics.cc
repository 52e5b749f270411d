// Declares the node's metric families.
#include "agency_node/metrics.h"

#include <algorithm>
#include <string>

namespace fusionhub::agency_node {

NodeMetrics::NodeMetrics(Metrics& metrics)
    : orders_(metrics.Counters("fusionhub_node_orders_total",
                               "Work orders ended, by kind of data and outcome.")),
      order_seconds_(metrics.Histograms("fusionhub_node_order_duration_seconds",
                                        "From a work order's arrival to its signed answer.")),
      checkpoints_(metrics.Counters("fusionhub_node_checkpoints_total",
                                    "Checkpoints of the hub's log that came, by result.")),
      reads_(
          metrics.Counters("fusionhub_plate_reads_total", "Plate reads that came in, by result.")),
      hits_(metrics.Counters("fusionhub_hotlist_hits_total",
                             "Reads that hit a hotlist entry which may alert, by category.")),
      tls_reloads_(metrics.Counters("fusionhub_tls_reload_total",
                                    "Reloads of the certificate files, by result.")) {
  tunnel_connected_ =
      &metrics.Gauges("fusionhub_node_tunnel_connected", "1 while the tunnel to the hub is open.")
           .Add({});
  kept_log_size_ = &metrics
                        .Gauges("fusionhub_node_kept_log_entries",
                                "Size of the newest checkpoint that this node keeps.")
                        .Add({});
  hotlist_entries_ =
      &metrics.Gauges("fusionhub_hotlist_entries", "Entries of all hotlists in use.").Add({});
  certificate_expiry_ = &metrics
                             .Gauges("fusionhub_tls_certificate_expiry_timestamp_seconds",
                                     "When this node's certificate expires, in Unix time.")
                             .Add({});
  for (const char* result :
       {"cosigned", "bad_signature", "bad_proof", "smaller", "different_root"}) {
    checkpoints_.Add({{"result", result}});
  }
  for (const char* result : {"ok", "failed"}) tls_reloads_.Add({{"result", result}});
}

void NodeMetrics::OrderEnded(absl::string_view data, absl::string_view outcome,
                             absl::Duration took) {
  const std::string kind = data.empty() ? "none" : std::string(data);
  orders_.Add({{"data", kind}, {"outcome", std::string(outcome)}}).Increment();
  order_seconds_.Add({{"data", kind}}, Metrics::LatencyBuckets())
      .Observe(absl::ToDoubleSeconds(took));
}

void NodeMetrics::Checkpoint(absl::string_view result) {
  checkpoints_.Add({{"result", std::string(result)}}).Increment();
}

void NodeMetrics::Reach(prometheus::Family<prometheus::Counter>& family, const MetricLabels& labels,
                        uint64_t total) {
  prometheus::Counter& counter = family.Add(labels);
  counter.Increment(std::max(0.0, static_cast<double>(total) - counter.Value()));
}

void NodeMetrics::SetReads(const alpr_ingest::IngestCounters& counters) {
  Reach(reads_, {{"result", "accepted"}}, counters.reads_accepted);
  Reach(reads_, {{"result", "duplicate"}}, counters.reads_duplicate);
  for (size_t i = 0; i < alpr_ingest::kRejectReasonCount; ++i) {
    const auto reason = static_cast<alpr_ingest::RejectReason>(i);
    Reach(reads_, {{"result", std::string(alpr_ingest::RejectReasonWord(reason))}},
          counters.rejected(reason));
  }
  for (const absl::string_view category : alpr_ingest::HotlistCategories()) {
    Reach(hits_, {{"category", std::string(category)}}, counters.hits(category));
  }
}

void NodeMetrics::TlsReload(absl::string_view result) {
  tls_reloads_.Add({{"result", std::string(result)}}).Increment();
}

}  // namespace fusionhub::agency_node
