// Held questions and what became of them (ALPR-6). The question itself stays sealed in the log; the
// book keeps where.
#ifndef FUSIONHUB_BROKER_HOLD_BOOK_H_
#define FUSIONHUB_BROKER_HOLD_BOOK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/random.h"
#include "crypto/digest.h"
#include "storage/store.h"

namespace fusionhub::broker {

struct HoldRecord {
  std::string hold_id;  // "H-" and 16 hexadecimal digits
  std::string owner;    // agency whose approver decides
  std::string requester_agency;
  crypto::Digest question_digest;  // an authorisation must name it
  uint64_t question_index = 0;     // log entry whose sealed payload has the question
  absl::Time held_at;
  absl::Time lapses_at;
  std::string state;  // "waiting", "granted", "denied"
  // Log entry that decided it. When granted, its sealed payload has the authorisation: an
  // approver's words do not lie open in the store.
  std::optional<uint64_t> decision_index;
};

// Thread-safe; durable in `store`, which must outlive it and have the family "holds". Bounded: an
// owner has at most kMaxWaiting holds that wait.
class HoldBook {
 public:
  static constexpr absl::string_view kFamily = "holds";
  static constexpr size_t kMaxWaiting = 1000;

  HoldBook(storage::Store& store, Random& random) : store_(store), random_(random) {}

  // A fresh id.
  std::string NewId();
  // RESOURCE_EXHAUSTED when the owner has too many that wait.
  absl::Status Add(const HoldRecord& record) FUSIONHUB_EXCLUDES(mu_);
  // NOT_FOUND if there is none.
  absl::StatusOr<HoldRecord> Find(const std::string& hold_id) const;
  // Those of one owner that have not lapsed, oldest first.
  absl::StatusOr<std::vector<HoldRecord>> OfOwner(const std::string& owner, absl::Time now) const;
  // FAILED_PRECONDITION unless it waits and has not lapsed.
  absl::Status Decide(const std::string& hold_id, const std::string& state, uint64_t decision_index,
                      absl::Time now) FUSIONHUB_EXCLUDES(mu_);
  // Drops those that lapsed a day ago or earlier; returns how many.
  absl::StatusOr<size_t> Prune(absl::Time now) FUSIONHUB_EXCLUDES(mu_);

 private:
  absl::Status Put(const HoldRecord& record) FUSIONHUB_REQUIRES(mu_);

  storage::Store& store_;
  Random& random_;
  Mutex mu_;
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_HOLD_BOOK_H_
