// Tests the parser: raw text with positions for what is allowed, a position and a code for what is
// not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "absl/strings/str_cat.h"
#include "base/yaml.h"

namespace fusionhub {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::unique_ptr<YamlNode> Parse(absl::string_view text, std::vector<Diagnostic>& diagnostics) {
  return ParseYaml(text, "x.yaml", YamlLimits(), diagnostics);
}

// The tree of a text that must parse.
YamlNode Parsed(absl::string_view text) {
  std::vector<Diagnostic> diagnostics;
  std::unique_ptr<YamlNode> node = Parse(text, diagnostics);
  for (const Diagnostic& d : diagnostics) ADD_FAILURE() << RenderDiagnostic(d, text);
  return node == nullptr ? YamlNode() : std::move(*node);
}

// "code line:column" of every mistake, one after the other.
std::string Mistakes(absl::string_view text, const YamlLimits& limits = {}) {
  std::vector<Diagnostic> diagnostics;
  const std::unique_ptr<YamlNode> node = ParseYaml(text, "x.yaml", limits, diagnostics);
  EXPECT_EQ(node == nullptr, !diagnostics.empty()) << text;
  std::string mistakes;
  for (const Diagnostic& d : diagnostics) {
    absl::StrAppend(&mistakes, mistakes.empty() ? "" : ", ", d.code, " ", d.at.line, ":",
                    d.at.column);
  }
  return mistakes;
}

const YamlNode& Value(const YamlNode& node, absl::string_view key) {
  const YamlNode* const value = node.Find(key);
  EXPECT_NE(value, nullptr) << key;
  static const YamlNode none;
  return value == nullptr ? none : *value;
}

TEST(ParseYamlTest, ScalarsKeepTheirRawText) {
  const YamlNode node =
      Parsed("a: no\nb: 0123\nc: 1.50\nd: 2025-03-10\ne: 'quo''ted'\nf: \"x\\ty\"\n");
  EXPECT_EQ(Value(node, "a").scalar, "no");
  EXPECT_EQ(Value(node, "b").scalar, "0123");
  EXPECT_EQ(Value(node, "c").scalar, "1.50");
  EXPECT_EQ(Value(node, "d").scalar, "2025-03-10");
  EXPECT_FALSE(Value(node, "a").quoted);
  EXPECT_EQ(Value(node, "e").scalar, "quo'ted");
  EXPECT_EQ(Value(node, "f").scalar, "x\ty");
  EXPECT_TRUE(Value(node, "e").quoted);
  EXPECT_TRUE(Value(node, "f").quoted);
}

TEST(ParseYamlTest, NullIsAnEmptyUnquotedScalar) {
  for (const char* text : {"a:", "a: ", "a: ~", "a: null", "{a}", "a: # nothing\n"}) {
    const YamlNode node = Parsed(text);
    EXPECT_EQ(Value(node, "a").kind, YamlNode::Kind::kScalar) << text;
    EXPECT_EQ(Value(node, "a").scalar, "") << text;
    EXPECT_FALSE(Value(node, "a").quoted) << text;
  }
  EXPECT_TRUE(Value(Parsed("a: ''"), "a").quoted);
  EXPECT_EQ(Value(Parsed("a: 'null'"), "a").scalar, "null");
}

TEST(ParseYamlTest, EntriesAndItemsKeepFileOrder) {
  const YamlNode node = Parsed("z: [3, {x: 1}, 2]\na:\n  - one\n  - two\n");
  ASSERT_THAT(node.entries, SizeIs(2));
  EXPECT_EQ(node.entries[0].key, "z");
  EXPECT_EQ(node.entries[1].key, "a");
  const YamlNode& list = Value(node, "z");
  ASSERT_THAT(list.items, SizeIs(3));
  EXPECT_EQ(list.items[0].scalar, "3");
  EXPECT_EQ(Value(list.items[1], "x").scalar, "1");
  ASSERT_THAT(Value(node, "a").items, SizeIs(2));
  EXPECT_EQ(Value(node, "a").items[1].scalar, "two");
}

TEST(ParseYamlTest, PositionsCountFromOneInBytes) {
  const YamlNode node =
      Parsed("# comment\nname: Jos\xc3\xa9\nlist: [\xc3\xa9, b]\nmap:\n  key: v\n");
  EXPECT_EQ(node.at.line, 2);
  EXPECT_EQ(Value(node, "name").at.column, 7);
  EXPECT_EQ(Value(node, "list").items[1].at.column, 12);
  EXPECT_EQ(Value(node, "map").entries[0].key_at.line, 5);
  EXPECT_EQ(Value(node, "map").entries[0].key_at.column, 3);
  EXPECT_EQ(Value(Value(node, "map"), "key").at.column, 8);
}

TEST(ParseYamlTest, AnAbsentValueIsPlacedAtItsKey) {
  const YamlNode node = Parsed("a:\nb: ~\nc: 1\n");
  EXPECT_EQ(Value(node, "a").at.line, 1);
  EXPECT_EQ(Value(node, "b").at.line, 2);
  EXPECT_EQ(Value(node, "b").at.column, 4);
}

TEST(ParseYamlTest, TakesOneDocumentHoweverItIsMarked) {
  for (const char* text : {"a: 1", "---\na: 1\n", "--- {a: 1}\n...\n", "a: 1\n...\n# end\n",
                           "\xef\xbb\xbf"
                           "a: 1\n",
                           "a: 1\r\n", "%YAML 1.2\n---\na: 1\n"}) {
    EXPECT_EQ(Value(Parsed(text), "a").scalar, "1") << text;
  }
}

TEST(ParseYamlTest, BlockScalarsKeepTheirLines) {
  EXPECT_EQ(Value(Parsed("a: |\n  one\n  two\n"), "a").scalar, "one\ntwo\n");
  EXPECT_EQ(Value(Parsed("a: >\n  one\n  two\n"), "a").scalar, "one two\n");
  EXPECT_TRUE(Value(Parsed("a: |\n  x\n"), "a").quoted);
}

TEST(ParseYamlTest, RefusesDuplicateKeys) {
  EXPECT_EQ(Mistakes("retention_days: 30\nretention_days: 3650\n"), "Y0103 2:1");
  EXPECT_EQ(Mistakes("{a: 1, \"a\": 2}"), "Y0103 1:8");
  EXPECT_EQ(Mistakes("x:\n  a: 1\n  b: 2\n  a: 3\n"), "Y0103 4:3");
  EXPECT_EQ(Mistakes("x: {a: 1}\ny: {a: 1}\n"), "");
}

TEST(ParseYamlTest, RefusesAnchorsAndAliases) {
  EXPECT_EQ(Mistakes("a: &x 1\nb: 2\n"), "Y0104 1:4");
  EXPECT_EQ(Mistakes("a: &x 1\nb: *x\n"), "Y0104 1:4, Y0105 2:4");
  EXPECT_EQ(Mistakes("a: &x [1]\n"), "Y0104 1:4");
  EXPECT_EQ(Mistakes("a: &x {b: 1}\n"), "Y0104 1:4");
  EXPECT_EQ(Mistakes("a: &x\nb: 1\n"), "Y0104 1:4");
  EXPECT_EQ(Mistakes("&x a: 1\n"), "Y0104 1:1");
}

TEST(ParseYamlTest, RefusesAnAliasBombWithoutUnfoldingIt) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    absl::StrAppend(&bomb, "a", i, ": &a", i, " [");
    for (int j = 0; j < 9; ++j) absl::StrAppend(&bomb, j == 0 ? "" : ", ", "*a", i - 1);
    bomb += "]\n";
  }
  EXPECT_FALSE(Mistakes(bomb).empty());
}

