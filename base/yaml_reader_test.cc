// Tests typed reading: what each reader returns, and what it reports with which code and hint.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "absl/strings/str_cat.h"
#include "base/yaml.h"

namespace fusionhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class YamlMapReaderTest : public ::testing::Test {
 protected:
  // The reader of a text that must parse.
  YamlMapReader& Read(absl::string_view text) {
    node_ = ParseYaml(text, "x.yaml", YamlLimits(), diagnostics_);
    EXPECT_NE(node_, nullptr) << text;
    reader_ = std::make_unique<YamlMapReader>(*node_, "x.yaml", "C", "tls", diagnostics_);
    return *reader_;
  }

  // "code line:column message; hint" of each report, then forgets them.
  std::vector<std::string> Reports() {
    std::vector<std::string> reports;
    for (const Diagnostic& d : diagnostics_) {
      reports.push_back(absl::StrCat(d.code, " ", d.at.line, ":", d.at.column, " ", d.message,
                                     d.hint.empty() ? "" : "; ", d.hint));
    }
    diagnostics_.clear();
    return reports;
  }

  std::unique_ptr<YamlNode> node_;
  std::vector<Diagnostic> diagnostics_;
  std::unique_ptr<YamlMapReader> reader_;
};

TEST_F(YamlMapReaderTest, ReadsEveryType) {
  YamlMapReader& reader = Read(
      "name: hub\nport: 9464\nlow: -5\non: true\noff: false\nlist: [a, b]\none: x\nmode: fast\n"
      "sub: {k: v}\n");
  EXPECT_EQ(reader.RequiredString("name"), "hub");
  EXPECT_EQ(reader.RequiredInt("port", 1, 65535), 9464);
  EXPECT_EQ(reader.OptionalInt("low", -10, 10, 0), -5);
  EXPECT_TRUE(reader.OptionalBool("on", false));
  EXPECT_FALSE(reader.OptionalBool("off", true));
  EXPECT_THAT(reader.StringList("list", true), ElementsAre("a", "b"));
  EXPECT_THAT(reader.StringList("one", true, /*scalar_ok=*/true), ElementsAre("x"));
  EXPECT_EQ(reader.Word("mode", {"fast", "safe"}, true), "fast");
  ASSERT_NE(reader.Required("sub"), nullptr);
  EXPECT_EQ(reader.Required("sub")->kind, YamlNode::Kind::kMapping);
  reader.Finish();
  EXPECT_THAT(Reports(), IsEmpty());
}

TEST_F(YamlMapReaderTest, AbsentOptionalKeysTakeTheirFallback) {
  YamlMapReader& reader = Read("nothing:\n");
  for (const char* key : {"absent", "nothing"}) {
    EXPECT_EQ(reader.Optional(key), nullptr);
    EXPECT_EQ(reader.OptionalString(key, "default"), "default");
    EXPECT_EQ(reader.OptionalInt(key, 0, 10, 7), 7);
    EXPECT_TRUE(reader.OptionalBool(key, true));
    EXPECT_THAT(reader.StringList(key, false), IsEmpty());
    EXPECT_EQ(reader.Word(key, {"w"}, false), "");
  }
  reader.Finish();
  EXPECT_THAT(Reports(), IsEmpty());
  EXPECT_TRUE(reader.Has("nothing"));
  EXPECT_FALSE(reader.Has("absent"));
}

TEST_F(YamlMapReaderTest, ReportsMissingAndValuelessKeys) {
  YamlMapReader& reader = Read("x: 1\nnothing:\n");
  EXPECT_EQ(reader.RequiredString("cert"), "");
  EXPECT_EQ(reader.RequiredInt("nothing", 5, 9), 5);
  EXPECT_THAT(reader.StringList("ca", true), IsEmpty());
  EXPECT_EQ(reader.Word("mode", {"w"}, true), "");
  EXPECT_THAT(Reports(), ElementsAre("C0102 1:1 tls has no 'cert'; add 'cert: ...'",
                                     "C0102 2:1 'nothing' has no value; add 'nothing: ...'",
                                     "C0102 1:1 tls has no 'ca'; add 'ca: ...'",
                                     "C0102 1:1 tls has no 'mode'; add 'mode: ...'"));
}

TEST_F(YamlMapReaderTest, ReportsWrongKinds) {
  YamlMapReader& reader = Read("s: [a]\ni: {a: 1}\nl: x\nn: [[a]]\n");
  EXPECT_EQ(reader.RequiredString("s"), "");
  EXPECT_EQ(reader.OptionalInt("i", 0, 9, 3), 3);
  EXPECT_THAT(reader.StringList("l", true), IsEmpty());
  EXPECT_THAT(reader.StringList("n", false), IsEmpty());
  EXPECT_THAT(Reports(),
              ElementsAre("C0103 1:4 's' must be a single value, not a list",
                          "C0103 2:4 'i' must be a single value, not a mapping",
                          "C0103 3:4 'l' must be a list, not a single value; write [a, b]",
                          "C0103 4:5 'n' lists single values, not a list"));
}

TEST_F(YamlMapReaderTest, IntegersAreDecimalDigitsOnly) {
  for (const char* text :
       {"0x10", "1e3", "1.0", "1_000", "+5", "five", "' 5'", "'-'", "--5", "٣"}) {
    EXPECT_EQ(Read(absl::StrCat("n: ", text)).OptionalInt("n", -100, 100, 42), 42);
    EXPECT_THAT(Reports(), ElementsAre(HasSubstr("C0105 1:4 'n' must be a whole number"))) << text;
  }
  EXPECT_EQ(Read("n: 0123").RequiredInt("n", 0, 1000), 0);
  EXPECT_THAT(Reports(),
              ElementsAre("C0105 1:4 'n' must be a whole number, not '0123'; write 123"));
  EXPECT_EQ(Read("n: 0").RequiredInt("n", 0, 1000), 0);
  EXPECT_THAT(Reports(), IsEmpty());
}

