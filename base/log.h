// Structured operational log: one JSON object per line on stderr, with ts, level, event, msg and
// fields. Never log a person's name, a plate, a case number, an image or policy input (invariant
// I11): fields are closed-set words, numbers, and ids that this product made (query id, node id,
// entry index).
#ifndef FUSIONHUB_BASE_LOG_H_
#define FUSIONHUB_BASE_LOG_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "absl/strings/string_view.h"

namespace fusionhub {

enum class LogLevel { kInfo, kWarn, kError };

struct LogField {
  absl::string_view key;
  std::variant<absl::string_view, int64_t, double, bool> value;
};

// Writes one line. `event` is a snake_case word from a closed set; `msg` says it for a person.
// INFO: a state change, not a request. WARN: someone should look this week. ERROR: page, or our
// bug. Each event is limited to 20 lines a second; how many were suppressed is said on its next
// line. Thread-safe.
void Log(LogLevel level, absl::string_view event, absl::string_view msg,
         std::initializer_list<LogField> fields = {});

// Names this process in every line ("component"), e.g. "broker" or "agency_node".
void SetLogComponent(absl::string_view component);

// Writes `msg` as an ERROR line and aborts. Only for corruption and lost audit entries: bad input,
// bad peers and full disks never abort.
[[noreturn]] void Fatal(absl::string_view event, absl::string_view msg);

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_LOG_H_
