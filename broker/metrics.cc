// Declares the broker's metric families.
#include "broker/metrics.h"

namespace fusionhub::broker {
namespace {

double Seconds(absl::Duration duration) { return absl::ToDoubleSeconds(duration); }

}  // namespace

BrokerMetrics::BrokerMetrics(Metrics& metrics, const std::vector<std::string>& agencies)
    : rpcs_(metrics.Counters("fusionhub_rpc_server_requests_total",
                             "Calls served, by method and code.")),
      rpc_seconds_(metrics.Histograms("fusionhub_rpc_server_duration_seconds",
                                      "How long calls took, by method.")),
      queries_(metrics.Counters("fusionhub_queries_total", "Questions ended, by outcome.")),
      owner_outcomes_(metrics.Counters("fusionhub_owner_outcomes_total",
                                       "What became of owners' parts of questions.")),
      fanout_seconds_(metrics.Histograms("fusionhub_fanout_owner_duration_seconds",
                                         "From the question's arrival to one owner's result.")),
      refusals_(metrics.Counters("fusionhub_refusals_total",
                                 "Refusals by the first clause that they cite.")),
      differences_(metrics.Counters("fusionhub_decision_differences_total",
                                    "Hub permitted, owner refused, on the same policy: an alarm.")),
      bad_answers_(metrics.Counters("fusionhub_bad_answers_total",
                                    "Answers of nodes that were not accepted, by reason.")),
      not_a_person_(metrics.Counters("fusionhub_unidentified_calls_total",
                                     "Calls refused for want of a valid person, by reason.")),
      admission_(metrics.Counters("fusionhub_admission_rejected_total",
                                  "Calls or connections turned away at a limit, by reason.")),
      alerts_(metrics.Counters("fusionhub_alerts_total", "Alerts released, by the read's owner.")),
      hits_(metrics.Counters("fusionhub_hit_notices_total",
                             "Hotlist hits that nodes gave notice of.")),
      tunnels_(metrics.Gauges("fusionhub_tunnel_connected", "1 while the node's tunnel is open.")),
      tunnel_pending_(metrics.Gauges("fusionhub_tunnel_pending_bytes",
                                     "Bytes that wait to be sent to the node.")),
      tls_reloads_(metrics.Counters("fusionhub_tls_reload_total",
                                    "Reloads of the certificate files, by result.")) {
  query_seconds_ = &metrics
                        .Histograms("fusionhub_query_duration_seconds",
                                    "From a question's arrival to its close.")
                        .Add({}, Metrics::LatencyBuckets());
  queries_in_flight_ =
      &metrics.Gauges("fusionhub_queries_in_flight", "Questions not closed yet.").Add({});
  log_size_ = &metrics
                   .Gauges("fusionhub_audit_log_entries",
                           "Entries of the audit log under a signed checkpoint.")
                   .Add({});
  log_queue_ = &metrics
                    .Gauges("fusionhub_audit_queue_entries",
                            "Entries that wait to be committed to the audit log.")
                    .Add({});
  watchers_ = &metrics.Gauges("fusionhub_alert_watchers", "Alert subscriptions in force.").Add({});
  certificate_expiry_ = &metrics
                             .Gauges("fusionhub_tls_certificate_expiry_timestamp_seconds",
                                     "When this server's certificate expires, in Unix time.")
                             .Add({});
  log_append_ = &metrics
                     .Histograms("fusionhub_audit_append_duration_seconds",
                                 "From handing an entry to the log to its signed checkpoint.")
                     .Add({}, Metrics::LatencyBuckets());
  for (const char* outcome : {"answered", "partial", "refused", "held", "failed"}) {
    queries_.Add({{"outcome", outcome}});
  }
  for (const std::string& agency : agencies) {
    differences_.Add({{"agency", agency}});
    alerts_.Add({{"agency", agency}});
    hits_.Add({{"agency", agency}});
  }
  for (const char* result : {"ok", "failed"}) tls_reloads_.Add({{"result", result}});
}

void BrokerMetrics::RpcFinished(absl::string_view method, absl::string_view code,
                                absl::Duration took) {
  rpcs_.Add({{"method", std::string(method)}, {"code", std::string(code)}}).Increment();
  rpc_seconds_.Add({{"method", std::string(method)}}, Metrics::LatencyBuckets())
      .Observe(Seconds(took));
}

void BrokerMetrics::QueryEnded(absl::string_view outcome, absl::Duration took) {
  queries_.Add({{"outcome", std::string(outcome)}}).Increment();
  query_seconds_->Observe(Seconds(took));
}

void BrokerMetrics::OwnerEnded(const std::string& agency, absl::string_view outcome,
                               absl::Duration took) {
  owner_outcomes_.Add({{"agency", agency}, {"outcome", std::string(outcome)}}).Increment();
  fanout_seconds_.Add({{"agency", agency}}, Metrics::LatencyBuckets()).Observe(Seconds(took));
}

void BrokerMetrics::Refused(const std::string& clause) {
  refusals_.Add({{"clause", clause.empty() ? "none" : clause}}).Increment();
}

void BrokerMetrics::DecisionsDiffer(const std::string& agency) {
  differences_.Add({{"agency", agency}}).Increment();
}

void BrokerMetrics::BadAnswer(const std::string& agency, absl::string_view reason) {
  bad_answers_.Add({{"agency", agency}, {"reason", std::string(reason)}}).Increment();
}

void BrokerMetrics::NotAPerson(absl::string_view reason) {
  not_a_person_.Add({{"reason", reason.empty() ? "OTHER" : std::string(reason)}}).Increment();
}

void BrokerMetrics::Admission(absl::string_view reason) {
  admission_.Add({{"reason", std::string(reason)}}).Increment();
}

void BrokerMetrics::AlertSent(const std::string& agency) {
  alerts_.Add({{"agency", agency}}).Increment();
}

void BrokerMetrics::HitNotice(const std::string& agency) {
  hits_.Add({{"agency", agency}}).Increment();
}

prometheus::Gauge& BrokerMetrics::TunnelConnected(const std::string& agency,
                                                  const std::string& node) {
  return tunnels_.Add({{"agency", agency}, {"node", node}});
}

prometheus::Gauge& BrokerMetrics::TunnelPendingBytes(const std::string& agency,
                                                     const std::string& node) {
  return tunnel_pending_.Add({{"agency", agency}, {"node", node}});
}

void BrokerMetrics::TlsReload(absl::string_view result) {
  tls_reloads_.Add({{"result", std::string(result)}}).Increment();
}

}  // namespace fusionhub::broker
