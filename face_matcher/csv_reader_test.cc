// Lines, quotes, and that a broken line harms nobody else.
#include "face_matcher/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fusionhub::face_matcher {
namespace {

using ::testing::ElementsAre;

TEST(CsvReaderTest, ReadsQuotedFieldsAndLineNumbers) {
  const auto records = ReadCsv("a,b\r\n\r\n\"x, \"\"y\"\"\",2\n3,\n", 5);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].line, 1u);
  EXPECT_THAT(records[1].fields, ElementsAre("x, \"y\"", "2"));
  EXPECT_EQ(records[1].line, 3u);
  EXPECT_THAT(records[2].fields, ElementsAre("3", ""));
}

TEST(CsvReaderTest, ReadsALastLineWithoutBreak) {
  const auto records = ReadCsv("a\nb", 5);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_THAT(records[1].fields, ElementsAre("b"));
}

TEST(CsvReaderTest, ABrokenLineDoesNotSwallowTheNext) {
  const auto records = ReadCsv("a,b\n\"open,1\nc,d\nx\"y,1\n\"a\"b,2\ne,f\n", 5);
  ASSERT_EQ(records.size(), 6u);
  EXPECT_TRUE(records[1].broken);
  EXPECT_FALSE(records[2].broken);
  EXPECT_THAT(records[2].fields, ElementsAre("c", "d"));
  EXPECT_TRUE(records[3].broken);
  EXPECT_TRUE(records[4].broken);
  EXPECT_THAT(records[5].fields, ElementsAre("e", "f"));
}

TEST(CsvReaderTest, TooManyFieldsAreBroken) {
  const auto records = ReadCsv("1,2,3\n", 2);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_TRUE(records[0].broken);
}

TEST(CsvReaderTest, AnEmptyTextHasNoRecords) { EXPECT_TRUE(ReadCsv("", 2).empty()); }

}  // namespace
}  // namespace fusionhub::face_matcher
