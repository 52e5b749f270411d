// prometheus-cpp behind our names; its exceptions end here.
#include "base/metrics.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <prometheus/text_serializer.h>

#include <exception>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/log.h"

namespace fusionhub {
namespace {

// A family is declared once, with a constant name: a name that Prometheus refuses is our bug.
template <typename Builder>
auto& Register(Builder builder, const std::string& name, const std::string& help,
               prometheus::Registry& registry) {
  try {
    return builder.Name(name).Help(help).Register(registry);
  } catch (const std::exception& e) {
    Fatal("metric_invalid", absl::StrCat("cannot declare the metric '", name, "': ", e.what()));
  }
}

bool IsLoopbackHost(const std::string& host) {
  in_addr v4;
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  absl::string_view bare = host;
  if (!absl::ConsumePrefix(&bare, "[") || !absl::ConsumeSuffix(&bare, "]")) return false;
  in6_addr v6;
  return inet_pton(AF_INET6, std::string(bare).c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool IsLoopbackAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos) return false;
  const std::string port_text = address.substr(colon + 1);
  int port = 0;
  const bool digits = !port_text.empty() && port_text.size() <= 5 &&
                      port_text.find_first_not_of("0123456789") == std::string::npos;
  return digits && absl::SimpleAtoi(port_text, &port) && port <= 65535 &&
         IsLoopbackHost(address.substr(0, colon));
}

}  // namespace

Metrics::Metrics() : registry_(std::make_shared<prometheus::Registry>()) {}

prometheus::Family<prometheus::Counter>& Metrics::Counters(const std::string& name,
                                                           const std::string& help) {
  return Register(prometheus::BuildCounter(), name, help, *registry_);
}

prometheus::Family<prometheus::Gauge>& Metrics::Gauges(const std::string& name,
                                                       const std::string& help) {
  return Register(prometheus::BuildGauge(), name, help, *registry_);
}

prometheus::Family<prometheus::Histogram>& Metrics::Histograms(const std::string& name,
                                                               const std::string& help) {
  return Register(prometheus::BuildHistogram(), name, help, *registry_);
}

prometheus::Histogram::BucketBoundaries Metrics::LatencyBuckets() {
  return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
}

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(registry_->Collect());
}

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Start(const std::string& address,
                                                                        const Metrics& metrics) {
  if (!IsLoopbackAddress(address)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the metrics address '", address,
                     "' is not on loopback; write 127.0.0.1:<port> or [::1]:<port>"));
  }
  std::unique_ptr<MetricsEndpoint> endpoint(new MetricsEndpoint);
  try {
    endpoint->exposer_ = std::make_unique<prometheus::Exposer>(address);
    endpoint->exposer_->RegisterCollectable(metrics.registry());
    const auto ports = endpoint->exposer_->GetListeningPorts();
    if (!ports.empty()) endpoint->port_ = ports.front();
  } catch (const std::exception& e) {
    return absl::UnavailableError(
        absl::StrCat("cannot serve metrics at ", address, ": ", e.what(),
                     "; is the port taken, or IPv6 missing? Try another, or 127.0.0.1"));
  }
  return endpoint;
}

}  // namespace fusionhub
