// What the broker must know or set right again after it was stopped or killed.
#ifndef FUSIONHUB_BROKER_RECOVERY_H_
#define FUSIONHUB_BROKER_RECOVERY_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audit/log.h"
#include "identity/replay_guard.h"

namespace fusionhub::broker {

// Loads the ids of assertions that were used and have not expired, from the sealed payloads of the
// log.
absl::Status LoadUsedAssertions(const audit::Log& log, absl::Time now,
                                identity::ReplayGuard& replays);

// Ends questions that a kill left open, so that every INTENT has its ends and one CLOSE: owners
// without an end get TIMEOUT with the outcome "interrupted". Returns how many questions were ended.
// Looks back two hours from the newest entry, longer than any question lives.
absl::StatusOr<int> EndInterruptedQuestions(audit::Log& log, absl::Time now);

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_RECOVERY_H_
