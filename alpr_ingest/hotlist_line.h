// One line of a hotlist file: splits it and checks every column.
#ifndef FUSIONHUB_ALPR_INGEST_HOTLIST_LINE_H_
#define FUSIONHUB_ALPR_INGEST_HOTLIST_LINE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "alpr_ingest/hotlist.h"

namespace fusionhub::alpr_ingest {

// Splits CSV lines (RFC 4180, quotes allowed) with libcsv; a line is a record, so that a quote that
// is left open breaks one line and not the rest of the file. Thread-compatible.
class CsvLineSplitter {
 public:
  CsvLineSplitter();
  ~CsvLineSplitter();
  // The cells. INVALID_ARGUMENT says what is wrong with the quoting. The result holds until the
  // next call.
  absl::StatusOr<const std::vector<std::string>*> Split(absl::string_view line);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

// What is wrong with a line, without any value of it.
struct LineFault {
  std::string column;  // "" for the line as a whole
  std::string reason;
};

// `latest` is the latest time that is not taken for an error.
std::variant<HotlistEntry, LineFault> ParseHotlistCells(const std::vector<std::string>& cells,
                                                        absl::Time latest);

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_HOTLIST_LINE_H_
