// libcsv callbacks into records.
#include "face_matcher/csv_reader.h"

#include <csv.h>

#include <utility>

namespace fusionhub::face_matcher {
namespace {

void OnField(void* bytes, size_t size, void* record) {
  static_cast<CsvRecord*>(record)->fields.emplace_back(static_cast<const char*>(bytes), size);
}

// The end of the record: a line holds one.
void OnRecord(int, void*) {}

CsvRecord ReadLine(absl::string_view line, size_t number, size_t max_fields) {
  CsvRecord record;
  record.line = number;
  csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
    record.broken = true;
    return record;
  }
  record.broken =
      csv_parse(&parser, line.data(), line.size(), OnField, OnRecord, &record) != line.size() ||
      csv_fini(&parser, OnField, OnRecord, &record) != 0 || record.fields.size() > max_fields;
  csv_free(&parser);
  return record;
}

}  // namespace

std::vector<CsvRecord> ReadCsv(absl::string_view text, size_t max_fields) {
  std::vector<CsvRecord> records;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    absl::string_view line = text.substr(0, end);
    text.remove_prefix(end == absl::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    CsvRecord record = ReadLine(line, number, max_fields);
    if (record.broken || !record.fields.empty()) records.push_back(std::move(record));
  }
  return records;
}

}  // namespace fusionhub::face_matcher
