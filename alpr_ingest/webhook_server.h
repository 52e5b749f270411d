// The HTTP server that cameras post to. Only for the owner's own network: plain HTTP, bearer token.
#ifndef FUSIONHUB_ALPR_INGEST_WEBHOOK_SERVER_H_
#define FUSIONHUB_ALPR_INGEST_WEBHOOK_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "alpr_ingest/ingest.h"
#include "alpr_ingest/ingest_counters.h"

namespace fusionhub::alpr_ingest {

// One path that takes JSON by POST.
struct WebhookRoute {
  std::string path = "/v1/reads/rekor";
  // File with the token that the camera sends as "Authorization: Bearer <token>": one line, 16 to
  // 256 characters, not readable by others than its owner and group.
  std::string token_file;
  // Takes the body and returns when the read is durable. Called on many threads at once. Typically
  // [&](absl::string_view body) { return ingest.HandleRekor(body, clock.Now()); }
  std::function<FeedReply(absl::string_view body)> handle;
};

struct WebhookServerOptions {
  std::string address = "127.0.0.1";  // IPv4 or IPv6 literal
  uint16_t port = 0;                  // 0: any free one, see port()
  std::vector<WebhookRoute> routes;
  size_t max_body_bytes = 8u << 20;       // above: 413 before the body is read
  size_t max_buffered_bytes = 64u << 20;  // of all bodies under way together; above: 429
  unsigned max_connections = 64;
  absl::Duration timeout = absl::Seconds(10);  // without a byte: closed
  // What a 429 tells the camera to wait.
  int retry_after_seconds = 1;
  // For GET /healthz: 200 "ok" or 503 "failing". Absent: always ok.
  std::function<bool()> healthy;
};

// Replies:
//   200 {"status":"stored"|"duplicate"|"heartbeat"|"preview","warnings":[...]}, only after the read
//   is durable 4xx and 5xx {"error":word,"where":...,"what":...}; error is a RejectReason's word,
//   or "unauthorized" (401), "not_found" (404), "method_not_allowed" (405),
//   "unsupported_media_type" (415).
// Thread-safe. The destructor stops taking connections, waits for those under way, and returns.
class WebhookServer {
 public:
  // INVALID_ARGUMENT for an address, path or token file that is not right; UNAVAILABLE when the
  // port is taken. `counters` must outlive the server.
  static absl::StatusOr<std::unique_ptr<WebhookServer>> Start(WebhookServerOptions options,
                                                              IngestCounters& counters);
  virtual ~WebhookServer() = default;
  virtual uint16_t port() const = 0;
};

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_WEBHOOK_SERVER_H_
