// Tests strict decoding and safe printing.
#include "base/utf8.h"

#include <gtest/gtest.h>

namespace fusionhub {
namespace {

TEST(Utf8Test, AcceptsTheLimitsOfEveryLength) {
  for (const char* text :
       {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(IsValidUtf8(text)) << text;
  }
}

TEST(Utf8Test, RefusesWhatIsNotWellFormed) {
  for (const char* text : {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2g", "\xe0\x9f\xbf",
                           "\xe0\xa0", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "ok\xfe"}) {
    EXPECT_FALSE(IsValidUtf8(text)) << text;
  }
}

TEST(Utf8Test, DecodesCodePointAndSize) {
  const auto euro = DecodeUtf8("\xe2\x82\xac rest");
  ASSERT_TRUE(euro.has_value());
  EXPECT_EQ(euro->code_point, 0x20ACU);
  EXPECT_EQ(euro->size, 3U);
  EXPECT_FALSE(DecodeUtf8("").has_value());
}

TEST(Utf8Test, PrintsSafely) {
  EXPECT_EQ(PrintableUtf8("Jos\xc3\xa9"), "Jos\xc3\xa9");
  EXPECT_EQ(PrintableUtf8("\x1b[2Jx\n\x7f"), "?[2Jx??");
  EXPECT_EQ(PrintableUtf8("\xc2\x9b"
                          "31m"),
            "?31m");  // C1 control sequence introducer
  EXPECT_EQ(PrintableUtf8("a\xe2\x80\xae"
                          "b"),
            "a?b");  // right-to-left override
  EXPECT_EQ(PrintableUtf8("\xff\xc3"), "??");
}

}  // namespace
}  // namespace fusionhub
