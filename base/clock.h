// The one source of time. Decisions, retention, audit and matching take an absl::Time as an
// argument (invariant I12); only servers and tools hold a Clock.
#ifndef FUSIONHUB_BASE_CLOCK_H_
#define FUSIONHUB_BASE_CLOCK_H_

#include "absl/time/time.h"
#include "base/mutex.h"

namespace fusionhub {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override;
};

// A clock that stands still until a test moves it.
class SimulatedClock final : public Clock {
 public:
  explicit SimulatedClock(absl::Time start) : now_(start) {}
  absl::Time Now() const override;
  void Set(absl::Time now);
  void Advance(absl::Duration by);

 private:
  mutable Mutex mu_;
  absl::Time now_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_CLOCK_H_
