// Each broken row is reported with its line and reason, and harms no other.
#include "face_matcher/booking_import.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/status_matchers.h"

namespace fusionhub::face_matcher {
namespace {

using ::testing::_;
using ::testing::HasSubstr;

constexpr char kHeader[] =
    "booking_number,name,date_of_birth,sex,booked_at,charge,disposition,collection_basis,image_"
    "file\n";
constexpr char kGood[] =
    "B1,Arlo Ashgrove,1990-05-06,male,2024-01-02T03:04:05-06:00,\"stealing, second\",pending,"
    "post_arrest_booking,one.jpg\n";

BookingTable Parse(const std::string& text) {
  auto table = ParseBookingCsv(text, {});
  FUSIONHUB_EXPECT_OK(table);
  return table.ok() ? *table : BookingTable();
}

TEST(BookingImportTest, ReadsAGoodRow) {
  const BookingTable table = Parse(std::string(kHeader) + kGood);
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_TRUE(table.rejected.empty());
  const BookingRow& row = table.rows[0];
  EXPECT_EQ(row.line, 2u);
  EXPECT_EQ(row.booking.charge, "stealing, second");
  EXPECT_EQ(row.booking.date_of_birth, absl::CivilDay(1990, 5, 6));
  EXPECT_EQ(BookingFields(row.booking).at("booked_at"), "2024-01-02T09:04:05Z");
  EXPECT_EQ(row.image_file, "one.jpg");
}

TEST(BookingImportTest, ColumnsMayStandInAnyOrderAndAfterAByteOrderMark) {
  const BookingTable table = Parse(
      "\xEF\xBB\xBFimage_file,person_number,name,date_of_birth,sex,booked_at,charge,disposition,"
      "collection_basis,booking_number\n"
      "x.png,P1,N,1990-01-01,female,2024-01-01T00:00:00Z,c,,post_arrest_booking,B9\n");
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0].booking.booking_number, "B9");
  EXPECT_EQ(table.rows[0].booking.subject_id(), "P1");
}

struct BadRow {
  const char* row;
  const char* reason;
};

TEST(BookingImportTest, ReportsEachBrokenRowWithLineAndReason) {
  const std::vector<BadRow> bad = {
      {",N,1990-01-01,male,2024-01-01T00:00:00Z,c,d,post_arrest_booking,a.jpg",
       "booking_number: empty"},
      {"B,,1990-01-01,male,2024-01-01T00:00:00Z,c,d,post_arrest_booking,a.jpg", "name: empty"},
      {"B,N,01/02/1990,male,2024-01-01T00:00:00Z,c,d,post_arrest_booking,a.jpg", "date_of_birth"},
      {"B,N,1990-02-30,male,2024-01-01T00:00:00Z,c,d,post_arrest_booking,a.jpg", "date_of_birth"},
      {"B,N,1990-01-01,M,2024-01-01T00:00:00Z,c,d,post_arrest_booking,a.jpg",
       "sex: must be one of"},
      {"B,N,1990-01-01,male,2024-01-01 00:00,c,d,post_arrest_booking,a.jpg", "booked_at"},
      {"B,N,2025-01-01,male,2024-01-01T00:00:00Z,c,d,post_arrest_booking,a.jpg", "an age of -1"},
      {"B,N,1850-01-01,male,2024-01-01T00:00:00Z,c,d,post_arrest_booking,a.jpg", "an age of 174"},
      {"B,N,1990-01-01,male,2024-01-01T00:00:00Z,c,d,protest,a.jpg", "SO#B.5"},
      {"B,N,1990-01-01,male,2024-01-01T00:00:00Z,c,d,,a.jpg", "SO#B.5"},
      {"B,N,1990-01-01,male,2024-01-01T00:00:00Z,c,d,post_arrest_booking,../a.jpg",
       "plain file name"},
      {"B,N,1990-01-01,male,2024-01-01T00:00:00Z,c,d,post_arrest_booking,.hidden",
       "plain file name"},
      {"B,N,1990-01-01,male,2024-01-01T00:00:00Z,c,d,post_arrest_booking", "8 columns"},
      {"B,\"N,1990-01-01,male,2024-01-01T00:00:00Z,c,d,post_arrest_booking,a.jpg", "broken quotes"},
      {"B,\xFF,1990-01-01,male,2024-01-01T00:00:00Z,c,d,post_arrest_booking,a.jpg",
       "name: not UTF-8"},
      {"B,N\x1B[2J,1990-01-01,male,2024-01-01T00:00:00Z,c,d,post_arrest_booking,a.jpg",
       "name: holds control characters"},
  };
  std::string text = std::string(kHeader) + kGood;
  for (const BadRow& row : bad) text += std::string(row.row) + "\n";
  const BookingTable table = Parse(text);
  EXPECT_EQ(table.rows.size(), 1u);
  ASSERT_EQ(table.rejected.size(), bad.size());
  for (size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(table.rejected[i].line, i + 3) << bad[i].row;
    EXPECT_THAT(table.rejected[i].reason, HasSubstr(bad[i].reason)) << bad[i].row;
  }
}

