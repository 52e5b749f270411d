// Answers hotlist checks from the agency's own list.
#ifndef FUSIONHUB_AGENCY_NODE_HOTLIST_SERVICE_H_
#define FUSIONHUB_AGENCY_NODE_HOTLIST_SERVICE_H_

#include <string>

#include "agency_node/data_service.h"
#include "alpr_ingest/hotlist_index.h"

namespace fusionhub::agency_node {

// Thread-safe. Only the agency's own entries: what others shared with it for matching is theirs to
// answer.
class HotlistService final : public DataService {
 public:
  HotlistService(std::string agency, const alpr_ingest::HotlistBook& book)
      : agency_(std::move(agency)), book_(book) {}

  absl::string_view data() const override { return "hotlist_entries"; }
  absl::StatusOr<Found> Search(const v1::Query& query, const std::string& hit_id,
                               absl::Time now) const override;

 private:
  const std::string agency_;
  const alpr_ingest::HotlistBook& book_;
};

// Reads the agency's list from `path` and puts it into the book. Refuses a file that has too many
// broken lines; the report goes to the operational log as counts only.
struct HotlistLoad {
  std::string path;
  std::string agency;
  absl::Duration max_age;
};
absl::Status LoadHotlist(const HotlistLoad& load, absl::Time now, alpr_ingest::HotlistBook& book);

}  // namespace fusionhub::agency_node

#endif  // FUSIONHUB_AGENCY_NODE_HOTLIST_SERVICE_H_
