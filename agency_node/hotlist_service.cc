// Looks plates up in the agency's own hotlist.
#include "agency_node/hotlist_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "alpr_ingest/hotlist_file.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "query/plate.h"

namespace fusionhub::agency_node {
namespace {

constexpr size_t kMaxHotlistBytes = 256 * 1024 * 1024;

std::string Rfc3339(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone());
}

FoundRecord ToRecord(const alpr_ingest::HotlistMatch& match, absl::string_view agency) {
  FoundRecord record;
  record.attributes.recorded_at = match.entry.entered_at;
  record.fields = {{"category", match.entry.category},
                   {"confirmed_at", Rfc3339(match.entry.confirmed_at)},
                   {"entered_at", Rfc3339(match.entry.entered_at)},
                   {"entry_id", match.entry.entry_id},
                   {"owner", std::string(agency)},
                   {"plate", match.entry.plate},
                   {"stale", match.stale ? "true" : "false"},
                   {"state", match.entry.state},
                   {"vehicle", match.entry.vehicle}};
  return record;
}

}  // namespace

absl::StatusOr<Found> HotlistService::Search(const v1::Query& query, const std::string& hit_id,
                                             absl::Time now) const {
  const v1::Plate& asked = query.hotlist_check().plate();
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string plate, query::NormalisePlateText(asked.text()));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string state, query::NormaliseState(asked.state()));
  Found found;
  for (const alpr_ingest::HotlistMatch& match : book_.Current()->Lookup(plate, state, now)) {
    if (match.owner != agency_ || match.state == alpr_ingest::StateMatch::kDifferent) continue;
    found.records.push_back(ToRecord(match, agency_));
  }
  return found;
}

absl::Status LoadHotlist(const HotlistLoad& load, absl::Time now, alpr_ingest::HotlistBook& book) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string content, ReadFile(load.path, kMaxHotlistBytes));
  alpr_ingest::HotlistFileOptions options;
  const std::shared_ptr<const alpr_ingest::Hotlist> present = book.List(load.agency);
  if (present != nullptr) options.previous_entries = present->entries.size();
  absl::StatusOr<alpr_ingest::HotlistFile> parsed =
      alpr_ingest::ParseHotlistFile(content, options, now);
  if (!parsed.ok()) {
    return absl::Status(parsed.status().code(),
                        absl::StrCat(load.path, ": ", parsed.status().message()));
  }
  alpr_ingest::HotlistFile& file = *parsed;
  if (!file.report.accepted) {
    return absl::FailedPreconditionError(
        absl::StrCat(load.path, " was not loaded:\n", file.report.ToText()));
  }
  // Which line and why; the reasons name columns and rules, never content.
  for (const alpr_ingest::BrokenLine& line : file.report.broken_lines) {
    Log(LogLevel::kWarn, "hotlist_line_broken", line.reason,
        {{"line", static_cast<int64_t>(line.line)}, {"column", line.column}});
  }
  Log(file.report.broken > 0 ? LogLevel::kWarn : LogLevel::kInfo, "hotlist_loaded",
      "the agency's hotlist is in use",
      {{"entries", static_cast<int64_t>(file.report.loaded)},
       {"broken_lines", static_cast<int64_t>(file.report.broken)}});
  alpr_ingest::Hotlist list;
  list.owner = load.agency;
  // Grows with every load, also across restarts.
  list.version = static_cast<uint64_t>(absl::ToUnixMillis(now));
  list.generated_at = now;
  list.max_age = load.max_age;
  list.entries = std::move(file.entries);
  return book.Replace(std::move(list));
}

}  // namespace fusionhub::agency_node
