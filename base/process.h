// What a server process does at its beginning and end.
#ifndef FUSIONHUB_BASE_PROCESS_H_
#define FUSIONHUB_BASE_PROCESS_H_

#include <string>

#include "absl/status/status.h"

namespace fusionhub {

// Exit codes of the servers.
inline constexpr int kExitOk =
    0;  // drained after SIGTERM or SIGINT, or --check-config found nothing
inline constexpr int kExitStartFailed = 1;  // a file, key, port or store is not usable
inline constexpr int kExitUsage = 2;        // bad flags
inline constexpr int kExitBadConfig = 3;    // configuration or policy documents have mistakes

// Call first in main, before any thread: no core dumps (they would hold personal data), SIGPIPE
// ignored, SIGTERM and SIGINT blocked in this and all later threads for WaitForStop.
absl::Status PrepareProcess();

// Blocks until SIGTERM or SIGINT.
void WaitForStop();

// Writes the ports that a server listens on as a JSON object, for scripts that let it choose.
// Nothing when `path` is empty.
absl::Status WritePortFile(const std::string& path, const std::string& json);

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_PROCESS_H_