TEST(ParseYamlTest, RefusesTags) {
  for (const char* text : {"a: !!str 1", "a: !mine x", "a: !<tag:x> y", "a: ! plain",
                           "a: ! 'quoted'", "a: !!seq [1]", "a: !!map {b: 1}", "a: !!null"}) {
    EXPECT_EQ(Mistakes(text), "Y0106 1:4") << text;
  }
  EXPECT_EQ(Mistakes("!!str a: 1"), "Y0106 1:1");
  EXPECT_EQ(Mistakes("a: 'x!'\nb: \"!y\"\n"), "");
}

TEST(ParseYamlTest, RefusesMergeKeysAndKeysThatAreNotText) {
  EXPECT_EQ(Mistakes("<<: {a: 1}\n"), "Y0107 1:1");
  EXPECT_EQ(Mistakes("? [a, b]\n: 1\n"), "Y0108 1:3");
  EXPECT_EQ(Mistakes("? {a: b}\n: 1\nc: 2\n"), "Y0108 1:3");
  EXPECT_EQ(Mistakes("~: 1\n"), "Y0108 1:1");
  EXPECT_EQ(Mistakes("null: 1\n"), "Y0108 1:1");
  EXPECT_EQ(Mistakes("'': 1\n"), "Y0108 1:1");
}

