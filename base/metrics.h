// Prometheus metrics, served as text on a loopback address. Labels come from closed sets only:
// agency and node ids, outcomes, clauses; never a person, plate or case (invariant I11).
#ifndef FUSIONHUB_BASE_METRICS_H_
#define FUSIONHUB_BASE_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace fusionhub {

using MetricLabels = std::map<std::string, std::string>;

// A registry of families. Each component declares its families in one header,
// <component>/metrics.h, and documents them in docs/metrics.md. Thread-safe.
class Metrics {
 public:
  Metrics();
  prometheus::Family<prometheus::Counter>& Counters(const std::string& name,
                                                    const std::string& help);
  prometheus::Family<prometheus::Gauge>& Gauges(const std::string& name, const std::string& help);
  prometheus::Family<prometheus::Histogram>& Histograms(const std::string& name,
                                                        const std::string& help);
  // Bounds for latencies in seconds: 0.5 ms to 30 s.
  static prometheus::Histogram::BucketBoundaries LatencyBuckets();

  // The exposition text, as a scrape returns it.
  std::string Text() const;

  const std::shared_ptr<prometheus::Registry>& registry() const { return registry_; }

 private:
  std::shared_ptr<prometheus::Registry> registry_;
};

// Serves `metrics` at http://<address>/metrics until destroyed. INVALID_ARGUMENT unless the address
// is on loopback ("127.0.0.1:9464", "[::1]:9464"): the endpoint has no authentication.
class MetricsEndpoint {
 public:
  static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> Start(const std::string& address,
                                                                const Metrics& metrics);
  // The port that listens, also when 0 was asked for.
  int port() const { return port_; }

 private:
  MetricsEndpoint() = default;
  std::unique_ptr<prometheus::Exposer> exposer_;
  int port_ = 0;
};

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_METRICS_H_
