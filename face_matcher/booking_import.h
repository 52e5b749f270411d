// Reads an agency's booking export: a CSV file and a folder of images.
#ifndef FUSIONHUB_FACE_MATCHER_BOOKING_IMPORT_H_
#define FUSIONHUB_FACE_MATCHER_BOOKING_IMPORT_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "face_matcher/booking.h"

namespace fusionhub::face_matcher {

struct BookingImportLimits {
  size_t max_csv_bytes = size_t{64} << 20;
  size_t max_field_bytes = 1024;
  size_t max_image_bytes = size_t{2} << 20;
};

// One row that can be enrolled, if its image can.
struct BookingRow {
  size_t line = 0;  // of the CSV file, 1 is the header
  Booking booking;
  std::string image_file;  // a plain file name inside the image folder
};

// One row that was not taken, and why. Names the column and the rule, never the content (I11).
struct RejectedRow {
  size_t line = 0;
  std::string reason;
};

struct BookingTable {
  std::vector<BookingRow> rows;
  std::vector<RejectedRow> rejected;
};

// Header row with exactly these columns in any order: booking_number, name, date_of_birth
// (YYYY-MM-DD), sex, booked_at (RFC 3339), charge, disposition, collection_basis, image_file;
// optional: person_number. A broken row is reported and the others are taken; INVALID_ARGUMENT only
// when no row can be read (no header, unknown or missing column, not UTF-8, too large).
absl::StatusOr<BookingTable> ParseBookingCsv(absl::string_view csv,
                                             const BookingImportLimits& limits);

struct ImportReport {
  size_t enrolled = 0;
  size_t unchanged = 0;  // already there with the same booking number
  std::vector<RejectedRow> rejected;
};

// Parses the file, reads each row's image from `image_dir` and hands both to `enroll`. An
// ALREADY_EXISTS of `enroll` counts as unchanged, another error rejects the row; UNAVAILABLE,
// INTERNAL and DATA_LOSS end the import. Image names that leave the folder (slashes, dots, links)
// are rejected.
absl::StatusOr<ImportReport> ImportBookings(
    const std::string& csv_path, const std::string& image_dir, const BookingImportLimits& limits,
    const std::function<absl::Status(const Booking& booking, absl::string_view image)>& enroll);

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_BOOKING_IMPORT_H_
