// Watches alerts: subscribes, renews the subscription while it runs, and shows what hits.
#ifndef FUSIONHUB_HUBCTL_WATCH_H_
#define FUSIONHUB_HUBCTL_WATCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "hubctl/exit_code.h"
#include "hubctl/run_question.h"
#include "hubctl/session.h"

namespace fusionhub::hubctl {

struct WatchOptions {
  QuestionOptions question;
  std::vector<std::string> categories;
  uint32_t count = 0;    // end after so many alerts; 0: never
  uint32_t seconds = 0;  // end after so long; 0: never
};

// kDone when `count` alerts came or, without a count, the time is over; kRefused when the
// subscription is refused; kError when the time is over before `count`.
ExitCode RunWatch(Session& session, const WatchOptions& options);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_WATCH_H_
