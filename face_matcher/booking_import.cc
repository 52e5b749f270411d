// CSV columns to bookings, with every reason for a refusal; images by plain file name.
#include "face_matcher/booking_import.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "face_matcher/csv_reader.h"

namespace fusionhub::face_matcher {
namespace {

constexpr std::array<absl::string_view, 9> kRequiredColumns = {
    "booking_number", "name",        "date_of_birth",    "sex",       "booked_at",
    "charge",         "disposition", "collection_basis", "image_file"};
constexpr absl::string_view kOptionalColumn = "person_number";
constexpr size_t kMaxColumns = kRequiredColumns.size() + 1;
constexpr std::array<absl::string_view, 4> kSexes = {"female", "male", "nonbinary", "unknown"};
constexpr std::array<absl::string_view, 4> kMayNotBeEmpty = {"booking_number", "name", "charge",
                                                             "image_file"};
constexpr int kMaxAge = 130;

using Columns = std::map<std::string, size_t>;  // name to position

absl::StatusOr<Columns> ReadHeader(const CsvRecord& header) {
  Columns columns;
  for (size_t i = 0; i < header.fields.size(); ++i) {
    const std::string& name = header.fields[i];
    const bool known =
        name == kOptionalColumn ||
        std::find(kRequiredColumns.begin(), kRequiredColumns.end(), name) != kRequiredColumns.end();
    if (!known || !columns.emplace(name, i).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", header.line, ", column ", i + 1, ": ",
                       known ? "a column twice" : "unknown column", "; the first line must name ",
                       absl::StrJoin(kRequiredColumns, ", "), " and may name ", kOptionalColumn));
    }
  }
  for (const absl::string_view required : kRequiredColumns) {
    if (columns.find(std::string(required)) == columns.end()) {
      return absl::InvalidArgumentError(absl::StrCat("line ", header.line, ": column ", required,
                                                     " is missing from the first line"));
    }
  }
  return columns;
}

// Reads one row's fields by column name. The first thing that is wrong wins.
class RowReader {
 public:
  RowReader(const CsvRecord& record, const Columns& columns, const BookingImportLimits& limits)
      : record_(record), columns_(columns), limits_(limits) {}

  absl::StatusOr<BookingRow> Read() {
    FUSIONHUB_RETURN_IF_ERROR(CheckShape());
    BookingRow row;
    row.line = record_.line;
    row.image_file = Field("image_file");
    FUSIONHUB_RETURN_IF_ERROR(CheckImageName(row.image_file));
    row.booking.booking_number = Field("booking_number");
    row.booking.person_number = Field(kOptionalColumn);
    row.booking.name = Field("name");
    row.booking.charge = Field("charge");
    row.booking.disposition = Field("disposition");
    FUSIONHUB_RETURN_IF_ERROR(ReadWords(row.booking));
    FUSIONHUB_RETURN_IF_ERROR(ReadTimes(row.booking));
    return row;
  }

 private:
  std::string Field(absl::string_view name) const {
    const auto column = columns_.find(std::string(name));
    return column == columns_.end() ? std::string() : record_.fields[column->second];
  }

  absl::Status CheckShape() const {
    if (record_.broken) {
      return absl::InvalidArgumentError(
          "broken quotes or too many columns; put fields with commas or quotes in double quotes "
          "and double "
          "the quotes inside");
    }
    if (record_.fields.size() != columns_.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat(record_.fields.size(), " columns, the first line has ", columns_.size()));
    }
    for (const auto& [name, position] : columns_) {
      const std::string& field = record_.fields[position];
      if (field.size() > limits_.max_field_bytes) {
        return absl::InvalidArgumentError(
            absl::StrCat(name, ": ", field.size(), " bytes, more than ", limits_.max_field_bytes));
      }
      if (!IsValidUtf8(field)) return absl::InvalidArgumentError(absl::StrCat(name, ": not UTF-8"));
      if (PrintableUtf8(field) != field) {
        return absl::InvalidArgumentError(absl::StrCat(name, ": holds control characters"));
      }
    }
    for (const absl::string_view name : kMayNotBeEmpty) {
      if (Field(name).empty()) return absl::InvalidArgumentError(absl::StrCat(name, ": empty"));
    }
    return absl::OkStatus();
  }

  static absl::Status CheckImageName(const std::string& name) {
    if (name.find('/') == std::string::npos && name.front() != '.') return absl::OkStatus();
    return absl::InvalidArgumentError(
        "image_file: must be a plain file name inside the image folder, without slashes or a "
        "leading dot");
  }

  absl::Status ReadWords(Booking& booking) const {
    booking.sex = Field("sex");
    if (std::find(kSexes.begin(), kSexes.end(), booking.sex) == kSexes.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("sex: must be one of ", absl::StrJoin(kSexes, ", ")));
    }
    FUSIONHUB_ASSIGN_OR_RETURN(booking.collection_basis,
                               ParseCollectionBasis(Field("collection_basis")));
    return absl::OkStatus();
  }

  absl::Status ReadTimes(Booking& booking) const {
    std::string error;
    if (!absl::ParseCivilTime(Field("date_of_birth"), &booking.date_of_birth)) {
      return absl::InvalidArgumentError("date_of_birth: must be a day as YYYY-MM-DD");
    }
    if (!absl::ParseTime(absl::RFC3339_full, Field("booked_at"), &booking.booked_at, &error)) {
      return absl::InvalidArgumentError(
          "booked_at: must be a time with zone as 2025-03-21T14:02:11-05:00 or ...Z");
    }
    const int age = AgeAtBooking(booking);
    if (age < 0 || age > kMaxAge) {
      return absl::InvalidArgumentError(absl::StrCat("date_of_birth and booked_at: an age of ", age,
                                                     " years; correct one of them"));
    }
    return absl::OkStatus();
  }

  const CsvRecord& record_;
  const Columns& columns_;
  const BookingImportLimits& limits_;
};

