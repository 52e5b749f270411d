// Calls without a valid person: counted per certificate, and in the log as one summary entry a
// minute, so that a flood of refusals cannot grow the log without bound (architecture.md, "Refusal
// flood").
#ifndef FUSIONHUB_BROKER_UNIDENTIFIED_CALLS_H_
#define FUSIONHUB_BROKER_UNIDENTIFIED_CALLS_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "audit/log.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "broker/metrics.h"

namespace fusionhub::broker {

// Thread-safe.
class UnidentifiedCalls {
 public:
  static constexpr absl::Duration kWindow = absl::Minutes(1);
  static constexpr size_t kMaxCertificates = 1024;  // beyond, they share one count

  UnidentifiedCalls(audit::Log& log, const Clock& clock, BrokerMetrics& metrics)
      : log_(log), clock_(clock), metrics_(metrics) {}

  // Refuses one call with `refusal`. The first of a certificate in a minute is in the log before
  // `done` is called; the others are counted and go into the minute's summary. `done` gets
  // `refusal`, or UNAVAILABLE when the log cannot be written.
  void Refuse(const std::string& spiffe_id, absl::Status refusal,
              std::function<void(absl::Status)> done) FUSIONHUB_EXCLUDES(mu_);

  // Logs the counts of minutes that have passed. Call it every few seconds.
  void Flush() FUSIONHUB_EXCLUDES(mu_);

 private:
  struct Count {
    absl::Time window_start;
    uint32_t unlogged = 0;
  };
  audit::EntryDraft Draft(const std::string& spiffe_id, uint32_t count, absl::string_view reason);

  audit::Log& log_;
  const Clock& clock_;
  BrokerMetrics& metrics_;
  Mutex mu_;
  std::map<std::string, Count> counts_ FUSIONHUB_GUARDED_BY(mu_);  // by SPIFFE id
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_UNIDENTIFIED_CALLS_H_
