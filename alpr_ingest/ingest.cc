// From a webhook body to a durable read: parse, drop fields, match, store, count.
#include "alpr_ingest/ingest.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "crypto/digest.h"

namespace fusionhub::alpr_ingest {
namespace {

constexpr size_t kReadRefBytes = 16;

// What the sender of a read is told about an error of the store.
FeedError StoreError(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kResourceExhausted:
      return {RejectReason::kQueueFull, "the node", std::string(status.message())};
    case absl::StatusCode::kOutOfRange:
      return {RejectReason::kTooOld, "the read's time", std::string(status.message())};
    case absl::StatusCode::kInvalidArgument:
      return {RejectReason::kBadField, "the read", std::string(status.message())};
    default:
      // No detail: paths and states of the node's disk are not the camera's business.
      return {RejectReason::kStorage, "the node",
              "the read could not be written; send it again later"};
  }
}

}  // namespace

Ingest::Ingest(IngestOptions options, const HitMatcher& matcher, const HotlistBook& book,
               ReadStore& store, Random& random, IngestCounters& counters, OnHit on_hit)
    : options_(std::move(options)),
      matcher_(matcher),
      book_(book),
      store_(store),
      random_(random),
      counters_(counters),
      on_hit_(std::move(on_hit)) {}

FeedReply Ingest::HandleRekor(absl::string_view body, absl::Time now) {
  RekorResult result = ParseRekorGroup(body, options_.rekor, now);
  if (auto* error = std::get_if<FeedError>(&result)) {
    counters_.CountRejected(error->reason);
    return *std::move(error);
  }
  if (const auto* ack = std::get_if<RekorAck>(&result)) {
    const bool heartbeat = ack->kind == RekorAck::Kind::kHeartbeat;
    ++(heartbeat ? counters_.heartbeats : counters_.previews);
    return FeedAccepted{heartbeat ? FeedAccepted::Kind::kHeartbeat : FeedAccepted::Kind::kPreview,
                        {}};
  }
  auto& rekor = std::get<RekorRead>(result);
  counters_.images_dropped += rekor.warnings.size();
  FeedReply reply = HandleRead(std::move(rekor.read), now);
  if (auto* accepted = std::get_if<FeedAccepted>(&reply)) {
    accepted->warnings = std::move(rekor.warnings);
  }
  return reply;
}

FeedReply Ingest::HandleRead(PlateRead read, absl::Time now) {
  options_.fields.Apply(read);
  read.read_ref = crypto::ToHex(random_.Bytes(kReadRefBytes));
  std::vector<Hit> hits = matcher_.Match(read, *book_.Current(), now);
  const absl::StatusOr<AppendResult> stored = store_.Append(read, std::move(hits), now);
  if (!stored.ok()) {
    FeedError error = StoreError(stored.status());
    counters_.CountRejected(error.reason);
    return error;
  }
  if (stored->duplicate) {
    ++counters_.reads_duplicate;
    return FeedAccepted{FeedAccepted::Kind::kDuplicate, {}};
  }
  ++counters_.reads_accepted;
  for (const Hit& hit : stored->hits) {
    counters_.CountHit(hit.category);
    if (on_hit_) on_hit_(hit);
  }
  return FeedAccepted{FeedAccepted::Kind::kStored, {}};
}

}  // namespace fusionhub::alpr_ingest