TEST(BookingImportTest, RejectsTheSecondRowWithTheSameNumber) {
  const BookingTable table = Parse(std::string(kHeader) + kGood + kGood);
  EXPECT_EQ(table.rows.size(), 1u);
  ASSERT_EQ(table.rejected.size(), 1u);
  EXPECT_THAT(table.rejected[0].reason, HasSubstr("same as in line 2"));
}

TEST(BookingImportTest, RejectsOverlongFieldsAndFiles) {
  BookingImportLimits limits;
  limits.max_field_bytes = 20;
  const auto table = ParseBookingCsv(std::string(kHeader) + kGood, limits);
  FUSIONHUB_ASSERT_OK(table);
  ASSERT_EQ(table->rejected.size(), 1u);
  limits.max_csv_bytes = 50;
  EXPECT_THAT(ParseBookingCsv(std::string(kHeader), limits),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("split the file")));
}

TEST(BookingImportTest, RefusesFilesWithoutTheRightHeader) {
  EXPECT_THAT(ParseBookingCsv("", {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("empty")));
  EXPECT_THAT(
      ParseBookingCsv("booking_number,name\n", {}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("column date_of_birth is missing")));
  EXPECT_THAT(ParseBookingCsv("booking_number,race\n", {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("column 2: unknown column")));
  EXPECT_THAT(ParseBookingCsv("name,name\n", {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a column twice")));
}

TEST(BookingImportTest, ReasonsNeverRepeatThePersonalData) {
  const BookingTable table =
      Parse(std::string(kHeader) +
            "SECRET1,SECRET2,SECRET3,SECRET4,SECRET5,SECRET6,SECRET7,SECRET8,SECRET9/x\n");
  ASSERT_EQ(table.rejected.size(), 1u);
  EXPECT_EQ(table.rejected[0].reason.find("SECRET"), std::string::npos);
}

class ImportTest : public ::testing::Test {
 protected:
  ImportTest() : dir_(::testing::TempDir() + "/import_" + std::to_string(getpid())) {
    mkdir(dir_.c_str(), 0700);
  }
  void Write(const std::string& name, const std::string& bytes) {
    std::ofstream(dir_ + "/" + name, std::ios::binary) << bytes;
  }
  std::string Row(const std::string& number, const std::string& image) {
    return number + ",N,1990-01-01,male,2024-01-01T00:00:00Z,c,d,post_arrest_booking," + image +
           "\n";
  }
  const std::string dir_;
};

TEST_F(ImportTest, HandsBookingsWithImagesOverAndReportsTheRest) {
  Write("a.jpg", "AAA");
  Write("big.jpg", std::string(100, 'x'));
  ASSERT_EQ(symlink("/etc/passwd", (dir_ + "/link.jpg").c_str()), 0);
  mkdir((dir_ + "/folder.jpg").c_str(), 0700);
  Write("bookings.csv", std::string(kHeader) + Row("1", "a.jpg") + Row("2", "missing.jpg") +
                            Row("3", "big.jpg") + Row("4", "link.jpg") + Row("5", "folder.jpg") +
                            Row("6", "a.jpg") + Row("7", "a.jpg"));
  BookingImportLimits limits;
  limits.max_image_bytes = 50;
  const auto report = ImportBookings(dir_ + "/bookings.csv", dir_, limits,
                                     [](const Booking& booking, absl::string_view image) {
                                       EXPECT_EQ(image, "AAA");
                                       if (booking.booking_number == "6")
                                         return absl::AlreadyExistsError("known");
                                       if (booking.booking_number == "7")
                                         return absl::InvalidArgumentError("image: no face");
                                       return absl::OkStatus();
                                     });
  FUSIONHUB_ASSERT_OK(report);
  EXPECT_EQ(report->enrolled, 1u);
  EXPECT_EQ(report->unchanged, 1u);
  ASSERT_EQ(report->rejected.size(), 5u);
  EXPECT_EQ(report->rejected[0].line, 3u);
  EXPECT_THAT(report->rejected[0].reason, HasSubstr("not in the image folder"));
  EXPECT_THAT(report->rejected[1].reason, HasSubstr("more than 50 bytes"));
  EXPECT_THAT(report->rejected[2].reason, HasSubstr("links are not followed"));
  EXPECT_THAT(report->rejected[3].reason, HasSubstr("cannot be read"));
  EXPECT_THAT(report->rejected[4].reason, HasSubstr("no face"));
}

TEST_F(ImportTest, EndsWhenTheStoreFails) {
  Write("a.jpg", "AAA");
  Write("bookings.csv", std::string(kHeader) + Row("1", "a.jpg") + Row("2", "a.jpg"));
  int calls = 0;
  EXPECT_THAT(ImportBookings(dir_ + "/bookings.csv", dir_, {},
                             [&calls](const Booking&, absl::string_view) {
                               ++calls;
                               return absl::DataLossError("disk");
                             }),
              StatusIs(absl::StatusCode::kDataLoss, _));
  EXPECT_EQ(calls, 1);
}

TEST_F(ImportTest, NamesTheFolderThatIsMissing) {
  Write("bookings.csv", kHeader);
  EXPECT_THAT(ImportBookings(dir_ + "/bookings.csv", dir_ + "/nowhere", {},
                             [](const Booking&, absl::string_view) { return absl::OkStatus(); }),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("nowhere")));
}

}  // namespace
}  // namespace fusionhub::face_matcher
