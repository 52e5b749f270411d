// One request to the webhook server: what of it is gathered, and the JSON of its reply.
#ifndef FUSIONHUB_ALPR_INGEST_WEBHOOK_REQUEST_H_
#define FUSIONHUB_ALPR_INGEST_WEBHOOK_REQUEST_H_

#include <atomic>
#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "alpr_ingest/ingest.h"

namespace fusionhub::alpr_ingest {

// An HTTP reply.
struct WebhookReply {
  int status = 200;
  std::string body;  // JSON
};

WebhookReply ReplyFor(const FeedReply& reply);
// For what is wrong with the request itself.
WebhookReply ErrorReply(int status, absl::string_view error, absl::string_view where,
                        absl::string_view what);
WebhookReply ErrorReply(const FeedError& error);

// The bytes of all bodies under way, bounded. Thread-safe.
class BodyBudget {
 public:
  explicit BodyBudget(size_t limit) : limit_(limit) {}
  // False when `bytes` more are too much.
  bool Take(size_t bytes);
  void GiveBack(size_t bytes) { used_.fetch_sub(bytes); }
  size_t used() const { return used_.load(); }

 private:
  const size_t limit_;
  std::atomic<size_t> used_{0};
};

// A body that arrives in pieces. What is above the limits is counted and thrown away, never kept.
// Thread-compatible.
class BodyCollector {
 public:
  BodyCollector(BodyBudget& budget, size_t max_bytes) : budget_(budget), max_bytes_(max_bytes) {}
  ~BodyCollector();
  BodyCollector(const BodyCollector&) = delete;
  BodyCollector& operator=(const BodyCollector&) = delete;

  void Add(absl::string_view piece);
  const std::string& body() const { return body_; }
  bool too_large() const { return too_large_; }  // above max_bytes
  bool no_room() const { return no_room_; }      // the budget is used up
  // So much was thrown away that the sender is not worth reading any further.
  bool hopeless() const { return discarded_ > kMaxDiscarded; }

 private:
  static constexpr size_t kMaxDiscarded = 64u << 20;
  void Drop();

  BodyBudget& budget_;
  const size_t max_bytes_;
  std::string body_;
  size_t discarded_ = 0;
  bool too_large_ = false;
  bool no_room_ = false;
};

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_WEBHOOK_REQUEST_H_