// Opened relative to the folder and never through a link, so that no file outside is read.
absl::StatusOr<std::string> ReadImage(int folder, const std::string& name, size_t max_bytes) {
  const int fd = openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    return absl::InvalidArgumentError(
        errno == ENOENT ? "image_file: not in the image folder"
                        : "image_file: cannot be opened (links are not followed)");
  }
  const absl::Cleanup closer = [fd] { close(fd); };
  std::string bytes(max_bytes + 1, '\0');
  size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = read(fd, bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return absl::InvalidArgumentError("image_file: cannot be read");
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  if (size > max_bytes) {
    return absl::InvalidArgumentError(absl::StrCat("image_file: more than ", max_bytes,
                                                   " bytes; save it as JPEG of lower quality"));
  }
  bytes.resize(size);
  return bytes;
}

bool EndsTheImport(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsInternal(status) || absl::IsDataLoss(status) ||
         absl::IsResourceExhausted(status);
}

}  // namespace

absl::StatusOr<BookingTable> ParseBookingCsv(absl::string_view csv,
                                             const BookingImportLimits& limits) {
  if (csv.size() > limits.max_csv_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("bookings: ", csv.size(), " bytes, more than ", limits.max_csv_bytes,
                     "; split the file and import the parts one after the other"));
  }
  if (csv.substr(0, 3) == "\xEF\xBB\xBF") csv.remove_prefix(3);  // a spreadsheet's byte order mark
  const std::vector<CsvRecord> records = ReadCsv(csv, kMaxColumns);
  if (records.empty()) {
    return absl::InvalidArgumentError(
        "bookings: the file is empty; its first line names the columns");
  }
  FUSIONHUB_ASSIGN_OR_RETURN(const Columns columns, ReadHeader(records.front()));
  BookingTable table;
  std::map<std::string, size_t> seen;  // booking number to line
  for (size_t i = 1; i < records.size(); ++i) {
    absl::StatusOr<BookingRow> row = RowReader(records[i], columns, limits).Read();
    if (row.ok()) {
      const auto [first, is_new] = seen.emplace(row->booking.booking_number, row->line);
      if (!is_new) {
        row = absl::InvalidArgumentError(
            absl::StrCat("booking_number: the same as in line ", first->second));
      }
    }
    if (row.ok()) {
      table.rows.push_back(*std::move(row));
    } else {
      table.rejected.push_back({records[i].line, std::string(row.status().message())});
    }
  }
  return table;
}

absl::StatusOr<ImportReport> ImportBookings(
    const std::string& csv_path, const std::string& image_dir, const BookingImportLimits& limits,
    const std::function<absl::Status(const Booking& booking, absl::string_view image)>& enroll) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string csv, ReadFile(csv_path, limits.max_csv_bytes));
  FUSIONHUB_ASSIGN_OR_RETURN(BookingTable table, ParseBookingCsv(csv, limits));
  const int folder = open(image_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot open the image folder ", image_dir));
  }
  const absl::Cleanup closer = [folder] { close(folder); };
  ImportReport report;
  report.rejected = std::move(table.rejected);
  for (const BookingRow& row : table.rows) {
    const absl::StatusOr<std::string> image =
        ReadImage(folder, row.image_file, limits.max_image_bytes);
    const absl::Status status = image.ok() ? enroll(row.booking, *image) : image.status();
    if (EndsTheImport(status)) return status;
    if (status.ok()) {
      ++report.enrolled;
    } else if (absl::IsAlreadyExists(status)) {
      ++report.unchanged;
    } else {
      report.rejected.push_back({row.line, std::string(status.message())});
    }
  }
  std::sort(report.rejected.begin(), report.rejected.end(),
            [](const RejectedRow& a, const RejectedRow& b) { return a.line < b.line; });
  return report;
}

}  // namespace fusionhub::face_matcher
