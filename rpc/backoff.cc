// Exponential back-off with full jitter.
#include "rpc/backoff.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "absl/types/span.h"

namespace fusionhub::rpc {

absl::Duration Backoff::Next() {
  failures_ = std::min(failures_ + 1, 30);
  const absl::Duration ceiling = std::min(options_.max, options_.min * std::ldexp(1.0, failures_));
  std::array<uint8_t, 8> bytes;
  random_.Fill(absl::MakeSpan(bytes));
  uint64_t drawn = 0;
  std::memcpy(&drawn, bytes.data(), sizeof(drawn));
  const double fraction = std::ldexp(static_cast<double>(drawn >> 11), -53);  // [0, 1)
  return options_.min + (ceiling - options_.min) * fraction;
}

}  // namespace fusionhub::rpc
