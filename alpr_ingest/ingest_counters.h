// Counters of the plate feeds, for the node to export. Words come from closed sets; no plate is
// ever counted by name (invariant I11).
#ifndef FUSIONHUB_ALPR_INGEST_INGEST_COUNTERS_H_
#define FUSIONHUB_ALPR_INGEST_INGEST_COUNTERS_H_

#include <array>
#include <atomic>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "alpr_ingest/feed_error.h"
#include "alpr_ingest/hotlist.h"

namespace fusionhub::alpr_ingest {

// Thread-safe. Every counter only grows.
class IngestCounters {
 public:
  static constexpr size_t kMaxCategories = 32;

  std::atomic<uint64_t> reads_accepted{0};
  std::atomic<uint64_t> reads_duplicate{0};
  std::atomic<uint64_t> heartbeats{0};
  std::atomic<uint64_t> previews{0};
  std::atomic<uint64_t> images_dropped{0};  // above the limit

  void CountRejected(RejectReason reason) { Rejected(reason).fetch_add(1, kRelaxed); }
  uint64_t rejected(RejectReason reason) const {
    return rejected_[static_cast<size_t>(reason)].load(kRelaxed);
  }

  // By the entry's category; words outside HotlistCategories() are not counted.
  void CountHit(absl::string_view category) {
    const int i = HotlistCategoryIndex(category);
    if (i >= 0) hits_[static_cast<size_t>(i)].fetch_add(1, kRelaxed);
  }
  uint64_t hits(absl::string_view category) const {
    const int i = HotlistCategoryIndex(category);
    return i < 0 ? 0 : hits_[static_cast<size_t>(i)].load(kRelaxed);
  }

 private:
  static constexpr auto kRelaxed = std::memory_order_relaxed;
  std::atomic<uint64_t>& Rejected(RejectReason reason) {
    return rejected_[static_cast<size_t>(reason)];
  }
  std::array<std::atomic<uint64_t>, kRejectReasonCount> rejected_{};
  std::array<std::atomic<uint64_t>, kMaxCategories> hits_{};
};

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_INGEST_COUNTERS_H_
