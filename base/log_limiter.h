// How many lines of one event the log lets through, with time as an argument.
#ifndef FUSIONHUB_BASE_LOG_LIMITER_H_
#define FUSIONHUB_BASE_LOG_LIMITER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "base/mutex.h"

namespace fusionhub {

// Thread-safe. Events beyond `max_events` share one allowance, so that memory stays bounded.
class LogLimiter {
 public:
  LogLimiter(size_t lines_per_second, size_t max_events)
      : lines_per_second_(lines_per_second), max_events_(max_events) {}

  // How many lines of `event` were suppressed since the last one let through, or nullopt when this
  // one is suppressed too. `second` counts seconds on a steady clock.
  std::optional<uint64_t> Admit(absl::string_view event, int64_t second) FUSIONHUB_EXCLUDES(mu_);

 private:
  struct Window {
    int64_t second = 0;
    size_t lines = 0;
    uint64_t suppressed = 0;
  };

  const size_t lines_per_second_;
  const size_t max_events_;
  Mutex mu_;
  std::map<std::string, Window, std::less<>> windows_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_LOG_LIMITER_H_
