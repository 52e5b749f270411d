// RFC 4180 text, one record per line, over libcsv in strict mode. Every line is parsed by itself,
// so that one with broken quotes cannot swallow those after it; a field cannot hold a line break.
#ifndef FUSIONHUB_FACE_MATCHER_CSV_READER_H_
#define FUSIONHUB_FACE_MATCHER_CSV_READER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace fusionhub::face_matcher {

struct CsvRecord {
  size_t line = 0;  // 1-based
  std::vector<std::string> fields;
  bool broken = false;  // quotes that do not add up, or more than `max_fields` fields
};

// Blank lines are skipped.
std::vector<CsvRecord> ReadCsv(absl::string_view text, size_t max_fields);

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_CSV_READER_H_