TEST(ParseYamlTest, RefusesTabsInIndentation) {
  EXPECT_EQ(Mistakes("a:\n\tb: 1\n"), "Y0004 2:1");
  EXPECT_EQ(Mistakes("a:\n  \tb: 1\n"), "Y0004 2:3");
  EXPECT_EQ(Mistakes("a:\t1\t# c\n"), "");
}

TEST(ParseYamlTest, RefusesASecondDocument) {
  EXPECT_EQ(Mistakes("a: 1\n---\nb: 2\n"), "Y0006 2:1");
  EXPECT_FALSE(Mistakes("a: 1\n---\n").empty());
  EXPECT_FALSE(Mistakes("{a: 1} {b: 2}").empty());
  EXPECT_FALSE(Mistakes("{a: 1}}").empty());
  EXPECT_FALSE(Mistakes("[a]\nb: 1\n").empty());
}

TEST(ParseYamlTest, RefusesAnEmptyText) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "   "}) {
    EXPECT_EQ(Mistakes(text), "Y0005 1:1") << text;
  }
}

TEST(ParseYamlTest, RefusesBytesThatAreNotText) {
  EXPECT_EQ(Mistakes("a: 1\nb: \xff\n"), "Y0002 2:4");
  EXPECT_EQ(Mistakes("a: \xc3\n"), "Y0002 1:4");
  EXPECT_EQ(Mistakes(absl::string_view("a: 1\0b", 6)), "Y0003 1:5");
  EXPECT_EQ(Mistakes(absl::string_view("\xff\xfe"
                                       "a\0:\0",
                                       6)),
            "Y0002 1:1");  // UTF-16
  EXPECT_EQ(Mistakes("a: 1\n\x04"
                     "b: 2\n"),
            "Y0003 2:1");  // yaml-cpp's end of text
  EXPECT_EQ(Mistakes("a: \x1b[2J"), "Y0003 1:4");
  EXPECT_EQ(Mistakes("a: 1\rb: 2"), "Y0003 1:5");  // a line end that hides a line
  EXPECT_EQ(Mistakes("a: \xe2\x80\xae"
                     "x"),
            "Y0003 1:4");  // right-to-left override
}

TEST(ParseYamlTest, RefusesSyntaxErrorsWithTheirPosition) {
  EXPECT_EQ(Mistakes("a: 1\nb: [1, 2\n").substr(0, 5), "Y0101");
  EXPECT_EQ(Mistakes("a: 1\n b: 2\n").substr(0, 8), "Y0101 2:");
  EXPECT_EQ(Mistakes("a: *unknown\n").substr(0, 8), "Y0101 1:");
}

// yaml-cpp takes the end of the text for the end of a quote when a line end stands before it.
TEST(ParseYamlTest, RefusesATextCutOffWithinAQuote) {
  for (const char* text : {"a: \"open", "a: \"open\n", "a: 'open\n", "a: 'it''\n", "a: \"\\\"\n",
                           "a: 'x\nb: 1\n", "'a: 1\n", "[\"a\n", "a: 1\nb: \"\n"}) {
    EXPECT_EQ(Mistakes(text).substr(0, 5), "Y0101") << text;
  }
  EXPECT_EQ(Mistakes("a: ''\nb: \"\"\nc: 'it''s'\nd: \"\\\\\"\ne: \"\\\"\"\n"), "");
  EXPECT_EQ(Mistakes("a: |\n  \"open\n"), "");
  EXPECT_EQ(Mistakes("a: it's\n"), "");
}

TEST(ParseYamlTest, RefusesControlCharactersWrittenAsEscapes) {
  EXPECT_EQ(Mistakes("a: \"\\u0000\"\n"), "Y0003 1:4");
  EXPECT_EQ(Mistakes("a: \"\\x1b[2J\"\n"), "Y0003 1:4");
  EXPECT_EQ(Mistakes("a: \"\\u202e\"\n"), "Y0003 1:4");
  EXPECT_EQ(Mistakes("\"a\\0\": 1\n"), "Y0003 1:1");
  EXPECT_EQ(Mistakes("a: \"\\t\\n\\u00e9\"\n"), "");
}

