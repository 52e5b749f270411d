// Tests what people see of a mistake: position, caret, "did you mean".
#include "base/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_matchers.h"

namespace fusionhub {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Diagnostic At(int line, int column, std::string message = "bad") {
  return {"x.yaml", {line, column}, "P0203", std::move(message), ""};
}

TEST(RenderDiagnosticTest, ShowsPositionLineAndCaret) {
  Diagnostic diagnostic = At(2, 7, "'alpr_read' is not a data category");
  diagnostic.hint = "did you mean 'alpr_reads'?";
  EXPECT_EQ(RenderDiagnostic(diagnostic, "a: 1\ndata: alpr_read\nb: 2\n"),
            "x.yaml:2:7: error[P0203]: 'alpr_read' is not a data category; did you mean "
            "'alpr_reads'?\n"
            "  data: alpr_read\n"
            "        ^");
}

TEST(RenderDiagnosticTest, TheCaretCountsCharactersNotBytes) {
  EXPECT_THAT(RenderDiagnostic(At(1, 6), "Jos\xc3\xa9: x"), HasSubstr("\n      ^"));
  EXPECT_THAT(RenderDiagnostic(At(1, 4), "a:\tx"), HasSubstr("\n  a: x\n     ^"));
}

TEST(RenderDiagnosticTest, WindowsLineEndsDoNotShow) {
  EXPECT_THAT(RenderDiagnostic(At(1, 1), "abc\r\ndef"), HasSubstr("\n  abc\n  ^"));
}

TEST(RenderDiagnosticTest, ALongLineIsCutAroundTheCaret) {
  const std::string source = absl::StrCat(std::string(5000, 'a'), "HERE", std::string(5000, 'b'));
  const std::string text = RenderDiagnostic(At(1, 5001), source);
  EXPECT_LT(text.size(), 400U);
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[1].find("HERE"), lines[2].find('^'));
}

TEST(RenderDiagnosticTest, ControlCharactersAndBadBytesNeverReachTheTerminal) {
  const std::string text = RenderDiagnostic(At(1, 3, "bad \x1b[2J"), "\x1b]0;t\x07 \xff");
  EXPECT_THAT(text, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\xff")), Not(HasSubstr("\x07"))));
}

TEST(RenderDiagnosticTest, ToleratesPositionsOutsideTheSource) {
  for (const auto& [line, column] :
       std::vector<std::pair<int, int>>{{0, 0}, {1, 100}, {99, 1}, {1, 0}, {1, -5}, {-1, 1}}) {
    EXPECT_THAT(RenderDiagnostic(At(line, column), "short"), HasSubstr("error[P0203]: bad"));
    EXPECT_THAT(RenderDiagnostic(At(line, column), ""), HasSubstr("error[P0203]: bad"));
  }
}

TEST(NearestWordTest, FindsASmallMistake) {
  const std::vector<std::string> words = {"alpr_reads", "mugshots", "hotlist_entries"};
  EXPECT_EQ(NearestWord("alpr_read", words), "alpr_reads");
  EXPECT_EQ(NearestWord("mugshost", words), "mugshots");
  EXPECT_EQ(NearestWord("mugshots", words), "mugshots");
}

TEST(NearestWordTest, StaysSilentOnAnythingElse) {
  EXPECT_EQ(NearestWord("fingerprints", {"alpr_reads", "mugshots"}), "");
  EXPECT_EQ(NearestWord("", {"a"}), "");
  EXPECT_EQ(NearestWord("ab", {"cb"}), "");  // half of it is another word
  EXPECT_EQ(NearestWord("abc", {}), "");
  EXPECT_EQ(NearestWord(std::string(1 << 20, 'x'), {"alpr_reads"}), "");
}

TEST(DiagnosticsToStatusTest, TellsEveryMistakeInOrderOfPosition) {
  FUSIONHUB_EXPECT_OK(DiagnosticsToStatus({}, "source"));
  const absl::Status status =
      DiagnosticsToStatus({At(9, 1, "third"), At(1, 5, "second"), At(1, 2, "first")}, "");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("first")));
  const std::string text(status.message());
  EXPECT_LT(text.find("first"), text.find("second"));
  EXPECT_LT(text.find("second"), text.find("third"));
}

TEST(DiagnosticsToStatusTest, IsBounded) {
  const absl::Status status = DiagnosticsToStatus(std::vector<Diagnostic>(5000, At(1, 1)), "x");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("and 4900 more")));
}

}  // namespace
}  // namespace fusionhub
