// Which queries a node has served: each once only, also across restarts (I3).
#ifndef FUSIONHUB_AUDIT_SERVED_QUERIES_H_
#define FUSIONHUB_AUDIT_SERVED_QUERIES_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/store.h"

namespace fusionhub::audit {

// Thread-safe.
class ServedQueries {
 public:
  static constexpr absl::string_view kFamily = "served";

  // `store` must outlive this object.
  static absl::StatusOr<ServedQueries> Open(storage::Store& store);

  // On disk when it returns OK: call it before searching. ALREADY_EXISTS the second time. `expires`
  // is the INTENT's: an order that comes later is refused for that.
  absl::Status MarkServed(absl::string_view query_id, absl::Time expires);
  // Forgets up to `max` queries that expired before `now`; returns how many. Give it a margin for
  // clocks.
  absl::StatusOr<size_t> Prune(absl::Time now, size_t max = 1000);

 private:
  explicit ServedQueries(storage::Store& store) : store_(&store) {}
  storage::Store* store_;
};

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_SERVED_QUERIES_H_