TEST(ParseYamlTest, RefusesSizesPastTheLimits) {
  YamlLimits limits;
  limits.max_bytes = 10;
  EXPECT_EQ(Mistakes("a: 1234567", limits), "");
  EXPECT_EQ(Mistakes("a: 12345678", limits), "Y0001 1:1");
  limits.max_bytes = 1000;
  limits.max_depth = 2;
  EXPECT_EQ(Mistakes("a: [1]", limits), "");
  EXPECT_EQ(Mistakes("a: [[1]]", limits), "Y0102 1:5");
  limits.max_depth = 0;
  EXPECT_EQ(Mistakes("a", limits), "");
  EXPECT_EQ(Mistakes("[a]", limits), "Y0102 1:1");
}

TEST(ParseYamlTest, ReportsSeveralMistakesInOneRun) {
  EXPECT_EQ(Mistakes("a: &x 1\na: !t 2\n<<: 3\n"), "Y0104 1:4, Y0103 2:1, Y0106 2:4, Y0107 3:1");
}

TEST(ParseYamlTest, ReportsABoundedNumberOfMistakes) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "a: 1\n";
  std::vector<Diagnostic> diagnostics;
  EXPECT_EQ(Parse(text, diagnostics), nullptr);
  EXPECT_THAT(diagnostics, SizeIs(100));
}

// Texts that make parsers slow: a quadratic one would take minutes for these.
TEST(ParseYamlTest, LargeHostileTextsEndSoon) {
  const auto repeated = [](absl::string_view part) {
    std::string text;
    while (text.size() + part.size() <= YamlLimits().max_bytes) absl::StrAppend(&text, part);
    return text;
  };
  std::string many_keys;
  for (int i = 0; many_keys.size() < 1000000; ++i) absl::StrAppend(&many_keys, "k", i, ": v\n");
  const auto start = std::chrono::steady_clock::now();
  for (const std::string& text :
       {repeated("["),     repeated("{"), repeated("- "),   repeated("a: "), repeated("? "),
        repeated("- \n"),  repeated("'"), repeated("\""),   repeated("&a "), repeated("!a "),
        repeated("*a "),   repeated(" "), repeated("#"),    repeated("|\n"), repeated("{a: "),
        repeated("---\n"), repeated("%"), repeated("[a, "), repeated("\n"),  many_keys}) {
    std::vector<Diagnostic> diagnostics;
    const bool parsed = Parse(text, diagnostics) != nullptr;
    EXPECT_EQ(parsed, diagnostics.empty()) << text.substr(0, 10);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

TEST(ParseYamlTest, ArbitraryTextIsParsedOrRefusedButNeverFatal) {
  const std::vector<std::string> pieces = {"a",
                                           "b: ",
                                           "- ",
                                           "\n",
                                           "  ",
                                           "[",
                                           "]",
                                           "{",
                                           "}",
                                           ",",
                                           ": ",
                                           "? ",
                                           "'",
                                           "\"",
                                           "&x ",
                                           "*x",
                                           "!t ",
                                           "<<: ",
                                           "|\n",
                                           ">\n",
                                           "#",
                                           "---\n",
                                           "...\n",
                                           "%YAML 1.2\n",
                                           "\xc3\xa9",
                                           "\xff",
                                           "\t",
                                           "\r\n",
                                           "~",
                                           "null",
                                           "\\",
                                           "%",
                                           "@",
                                           "`",
                                           "-",
                                           ":",
                                           std::string(1, '\0')};
  std::mt19937 engine(2025);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (size_t parts = engine() % 20; parts > 0; --parts) text += pieces[engine() % pieces.size()];
    std::vector<Diagnostic> diagnostics;
    const std::unique_ptr<YamlNode> node = Parse(text, diagnostics);
    ASSERT_EQ(node == nullptr, !diagnostics.empty()) << text;
    for (const Diagnostic& d : diagnostics) ASSERT_FALSE(RenderDiagnostic(d, text).empty());
  }
}

TEST(ParseYamlTest, ArbitraryBytesAreNeverFatal) {
  std::mt19937 engine(7);
  const std::string valid = "a: [1, 'two', {b: \"x\"}]\nc:\n  - d\n  - e: |\n      text\n";
  for (int round = 0; round < 20000; ++round) {
    std::string text = valid;
    for (size_t changes = engine() % 4 + 1; changes > 0; --changes) {
      text[engine() % text.size()] = static_cast<char>(engine());
    }
    std::vector<Diagnostic> diagnostics;
    const std::unique_ptr<YamlNode> node = Parse(text, diagnostics);
    ASSERT_EQ(node == nullptr, !diagnostics.empty()) << text;
  }
}

}  // namespace
}  // namespace fusionhub
