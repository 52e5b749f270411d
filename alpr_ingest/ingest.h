// From a webhook body to a durable read: parse, drop fields, match, store, count.
#ifndef FUSIONHUB_ALPR_INGEST_INGEST_H_
#define FUSIONHUB_ALPR_INGEST_INGEST_H_

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "alpr_ingest/feed_error.h"
#include "alpr_ingest/hit_matcher.h"
#include "alpr_ingest/hotlist_index.h"
#include "alpr_ingest/ingest_counters.h"
#include "alpr_ingest/read.h"
#include "alpr_ingest/read_store.h"
#include "alpr_ingest/rekor_webhook.h"
#include "base/random.h"

namespace fusionhub::alpr_ingest {

// The message was taken in.
struct FeedAccepted {
  enum class Kind { kStored, kDuplicate, kHeartbeat, kPreview };
  Kind kind = Kind::kStored;
  std::vector<std::string> warnings;
};
using FeedReply = std::variant<FeedAccepted, FeedError>;

struct IngestOptions {
  RekorOptions rekor;
  FieldPolicy fields = FieldPolicy::UsePlan();
};

// Thread-safe. What it refers to must outlive it.
class Ingest {
 public:
  // Called after a hit is durable, on the webhook's thread; must be short. The outbox holds the hit
  // until it is acknowledged, so a call that is lost in a crash is only late.
  using OnHit = std::function<void(const Hit&)>;

  Ingest(IngestOptions options, const HitMatcher& matcher, const HotlistBook& book,
         ReadStore& store, Random& random, IngestCounters& counters, OnHit on_hit);

  // One body of a Rekor webhook. When it returns FeedAccepted, the read is on disk.
  FeedReply HandleRekor(absl::string_view body, absl::Time now);

  // A read from any other parser, fields not yet dropped, read_ref empty.
  FeedReply HandleRead(PlateRead read, absl::Time now);

 private:
  const IngestOptions options_;
  const HitMatcher& matcher_;
  const HotlistBook& book_;
  ReadStore& store_;
  Random& random_;
  IngestCounters& counters_;
  const OnHit on_hit_;
};

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_INGEST_H_
