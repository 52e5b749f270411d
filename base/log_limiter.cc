// A fixed window of one second per event.
#include "base/log_limiter.h"

#include <utility>

namespace fusionhub {
namespace {

constexpr absl::string_view kOtherEvents = "";

}  // namespace

std::optional<uint64_t> LogLimiter::Admit(absl::string_view event, int64_t second) {
  MutexLock lock(mu_);
  auto found = windows_.find(event);
  if (found == windows_.end()) {
    const absl::string_view name = windows_.size() < max_events_ ? event : kOtherEvents;
    found = windows_.try_emplace(std::string(name)).first;
  }
  Window& window = found->second;
  if (window.second != second) {
    window.second = second;
    window.lines = 0;
  }
  if (window.lines >= lines_per_second_) {
    ++window.suppressed;
    return std::nullopt;
  }
  ++window.lines;
  return std::exchange(window.suppressed, 0);
}

}  // namespace fusionhub
