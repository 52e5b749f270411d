// Writes log lines as JSON with one write(2) each, so that lines of several threads never mix.
#include "base/log.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/log_limiter.h"
#include "base/mutex.h"

namespace fusionhub {
namespace {

constexpr size_t kLinesPerSecond = 20;
constexpr size_t kMaxEvents = 1024;

// The log is the process's one stderr, hence the one state that is not passed in.
struct LogState {
  LogLimiter limiter{kLinesPerSecond, kMaxEvents};
  Mutex mu;
  std::string component FUSIONHUB_GUARDED_BY(mu);
};

LogState& State() {
  static LogState* state = new LogState;  // never destroyed: destructors of others may log
  return *state;
}

absl::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

nlohmann::ordered_json ValueOf(const LogField& field) {
  return std::visit(
      [](const auto& value) -> nlohmann::ordered_json {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, absl::string_view>) {
          return std::string(value);
        } else {
          return value;
        }
      },
      field.value);
}

void WriteLine(LogLevel level, absl::string_view event, absl::string_view msg, uint64_t suppressed,
               std::initializer_list<LogField> fields) {
  nlohmann::ordered_json line;
  line["ts"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone());
  line["level"] = std::string(LevelName(level));
  {
    MutexLock lock(State().mu);
    if (!State().component.empty()) line["component"] = State().component;
  }
  line["event"] = std::string(event);
  line["msg"] = std::string(msg);
  if (suppressed > 0) line["suppressed"] = suppressed;
  for (const LogField& field : fields) {
    line.emplace(std::string(field.key), ValueOf(field));  // never replaces a key above
  }
  const std::string text = absl::StrCat(
      line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace), "\n");
  // A log that cannot be written must not stop the service: the audit log is what may not be lost.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
}

int64_t SteadySecond() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

}  // namespace

void Log(LogLevel level, absl::string_view event, absl::string_view msg,
         std::initializer_list<LogField> fields) {
  const std::optional<uint64_t> suppressed = State().limiter.Admit(event, SteadySecond());
  if (suppressed.has_value()) WriteLine(level, event, msg, *suppressed, fields);
}

void SetLogComponent(absl::string_view component) {
  MutexLock lock(State().mu);
  State().component = std::string(component);
}

void Fatal(absl::string_view event, absl::string_view msg) {
  WriteLine(LogLevel::kError, event, msg, 0, {});
  std::abort();
}

}  // namespace fusionhub
