// Reads FUSIONHUB_FAILPOINTS at every call: only test builds contain this file's code.
#include "base/failpoint.h"

#ifdef FUSIONHUB_FAILPOINTS_ENABLED

#include <signal.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace fusionhub {
namespace {

absl::Status Act(absl::string_view name, absl::string_view action) {
  if (action == "error") {
    return absl::InternalError(absl::StrCat("failpoint '", name, "' asked for an error"));
  }
  if (action == "kill") raise(SIGKILL);
  uint32_t milliseconds = 0;
  if (absl::ConsumePrefix(&action, "delay:") && absl::SimpleAtoi(action, &milliseconds)) {
    absl::SleepFor(absl::Milliseconds(milliseconds));
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("FUSIONHUB_FAILPOINTS: '", name,
                                                 "' has the action '", action,
                                                 "'; write error, kill or delay:<milliseconds>"));
}

}  // namespace

absl::Status Failpoint(absl::string_view name) {
  const char* text = std::getenv("FUSIONHUB_FAILPOINTS");
  if (text == nullptr) return absl::OkStatus();
  for (const absl::string_view part : absl::StrSplit(text, ';', absl::SkipWhitespace())) {
    const std::pair<absl::string_view, absl::string_view> setting =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    if (setting.first == name) return Act(name, setting.second);
  }
  return absl::OkStatus();
}

}  // namespace fusionhub

#endif  // FUSIONHUB_FAILPOINTS_ENABLED
