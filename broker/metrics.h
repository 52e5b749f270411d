// Every metric of the broker (docs/metrics.md). Labels come from closed sets: words of the code,
// clause citations and agency ids of the policy.
#ifndef FUSIONHUB_BROKER_METRICS_H_
#define FUSIONHUB_BROKER_METRICS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/metrics.h"

namespace fusionhub::broker {

// Thread-safe.
class BrokerMetrics {
 public:
  // Every series that can be known beforehand exists at zero from the start.
  BrokerMetrics(Metrics& metrics, const std::vector<std::string>& agencies);

  void RpcFinished(absl::string_view method, absl::string_view code, absl::Duration took);
  // `outcome`: "answered", "partial", "refused", "held", "failed".
  void QueryEnded(absl::string_view outcome, absl::Duration took);
  // `outcome`: the code of the owner's log entry.
  void OwnerEnded(const std::string& agency, absl::string_view outcome, absl::Duration took);
  void Refused(const std::string& clause);
  // The hub's decision and the owner's differ on the same policy.
  void DecisionsDiffer(const std::string& agency);
  // `reason`: a closed word, see CheckAnswerFits; "late_or_unasked" for answers nobody waits for.
  void BadAnswer(const std::string& agency, absl::string_view reason);
  // `reason`: a word of identity/reasons.h or query/signed_query.h.
  void NotAPerson(absl::string_view reason);
  void Admission(absl::string_view reason);
  void AlertSent(const std::string& agency);
  void HitNotice(const std::string& agency);

  prometheus::Gauge& queries_in_flight() { return *queries_in_flight_; }
  prometheus::Gauge& log_size() { return *log_size_; }
  prometheus::Gauge& log_queue() { return *log_queue_; }
  prometheus::Gauge& watchers() { return *watchers_; }
  prometheus::Gauge& certificate_expiry() { return *certificate_expiry_; }
  prometheus::Histogram& log_append() { return *log_append_; }
  prometheus::Gauge& TunnelConnected(const std::string& agency, const std::string& node);
  prometheus::Gauge& TunnelPendingBytes(const std::string& agency, const std::string& node);
  void TlsReload(absl::string_view result);

 private:
  prometheus::Family<prometheus::Counter>& rpcs_;
  prometheus::Family<prometheus::Histogram>& rpc_seconds_;
  prometheus::Family<prometheus::Counter>& queries_;
  prometheus::Histogram* query_seconds_;
  prometheus::Family<prometheus::Counter>& owner_outcomes_;
  prometheus::Family<prometheus::Histogram>& fanout_seconds_;
  prometheus::Family<prometheus::Counter>& refusals_;
  prometheus::Family<prometheus::Counter>& differences_;
  prometheus::Family<prometheus::Counter>& bad_answers_;
  prometheus::Family<prometheus::Counter>& not_a_person_;
  prometheus::Family<prometheus::Counter>& admission_;
  prometheus::Family<prometheus::Counter>& alerts_;
  prometheus::Family<prometheus::Counter>& hits_;
  prometheus::Family<prometheus::Gauge>& tunnels_;
  prometheus::Family<prometheus::Gauge>& tunnel_pending_;
  prometheus::Family<prometheus::Counter>& tls_reloads_;
  prometheus::Gauge* queries_in_flight_;
  prometheus::Gauge* log_size_;
  prometheus::Gauge* log_queue_;
  prometheus::Gauge* watchers_;
  prometheus::Gauge* certificate_expiry_;
  prometheus::Histogram* log_append_;
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_METRICS_H_
