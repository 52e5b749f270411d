#include "alpr_ingest/hotlist_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"

namespace fusionhub::alpr_ingest {
namespace {

using testing::HasSubstr;
using testing::Not;

absl::Time Utc(int year, int month, int day, int hour) {
  return absl::FromCivil(absl::CivilHour(year, month, day, hour), absl::UTCTimeZone());
}
const absl::Time kNow = Utc(2026, 1, 1, 12);

constexpr absl::string_view kTimes = "2025-12-01T08:00:00Z,2026-01-01T08:00:00Z";

std::string File(absl::string_view lines) { return absl::StrCat(kHotlistHeader, "\n", lines); }

HotlistFile Parse(absl::string_view content, const HotlistFileOptions& options = {}) {
  auto file = ParseHotlistFile(content, options, kNow);
  EXPECT_THAT(file, IsOk());
  return file.ok() ? *std::move(file) : HotlistFile{};
}

// `count` good lines with ids from `first`.
std::string Lines(int first, int count) {
  std::string text;
  for (int i = first; i < first + count; ++i) {
    absl::StrAppend(&text, "E", i, ",TST", i, ",MO,felony_vehicle,", kTimes, ",\n");
  }
  return text;
}

// The report's only broken line.
BrokenLine OnlyFault(absl::string_view line) {
  const HotlistFile file = Parse(File(absl::StrCat(Lines(1, 9), line, "\n")));
  EXPECT_EQ(file.entries.size(), 9u) << line;
  if (file.report.broken_lines.size() != 1) {
    ADD_FAILURE() << file.report.ToText() << line;
    return {};
  }
  EXPECT_TRUE(file.report.accepted);
  EXPECT_EQ(file.report.broken_lines[0].line, 11u);
  return file.report.broken_lines[0];
}

TEST(HotlistFileTest, ReadsALine) {
  const HotlistFile file = Parse(
      File("A1,tst-0A 01,mo,stolen_vehicle,2025-12-01T08:00:00Z,2026-01-01T01:00:00-06:00,\"red, "
           "dented\"\n"));
  ASSERT_EQ(file.entries.size(), 1u);
  const HotlistEntry& entry = file.entries[0];
  EXPECT_EQ(entry.entry_id, "A1");
  EXPECT_EQ(entry.plate, "TST0A01");
  EXPECT_EQ(entry.state, "MO");
  EXPECT_EQ(entry.category, "stolen_vehicle");
  EXPECT_EQ(entry.entered_at, Utc(2025, 12, 1, 8));
  EXPECT_EQ(entry.confirmed_at, Utc(2026, 1, 1, 7));
  EXPECT_EQ(entry.vehicle, "red, dented");
  EXPECT_TRUE(file.report.accepted);
  EXPECT_EQ(file.report.lines, 1u);
}

TEST(HotlistFileTest, TakesWindowsLinesAByteOrderMarkAndNoLastNewline) {
  const std::string line = absl::StrCat("A1,TST1,,stolen_vehicle,", kTimes, ",x");
  const HotlistFile file = Parse(absl::StrCat("\xEF\xBB\xBF", kHotlistHeader, "\r\n\r\n", line));
  ASSERT_EQ(file.entries.size(), 1u);
  EXPECT_EQ(file.entries[0].state, "");
  EXPECT_EQ(file.entries[0].vehicle, "x");
}

TEST(HotlistFileTest, RefusesAFileWithAnotherHeader) {
  for (const std::string& content : {std::string(), std::string("plate,state\n"), Lines(1, 2),
                                     std::string("\xFF\xFE\0e", 4), std::string("PK\x03\x04")}) {
    EXPECT_THAT(ParseHotlistFile(content, {}, kNow),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("line 1")));
  }
}

TEST(HotlistFileTest, SaysInWhichColumnALineIsBroken) {
  const std::string good_tail = absl::StrCat("stolen_vehicle,", kTimes, ",x");
  const std::pair<std::string, const char*> lines[] = {
      {absl::StrCat(",TST1,MO,", good_tail), "entry_id"},
      {absl::StrCat(std::string(65, 'x'), ",TST1,MO,", good_tail), "entry_id"},
      {absl::StrCat("a b,TST1,MO,", good_tail), "entry_id"},
      {absl::StrCat("E3,TST1,MO,", good_tail), "entry_id"},  // twice
      {absl::StrCat("A,,MO,", good_tail), "plate"},
      {absl::StrCat("A,TST?1,MO,", good_tail), "plate"},
      {absl::StrCat("A,ABCDEFGHIJKLM,MO,", good_tail), "plate"},
      {absl::StrCat("A,TST1,ZZ,", good_tail), "state"},
      {absl::StrCat("A,TST1,Missouri,", good_tail), "state"},
      {absl::StrCat("A,TST1,MO,Stolen,", kTimes, ",x"), "category"},
      {absl::StrCat("A,TST1,MO,,", kTimes, ",x"), "category"},
      {"A,TST1,MO,stolen_vehicle,01/12/2025,2026-01-01T08:00:00Z,x", "entered_at"},
      {"A,TST1,MO,stolen_vehicle,infinite-past,2026-01-01T08:00:00Z,x", "entered_at"},
      {"A,TST1,MO,stolen_vehicle,2025-12-01T08:00:00Z,2026-01-01T08:00:00,x", "confirmed_at"},
      {"A,TST1,MO,stolen_vehicle,2025-12-01T08:00:00Z,,x", "confirmed_at"},
      {"A,TST1,MO,stolen_vehicle,2025-12-01T08:00:00Z,2025-12-01T07:59:59Z,x", "confirmed_at"},
      {"A,TST1,MO,stolen_vehicle,2025-12-01T08:00:00Z,2026-01-01T12:05:01Z,x", "confirmed_at"},
      {absl::StrCat("A,TST1,MO,stolen_vehicle,", kTimes, ",", std::string(201, 'x')), "vehicle"},
      {absl::StrCat("A,TST1,MO,stolen_vehicle,", kTimes, ",\x1B[31m"), "vehicle"},
      {absl::StrCat("A,TST1,MO,stolen_vehicle,", kTimes), ""},
      {absl::StrCat("A,TST1,MO,", good_tail, ",more"), ""},
      {"garbage", ""},
      {"\"A,TST1,MO", ""},
      {absl::StrCat("A,TS\"T1,MO,", good_tail), ""},
      {absl::StrCat("A,TST1,MO,", good_tail, "\xFF"), ""},
      {absl::StrCat("A,TST1,MO,", good_tail, std::string(1, '\0')), "vehicle"},
      {absl::StrCat("A,TST1,MO,", good_tail, std::string(1024, ' ')), ""},
  };
  for (const auto& [line, column] : lines) {
    const BrokenLine fault = OnlyFault(line);
    EXPECT_EQ(fault.column, column) << line;
    EXPECT_FALSE(fault.reason.empty()) << line;
  }
}

TEST(HotlistFileTest, AnOpenQuoteBreaksOneLineOnly) {
  const HotlistFile file = Parse(File(absl::StrCat(Lines(1, 5), "\"A,TST1,MO\n", Lines(6, 5))));
  EXPECT_EQ(file.entries.size(), 10u);
  ASSERT_EQ(file.report.broken_lines.size(), 1u);
  EXPECT_EQ(file.report.broken_lines[0].line, 7u);
}

TEST(HotlistFileTest, NeverRepeatsAPlateInItsReport) {
  const HotlistFile file = Parse(File("A,SECRET?1,MO,x,y,z,w\nSECRET1\nB,SECRET,SECRET,x,y,z,w\n"));
  EXPECT_EQ(file.report.broken, 3u);
  EXPECT_THAT(file.report.ToText(), Not(HasSubstr("SECRET")));
}

TEST(HotlistFileTest, HoldsAFileOfWhichMoreThanAFifthIsBroken) {
  const HotlistFile at = Parse(File(absl::StrCat(Lines(1, 8), "x\nx\n")));
  EXPECT_TRUE(at.report.accepted) << at.report.ToText();
  const HotlistFile above = Parse(File(absl::StrCat(Lines(1, 7), "x\nx\nx\n")));
  EXPECT_FALSE(above.report.accepted);
  ASSERT_EQ(above.report.held.size(), 1u);
  EXPECT_THAT(above.report.held[0], HasSubstr("3 of 10"));
  HotlistFileOptions options;
  options.force = true;
  const HotlistFile forced = Parse(File(absl::StrCat(Lines(1, 7), "x\nx\nx\n")), options);
  EXPECT_TRUE(forced.report.accepted);
  EXPECT_EQ(forced.report.held.size(), 1u);
}

TEST(HotlistFileTest, HoldsAListThatShrinksOrGrowsByMoreThanAFifth) {
  HotlistFileOptions options;
  options.previous_entries = 10;
  for (const int count : {8, 10, 12}) {
    EXPECT_TRUE(Parse(File(Lines(1, count)), options).report.accepted) << count;
  }
  for (const int count : {0, 7, 13}) {
    EXPECT_FALSE(Parse(File(Lines(1, count)), options).report.accepted) << count;
  }
  options.force = true;
  EXPECT_TRUE(Parse(File(Lines(1, 1)), options).report.accepted);
  options.force = false;
  options.previous_entries = 0;
  EXPECT_FALSE(Parse(File(Lines(1, 1)), options).report.accepted);
}

TEST(HotlistFileTest, RefusesMoreRowsThanAllowed) {
  HotlistFileOptions options;
  options.max_rows = 5;
  EXPECT_THAT(ParseHotlistFile(File(Lines(1, 6)), options, kNow),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("line 7")));
  EXPECT_EQ(Parse(File(Lines(1, 5)), options).entries.size(), 5u);
}

TEST(HotlistFileTest, DescribesOnlySoManyBrokenLinesButCountsAll) {
  HotlistFileOptions options;
  options.max_reported_lines = 2;
  const HotlistFile file = Parse(File("x\nx\nx\nx\nx\n"), options);
  EXPECT_EQ(file.report.broken, 5u);
  EXPECT_EQ(file.report.broken_lines.size(), 2u);
  EXPECT_THAT(file.report.ToText(), HasSubstr("3 more"));
}

TEST(HotlistFileTest, EveryCategoryHasOnePlace) {
  for (const absl::string_view word : HotlistCategories()) EXPECT_TRUE(IsHotlistCategory(word));
  EXPECT_FALSE(IsHotlistCategory(""));
  EXPECT_FALSE(IsHotlistCategory("STOLEN_VEHICLE"));
  EXPECT_EQ(HotlistCategoryIndex("stolen_vehicle"), 0);
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
