// One line of a hotlist file: splits it and checks every column.
#include "alpr_ingest/hotlist_line.h"

#include <csv.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"
#include "query/plate.h"

namespace fusionhub::alpr_ingest {
namespace {

constexpr size_t kColumns = 7;
constexpr absl::string_view kTimeExpected = "not a time like 2026-01-31T08:00:00Z";

void OnCell(void* cell, size_t size, void* cells) {
  static_cast<std::vector<std::string>*>(cells)->emplace_back(static_cast<const char*>(cell), size);
}

bool IsPrintableAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// Control characters would let a list's author steer the terminal of whoever reads an alert. `text`
// is UTF-8.
bool HasControl(absl::string_view text) {
  while (!text.empty()) {
    const std::optional<Utf8Character> character = DecodeUtf8(text);
    if (!character.has_value() || IsControlCharacter(character->code_point)) return true;
    text.remove_prefix(character->size);
  }
  return false;
}

bool ParseTime(absl::string_view text, absl::Time& out) {
  // Abseil's parser alone also takes "infinite-future" and surrounding blanks.
  return text.size() >= 20 && text.size() <= 35 && absl::ascii_isdigit(text.front()) &&
         !absl::ascii_isspace(text.back()) &&
         absl::ParseTime(absl::RFC3339_full, text, &out, nullptr);
}

using MaybeFault = std::optional<LineFault>;

MaybeFault ReadIdentity(const std::vector<std::string>& cells, HotlistEntry& entry) {
  if (cells[0].empty() || cells[0].size() > kMaxEntryIdBytes || !IsPrintableAscii(cells[0])) {
    return LineFault{"entry_id", absl::StrCat("not 1 to ", kMaxEntryIdBytes,
                                              " printable ASCII characters without blanks")};
  }
  entry.entry_id = cells[0];
  absl::StatusOr<std::string> plate = query::NormalisePlateText(cells[1]);
  if (!plate.ok()) return LineFault{"plate", std::string(plate.status().message())};
  entry.plate = *std::move(plate);
  absl::StatusOr<std::string> state = query::NormaliseState(cells[2]);
  if (!state.ok()) return LineFault{"state", std::string(state.status().message())};
  entry.state = *std::move(state);
  if (!IsHotlistCategory(cells[3])) {
    return LineFault{"category", "not one of the categories in docs/hotlists.md"};
  }
  entry.category = cells[3];
  return std::nullopt;
}

MaybeFault ReadTimes(const std::vector<std::string>& cells, absl::Time latest,
                     HotlistEntry& entry) {
  if (!ParseTime(cells[4], entry.entered_at)) {
    return LineFault{"entered_at", std::string(kTimeExpected)};
  }
  if (!ParseTime(cells[5], entry.confirmed_at)) {
    return LineFault{"confirmed_at", std::string(kTimeExpected)};
  }
  if (entry.entered_at > latest) return LineFault{"entered_at", "in the future"};
  if (entry.confirmed_at > latest) return LineFault{"confirmed_at", "in the future"};
  if (entry.confirmed_at < entry.entered_at) {
    return LineFault{"confirmed_at", "before entered_at"};
  }
  return std::nullopt;
}

}  // namespace

struct CsvLineSplitter::Parser {
  csv_parser csv;
  std::vector<std::string> cells;
};

CsvLineSplitter::CsvLineSplitter() : parser_(std::make_unique<Parser>()) {
  // csv_init fails for no options but unknown ones.
  csv_init(&parser_->csv, CSV_STRICT | CSV_STRICT_FINI);
}

CsvLineSplitter::~CsvLineSplitter() { csv_free(&parser_->csv); }

absl::StatusOr<const std::vector<std::string>*> CsvLineSplitter::Split(absl::string_view line) {
  parser_->cells.clear();
  const size_t done =
      csv_parse(&parser_->csv, line.data(), line.size(), OnCell, nullptr, &parser_->cells);
  const bool whole = done == line.size();
  const bool closed = csv_fini(&parser_->csv, OnCell, nullptr, &parser_->cells) == 0;
  if (!whole || !closed) {
    csv_free(&parser_->csv);
    csv_init(&parser_->csv, CSV_STRICT | CSV_STRICT_FINI);
    return absl::InvalidArgumentError(whole ? "a quote is not closed" : "a quote inside a cell");
  }
  return &parser_->cells;
}

std::variant<HotlistEntry, LineFault> ParseHotlistCells(const std::vector<std::string>& cells,
                                                        absl::Time latest) {
  if (cells.size() != kColumns) {
    return LineFault{"", absl::StrCat(cells.size(), " columns instead of ", kColumns)};
  }
  HotlistEntry entry;
  if (auto fault = ReadIdentity(cells, entry)) return *std::move(fault);
  if (auto fault = ReadTimes(cells, latest, entry)) return *std::move(fault);
  if (cells[6].size() > kMaxVehicleBytes || HasControl(cells[6])) {
    return LineFault{"vehicle", absl::StrCat("longer than ", kMaxVehicleBytes,
                                             " bytes, or with control characters")};
  }
  entry.vehicle = cells[6];
  return entry;
}

}  // namespace fusionhub::alpr_ingest
