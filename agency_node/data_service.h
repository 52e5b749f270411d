// One kind of data that a node can answer from.
#ifndef FUSIONHUB_AGENCY_NODE_DATA_SERVICE_H_
#define FUSIONHUB_AGENCY_NODE_DATA_SERVICE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "fusionhub/v1/query.pb.h"
#include "policy/release_gate.h"

namespace fusionhub::agency_node {

// A record as the agency keeps it, before the decision drops fields.
struct FoundRecord {
  std::vector<std::pair<std::string, std::string>> fields;  // names from the vocabulary
  policy::RecordAttributes attributes;
};

struct Found {
  std::vector<FoundRecord> records;
  std::string engine;               // face comparisons: what made them
  std::vector<std::string> labels;  // e.g. that the engine may not be used operationally
};

// Thread-safe. Searching never changes what is searched (I5).
class DataService {
 public:
  virtual ~DataService() = default;
  // The policy's word, e.g. "hotlist_entries".
  virtual absl::string_view data() const = 0;
  // Answers `query`; `hit_id` names the hit of an alert. INVALID_ARGUMENT when the question itself
  // cannot be answered (no face in the probe): its text goes to the requester and says what to do.
  // Other errors are the node's own trouble and are not shown.
  virtual absl::StatusOr<Found> Search(const v1::Query& query, const std::string& hit_id,
                                       absl::Time now) const = 0;
};

}  // namespace fusionhub::agency_node

#endif  // FUSIONHUB_AGENCY_NODE_DATA_SERVICE_H_
