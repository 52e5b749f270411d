// Reads the one hotlist file format: CSV with a fixed header, one entry a line.
#include "alpr_ingest/hotlist_file.h"

#include <cmath>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "alpr_ingest/hotlist_line.h"
#include "base/utf8.h"

namespace fusionhub::alpr_ingest {
namespace {

// Takes the next line off `rest`, without its end ("\n" or "\r\n").
absl::string_view TakeLine(absl::string_view& rest) {
  const size_t end = rest.find('\n');
  absl::string_view line = rest.substr(0, end);
  rest = end == absl::string_view::npos ? absl::string_view() : rest.substr(end + 1);
  absl::ConsumeSuffix(&line, "\r");
  return line;
}

class FileReader {
 public:
  FileReader(const HotlistFileOptions& options, absl::Time now)
      : options_(options), latest_(now + options.max_ahead) {}

  absl::Status Read(absl::string_view content) {
    absl::ConsumePrefix(&content, "\xEF\xBB\xBF");
    if (TakeLine(content) != kHotlistHeader) {
      return absl::InvalidArgumentError(
          absl::StrCat("hotlist file, line 1: the header must be exactly '", kHotlistHeader, "'"));
    }
    for (size_t number = 2; !content.empty(); ++number) {
      const absl::string_view line = TakeLine(content);
      if (line.empty()) continue;
      if (++file_.report.lines > options_.max_rows) {
        return absl::ResourceExhaustedError(
            absl::StrCat("hotlist file, line ", number, ": more than ", options_.max_rows,
                         " entries; split the list or raise the limit"));
      }
      ReadLine(number, line);
    }
    return absl::OkStatus();
  }

  HotlistFile Finish() && {
    file_.report.loaded = file_.entries.size();
    JudgeBroken();
    JudgeChange();
    file_.report.accepted = file_.report.held.empty() || options_.force;
    return std::move(file_);
  }

 private:
  void ReadLine(size_t number, absl::string_view line) {
    if (line.size() > options_.max_line_bytes) {
      return Broken(number, {"", absl::StrCat("longer than ", options_.max_line_bytes, " bytes")});
    }
    if (!IsValidUtf8(line)) return Broken(number, {"", "not UTF-8 text"});
    const absl::StatusOr<const std::vector<std::string>*> cells = splitter_.Split(line);
    if (!cells.ok()) return Broken(number, {"", std::string(cells.status().message())});
    auto parsed = ParseHotlistCells(**cells, latest_);
    if (auto* fault = std::get_if<LineFault>(&parsed)) return Broken(number, std::move(*fault));
    auto& entry = std::get<HotlistEntry>(parsed);
    const auto [seen, is_new] = line_of_id_.emplace(entry.entry_id, number);
    if (!is_new) {
      return Broken(number, {"entry_id", absl::StrCat("the same as on line ", seen->second)});
    }
    file_.entries.push_back(std::move(entry));
  }

  void Broken(size_t number, LineFault fault) {
    HotlistFileReport& report = file_.report;
    ++report.broken;
    if (report.broken_lines.size() >= options_.max_reported_lines) return;
    report.broken_lines.push_back({number, std::move(fault.column), std::move(fault.reason)});
  }

  void JudgeBroken() {
    const HotlistFileReport& report = file_.report;
    const double allowed = options_.max_broken_share * static_cast<double>(report.lines);
    if (static_cast<double>(report.broken) <= allowed) return;
    file_.report.held.push_back(absl::StrFormat(
        "%d of %d lines are broken, more than %.0f %%: the file was probably made in another form",
        report.broken, report.lines, options_.max_broken_share * 100));
  }

  void JudgeChange() {
    if (!options_.previous_entries.has_value()) return;
    const auto before = static_cast<double>(*options_.previous_entries);
    const auto after = static_cast<double>(file_.entries.size());
    if (std::abs(after - before) <= options_.max_change_share * before) return;
    file_.report.held.push_back(absl::StrFormat(
        "%d entries where the version before has %d, a change of more than %.0f %%: a person must "
        "look",
        file_.entries.size(), *options_.previous_entries, options_.max_change_share * 100));
  }

  const HotlistFileOptions& options_;
  const absl::Time latest_;
  CsvLineSplitter splitter_;
  absl::flat_hash_map<std::string, size_t> line_of_id_;
  HotlistFile file_;
};

}  // namespace

std::string HotlistFileReport::ToText() const {
  std::string text = absl::StrCat(accepted ? "accepted" : "HELD", ": ", loaded, " entries, ",
                                  broken, " broken lines of ", lines, "\n");
  for (const std::string& reason : held) absl::StrAppend(&text, "  held: ", reason, "\n");
  for (const BrokenLine& line : broken_lines) {
    absl::StrAppend(&text, "  line ", line.line, line.column.empty() ? "" : ", ", line.column, ": ",
                    line.reason, "\n");
  }
  if (broken > broken_lines.size()) {
    absl::StrAppend(&text, "  and ", broken - broken_lines.size(), " more broken lines\n");
  }
  return text;
}

absl::StatusOr<HotlistFile> ParseHotlistFile(absl::string_view content,
                                             const HotlistFileOptions& options, absl::Time now) {
  FileReader reader(options, now);
  const absl::Status status = reader.Read(content);
  if (!status.ok()) return status;
  return std::move(reader).Finish();
}

}  // namespace fusionhub::alpr_ingest
