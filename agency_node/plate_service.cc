// Looks reads up and writes them as records.
#include "agency_node/plate_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "alpr_ingest/plate_state.h"
#include "base/status_macros.h"
#include "query/plate.h"
#include "query/timestamp.h"

namespace fusionhub::agency_node {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string Rfc3339(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone());
}

// Place, time, reader, image and what the comparison needs; what the owner does not store is empty
// and left out.
Fields FieldsOf(const alpr_ingest::PlateRead& read) {
  Fields fields = {{"captured_at", Rfc3339(read.captured_at)},
                   {"confidence", absl::StrFormat("%.1f", read.confidence)},
                   {"plate", read.plate},
                   {"reader", read.reader},
                   {"state", read.state}};
  if (read.latitude && read.longitude) {
    fields.emplace_back("latitude", absl::StrFormat("%.6f", *read.latitude));
    fields.emplace_back("longitude", absl::StrFormat("%.6f", *read.longitude));
  }
  if (!read.image.empty()) fields.emplace_back("image", read.image);
  if (!read.vehicle.empty()) fields.emplace_back("vehicle", read.vehicle);
  return fields;
}

// An alert is for now. Older hits are found by lookups, which have terms of their own.
constexpr absl::Duration kMaxAlertAge = absl::Hours(1);

std::string Words(absl::Duration age) {
  const int64_t minutes = absl::ToInt64Minutes(age);
  if (minutes < 60) return absl::StrCat(minutes, " min");
  if (minutes < 48 * 60) return absl::StrCat(minutes / 60, " h ", minutes % 60, " min");
  return absl::StrCat(minutes / (24 * 60), " days");
}

}  // namespace

absl::StatusOr<Found> PlateService::Search(const v1::Query& query, const std::string& hit_id,
                                           absl::Time now) const {
  return query.has_plate_index() ? Index(query.plate_index(), now)
                                 : Detail(query.plate_detail(), now);
}

absl::StatusOr<Found> PlateService::Index(const v1::PlateIndexLookup& lookup,
                                          absl::Time now) const {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string plate,
                             query::NormalisePlateText(lookup.plate().text()));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string state,
                             query::NormaliseState(lookup.plate().state()));
  FUSIONHUB_ASSIGN_OR_RETURN(const absl::Time from, query::FromProto(lookup.from()));
  FUSIONHUB_ASSIGN_OR_RETURN(const absl::Time to, query::FromProto(lookup.to()));
  FUSIONHUB_ASSIGN_OR_RETURN(const alpr_ingest::IndexAnswer index,
                             reads_.Index(plate, state, from, to, now));
  Found found;
  if (index.count == 0) return found;
  FoundRecord summary;
  summary.attributes.recorded_at = index.last_seen;
  summary.fields = {{"count", absl::StrCat(index.count)},
                    {"first_read_at", Rfc3339(index.first_seen)},
                    {"last_read_at", Rfc3339(index.last_seen)}};
  found.records.push_back(std::move(summary));
  for (const alpr_ingest::IndexLine& line : index.lines) {
    FoundRecord record;
    record.attributes.recorded_at = line.captured_at;
    record.fields = {{"captured_at", Rfc3339(line.captured_at)}, {"read_ref", line.read_ref}};
    found.records.push_back(std::move(record));
  }
  return found;
}

absl::StatusOr<Found> PlateService::Detail(const v1::PlateDetailLookup& lookup,
                                           absl::Time now) const {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string plate,
                             query::NormalisePlateText(lookup.plate().text()));
  const absl::StatusOr<alpr_ingest::PlateRead> read = reads_.Detail(lookup.read_ref(), plate, now);
  Found found;
  if (absl::IsNotFound(read.status())) return found;  // gone, or never here: nothing is found
  FUSIONHUB_RETURN_IF_ERROR(read.status());
  FoundRecord record;
  record.attributes.recorded_at = read->captured_at;
  record.fields = FieldsOf(*read);
  record.fields.emplace_back("read_ref", read->read_ref);
  found.records.push_back(std::move(record));
  return found;
}

absl::StatusOr<Found> AlertReleaseService::Search(const v1::Query& query, const std::string& hit_id,
                                                  absl::Time now) const {
  FUSIONHUB_ASSIGN_OR_RETURN(const alpr_ingest::AlertDetail alert, reads_.Alert(hit_id, now));
  FoundRecord record;
  record.attributes.recorded_at = alert.read.captured_at;
  record.fields = FieldsOf(alert.read);
  // whose entry it is, how old, when last confirmed.
  record.fields.emplace_back("category", alert.hit.category);
  record.fields.emplace_back("hotlist_owner", alert.hit.owner);
  record.fields.emplace_back("entry_id", alert.hit.entry_id);
  record.fields.emplace_back("entered_at", Rfc3339(alert.hit.entered_at));
  record.fields.emplace_back("confirmed_at", Rfc3339(alert.hit.confirmed_at));
  record.fields.emplace_back("entry_age", Words(alert.hit.EntryAge(now)));
  record.fields.emplace_back("grade", std::string(alpr_ingest::HitGradeWord(alert.hit.grade)));
  record.fields.emplace_back("read_ref", alert.read.read_ref);
  Found found;
  found.records.push_back(std::move(record));
  return found;
}

std::optional<std::string> AlertReleaseService::CategoryOf(const std::string& hit_id,
                                                           absl::Time now) const {
  const absl::StatusOr<alpr_ingest::AlertDetail> alert = reads_.Alert(hit_id, now);
  if (!alert.ok() || now - alert->hit.matched_at > kMaxAlertAge) return std::nullopt;
  return alert->hit.category;
}

}  // namespace fusionhub::agency_node