TEST_F(YamlMapReaderTest, IntegersKeepToTheirRange) {
  for (const char* text : {"0", "11", "-1", "9223372036854775808", "99999999999999999999999999"}) {
    EXPECT_EQ(Read(absl::StrCat("n: ", text)).OptionalInt("n", 1, 10, 5), 5);
    EXPECT_THAT(Reports(), ElementsAre(HasSubstr("write a number from 1 to 10"))) << text;
  }
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Read("n: -9223372036854775808").RequiredInt("n", kMin, kMax), kMin);
  EXPECT_EQ(Read("n: 9223372036854775807").RequiredInt("n", kMin, kMax), kMax);
  EXPECT_THAT(Reports(), IsEmpty());
}

TEST_F(YamlMapReaderTest, OnlyTrueAndFalseAreBooleans) {
  for (const char* text : {"yes", "no", "on", "off", "True", "FALSE", "1", "y"}) {
    EXPECT_TRUE(Read(absl::StrCat("b: ", text)).OptionalBool("b", true));
    EXPECT_THAT(Reports(), ElementsAre(HasSubstr("C0107 1:4 'b' must be true or false"))) << text;
  }
}

TEST_F(YamlMapReaderTest, WordsComeFromTheirListWithAHint) {
  EXPECT_EQ(Read("m: fsat").Word("m", {"fast", "safe"}, true), "");
  EXPECT_THAT(Reports(), ElementsAre("C0108 1:4 'm' cannot be 'fsat'; write one of fast, safe"));
  EXPECT_EQ(Read("m: mugshot").Word("m", {"mugshots", "plates"}, true), "");
  EXPECT_THAT(Reports(),
              ElementsAre("C0108 1:4 'm' cannot be 'mugshot'; did you mean 'mugshots'?"));
  EXPECT_EQ(Read("m: Fast").Word("m", {"fast"}, true), "");
  EXPECT_THAT(Reports(), ElementsAre(HasSubstr("did you mean 'fast'?")));
}

TEST_F(YamlMapReaderTest, ReportsEmptyTextAndEmptyItems) {
  EXPECT_EQ(Read("s: ''").RequiredString("s"), "");
  EXPECT_THAT(Reports(), ElementsAre("C0109 1:4 's' must not be empty"));
  EXPECT_THAT(Read("l: [a, '', b]").StringList("l", true), ElementsAre("a", "b"));
  EXPECT_THAT(Reports(), ElementsAre("C0109 1:8 'l' has an empty item"));
  EXPECT_THAT(Read("l: []").StringList("l", true), IsEmpty());
  EXPECT_THAT(Reports(), ElementsAre("C0109 1:4 'l' must not be empty"));
  EXPECT_THAT(Read("l: []").StringList("l", false), IsEmpty());
  EXPECT_THAT(Reports(), IsEmpty());
}

TEST_F(YamlMapReaderTest, FinishReportsUnknownKeysWithAHint) {
  YamlMapReader& reader = Read("certificat: x\nport: 1\nzzz: 2\n");
  EXPECT_EQ(reader.OptionalString("certificate"), "");
  EXPECT_EQ(reader.OptionalInt("port", 0, 9, 0), 1);
  reader.Finish();
  EXPECT_THAT(Reports(),
              ElementsAre("C0104 1:1 tls has no key 'certificat'; did you mean 'certificate'?",
                          "C0104 3:1 tls has no key 'zzz'; remove it"));
}

TEST_F(YamlMapReaderTest, ReportsOnceWhenItIsNoMapping) {
  for (const char* text : {"[a]", "text", "~"}) {
    YamlMapReader& reader = Read(text);
    EXPECT_EQ(reader.RequiredString("a"), "");
    EXPECT_EQ(reader.Required("b"), nullptr);
    reader.Finish();
    EXPECT_THAT(Reports(), ElementsAre(HasSubstr("C0101 1:1 tls must be a mapping"))) << text;
  }
}

TEST_F(YamlMapReaderTest, CallersReportAtANodeOrAtTheMapping) {
  YamlMapReader& reader = Read("a: 1\nb: 2\n");
  reader.Report(reader.Required("b"), "0777", "b is odd", "make it even");
  reader.Report(nullptr, "0778", "both are odd");
  EXPECT_THAT(Reports(), ElementsAre("C0777 2:4 b is odd; make it even", "C0778 1:1 both are odd"));
}

TEST_F(YamlMapReaderTest, LongValuesAreCutInMessages) {
  Read(absl::StrCat("n: ", std::string(5000, 'x'))).RequiredInt("n", 0, 1);
  ASSERT_EQ(diagnostics_.size(), 1U);
  EXPECT_LT(diagnostics_[0].message.size(), 200U);
}

TEST_F(YamlMapReaderTest, ReportsAreBounded) {
  std::string text;
  for (int i = 0; i < 20000; ++i) absl::StrAppend(&text, "key", i, ": 1\n");
  Read(text).Finish();
  EXPECT_EQ(diagnostics_.size(), 1000U);
}

}  // namespace
}  // namespace fusionhub
