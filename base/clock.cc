// The machine's clock and the simulated one.
#include "base/clock.h"

#include "absl/time/clock.h"

namespace fusionhub {

absl::Time SystemClock::Now() const { return absl::Now(); }

absl::Time SimulatedClock::Now() const {
  MutexLock lock(mu_);
  return now_;
}

void SimulatedClock::Set(absl::Time now) {
  MutexLock lock(mu_);
  now_ = now;
}

void SimulatedClock::Advance(absl::Duration by) {
  MutexLock lock(mu_);
  now_ += by;
}

}  // namespace fusionhub
