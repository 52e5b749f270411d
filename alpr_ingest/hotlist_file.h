// Reads the one hotlist file format (docs/hotlists.md): CSV with a fixed header, one entry a line.
#ifndef FUSIONHUB_ALPR_INGEST_HOTLIST_FILE_H_
#define FUSIONHUB_ALPR_INGEST_HOTLIST_FILE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "alpr_ingest/hotlist.h"

namespace fusionhub::alpr_ingest {

inline constexpr absl::string_view kHotlistHeader =
    "entry_id,plate,state,category,entered_at,confirmed_at,vehicle";

struct HotlistFileOptions {
  size_t max_rows = 1'000'000;
  size_t max_line_bytes = 1024;
  // More broken lines than this share of all entry lines: refused.
  double max_broken_share = 0.20;
  // Fewer or more entries than the version before, by more than this share: refused.
  double max_change_share = 0.20;
  // Number of entries of the version before; absent at the first load.
  std::optional<size_t> previous_entries;
  // A person has looked and wants the list in spite of the two shares.
  bool force = false;
  // Times further ahead of `now` than this make a line broken: a confirmation from the future would
  // never become stale.
  absl::Duration max_ahead = absl::Minutes(5);
  // Lines described in the report; the rest is only counted.
  size_t max_reported_lines = 1000;
};

// A line that was left out. Holds no value from the line: plates are personal data.
struct BrokenLine {
  size_t line = 0;     // from 1, the header's
  std::string column;  // e.g. "confirmed_at", "" for the line as a whole
  std::string reason;  // e.g. "not a time like 2026-01-31T08:00:00Z"
};

struct HotlistFileReport {
  size_t lines = 0;   // entry lines, good and broken, without header and empty lines
  size_t loaded = 0;  // entries
  size_t broken = 0;
  std::vector<BrokenLine> broken_lines;  // in order, the first max_reported_lines
  // Why the list is held for a person, one sentence each; empty when it may be loaded. With `force`
  // the sentences are still here, and accepted is true.
  std::vector<std::string> held;
  bool accepted = false;

  // Several lines of text for a terminal: counts, why held, broken lines.
  std::string ToText() const;
};

struct HotlistFile {
  std::vector<HotlistEntry> entries;  // the good lines; do not use them unless report.accepted
  HotlistFileReport report;
};

// INVALID_ARGUMENT when nothing of the file can be judged (wrong header, not text),
// RESOURCE_EXHAUSTED above max_rows; broken lines are in the report. `force` does not change
// either.
absl::StatusOr<HotlistFile> ParseHotlistFile(absl::string_view content,
                                             const HotlistFileOptions& options, absl::Time now);

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_HOTLIST_FILE_H_
