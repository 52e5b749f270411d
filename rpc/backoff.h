// How long to wait before the next attempt: exponential, with full jitter, so that nodes do not
// come back in step after the broker restarts.
#ifndef FUSIONHUB_RPC_BACKOFF_H_
#define FUSIONHUB_RPC_BACKOFF_H_

#include "absl/time/time.h"
#include "base/random.h"

namespace fusionhub::rpc {

struct BackoffOptions {
  absl::Duration min = absl::Milliseconds(200);
  absl::Duration max = absl::Seconds(30);
};

// Thread-compatible.
class Backoff {
 public:
  Backoff(const BackoffOptions& options, Random& random) : options_(options), random_(random) {}

  // After the n-th failure in a row: between `min` and min * 2^n, at most `max`, evenly spread.
  absl::Duration Next();
  // The last attempt was good.
  void Reset() { failures_ = 0; }

 private:
  const BackoffOptions options_;
  Random& random_;
  int failures_ = 0;
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_BACKOFF_H_
