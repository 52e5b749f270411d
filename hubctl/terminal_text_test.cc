// Tests that no text of a peer can act on the terminal.
#include "hubctl/terminal_text.h"

#include <gtest/gtest.h>

#include <string>

#include "base/utf8.h"

namespace fusionhub::hubctl {
namespace {

TEST(TerminalTextTest, LeavesPlainTextAlone) {
  EXPECT_EQ(TerminalText("St. Charles, Straße 5, 東京"), "St. Charles, Straße 5, 東京");
}

TEST(TerminalTextTest, ShowsAnsiSequencesInsteadOfObeyingThem) {
  EXPECT_EQ(TerminalText("\x1b[2J\x1b]0;title\x07"), "\\x1b[2J\\x1b]0;title\\x07");
}

TEST(TerminalTextTest, ShowsTheOneByteControlSequenceIntroducer) {
  EXPECT_EQ(TerminalText("\xc2\x9b"
                         "31m"),
            "\\x9b31m");
}

TEST(TerminalTextTest, KeepsOneTextOnOneLine) {
  EXPECT_EQ(TerminalText("a\nREFUSED by nobody\r\tb"), "a\\x0aREFUSED by nobody\\x0d\\x09b");
}

TEST(TerminalTextTest, ShowsBidirectionalOverridesAndInvisibleCharacters) {
  EXPECT_EQ(TerminalText("a\u202eb\u200bc\ufeff"), "a\\u202eb\\u200bc\\ufeff");
}

TEST(TerminalTextTest, ShowsBytesThatAreNotText) {
  EXPECT_EQ(TerminalText("\xff\xfe ok \xc3"), "\\xff\\xfe ok \\xc3");
}

TEST(TerminalTextTest, DoublesTheBackslashSoThatEscapesCannotBeForged) {
  EXPECT_EQ(TerminalText("\\x1b"), "\\\\x1b");
}

TEST(TerminalTextTest, NoByteStringLeavesAControlCharacter) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string bytes = {static_cast<char>(first), static_cast<char>(second)};
      const std::string safe = TerminalText(bytes);
      ASSERT_EQ(PrintableUtf8(safe), safe) << first << "," << second;
    }
  }
}

}  // namespace
}  // namespace fusionhub::hubctl
