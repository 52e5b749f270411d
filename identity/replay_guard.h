// Remembers which assertions were used, so that none is used twice.
#ifndef FUSIONHUB_IDENTITY_REPLAY_GUARD_H_
#define FUSIONHUB_IDENTITY_REPLAY_GUARD_H_

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/mutex.h"

namespace fusionhub::identity {

struct ReplayGuardLimits {
  size_t max_total = 1'000'000;
  size_t max_per_agency = 200'000;  // so that one agency cannot lock out the others
};

// Ids of used assertions until they have expired, and a margin longer for clocks that are set back.
// In memory only: the broker writes each id into the INTENT entry before it answers, and loads them
// again at start. Thread-safe.
class ReplayGuard {
 public:
  explicit ReplayGuard(ReplayGuardLimits limits = {}) : limits_(limits) {}

  // Marks the assertion as used. ALREADY_EXISTS (reason ASSERTION_REPLAYED) when it was used
  // before, RESOURCE_EXHAUSTED when too many are remembered: then nothing is accepted until some
  // have expired.
  absl::Status Use(absl::string_view agency, absl::string_view assertion_id, absl::Time expires_at,
                   absl::Time now);
  // Remembers an id from the log. One that has expired, or is known already, is passed over.
  absl::Status Load(absl::string_view agency, absl::string_view assertion_id, absl::Time expires_at,
                    absl::Time now);
  size_t size() const;

 private:
  using Key = std::pair<std::string, std::string>;  // agency, assertion id

  absl::Status Insert(Key key, absl::Time expires_at, absl::Time now) FUSIONHUB_REQUIRES(mu_);
  void DropExpired(absl::Time now) FUSIONHUB_REQUIRES(mu_);

  const ReplayGuardLimits limits_;
  mutable Mutex mu_;
  std::set<Key> used_ FUSIONHUB_GUARDED_BY(mu_);
  std::multimap<absl::Time, Key> by_expiry_ FUSIONHUB_GUARDED_BY(mu_);
  std::map<std::string, size_t, std::less<>> per_agency_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_REPLAY_GUARD_H_
