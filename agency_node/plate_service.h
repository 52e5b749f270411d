// Answers plate lookups (both steps) and releases alerts, from the agency's own reads.
#ifndef FUSIONHUB_AGENCY_NODE_PLATE_SERVICE_H_
#define FUSIONHUB_AGENCY_NODE_PLATE_SERVICE_H_

#include <optional>
#include <string>

#include "agency_node/data_service.h"
#include "alpr_ingest/read_store.h"

namespace fusionhub::agency_node {

// Step one gives a summary and a line per read without place or image; step two gives one read.
// Thread-safe.
class PlateService final : public DataService {
 public:
  explicit PlateService(const alpr_ingest::ReadStore& reads) : reads_(reads) {}
  absl::string_view data() const override { return "plate_reads"; }
  absl::StatusOr<Found> Search(const v1::Query& query, const std::string& hit_id,
                               absl::Time now) const override;

 private:
  absl::StatusOr<Found> Index(const v1::PlateIndexLookup& lookup, absl::Time now) const;
  absl::StatusOr<Found> Detail(const v1::PlateDetailLookup& lookup, absl::Time now) const;

  const alpr_ingest::ReadStore& reads_;
};

// Releases the alert of one hit, once the hub has brought a ticket for it. Thread-safe.
class AlertReleaseService final : public DataService {
 public:
  explicit AlertReleaseService(const alpr_ingest::ReadStore& reads) : reads_(reads) {}
  absl::string_view data() const override { return "plate_alerts"; }
  absl::StatusOr<Found> Search(const v1::Query& query, const std::string& hit_id,
                               absl::Time now) const override;
  // The category of the hotlist entry that the hit is about; nullopt if there is no such
  // hit of the last hour.
  std::optional<std::string> CategoryOf(const std::string& hit_id, absl::Time now) const;

 private:
  const alpr_ingest::ReadStore& reads_;
};

}  // namespace fusionhub::agency_node

#endif  // FUSIONHUB_AGENCY_NODE_PLATE_SERVICE_H_
