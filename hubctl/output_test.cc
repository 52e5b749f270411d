// Tests what goes where, and that test mode marks every line.
#include "hubctl/output.h"

#include <gtest/gtest.h>

#include <sstream>

namespace fusionhub::hubctl {
namespace {

class OutputTest : public testing::Test {
 protected:
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(OutputTest, LinesGoToStdoutAndProgressToStderr) {
  Output output(out_, err_, /*terminal=*/false);
  output.Line("answer");
  output.Progress("waiting");
  EXPECT_EQ(out_.str(), "answer\n");
  EXPECT_EQ(err_.str(), "waiting\n");
}

TEST_F(OutputTest, EveryLineSaysTestModeOnceItIsKnown) {
  Output output(out_, err_, /*terminal=*/false);
  output.SetTestMode();
  output.Line("answer");
  output.Line();
  output.ErrorLine("error");
  output.Progress("waiting");
  EXPECT_EQ(out_.str(), "TEST MODE | answer\nTEST MODE |\n");
  EXPECT_EQ(err_.str(), "TEST MODE | error\nTEST MODE | waiting\n");
}

TEST_F(OutputTest, WithJsonOnlyTheObjectIsOnStdout) {
  Output output(out_, err_, /*terminal=*/false);
  output.UseJson();
  output.Line("answer");
  output.Progress("waiting");
  output.WriteJson(Json{{"b", 1}, {"a", 2}});
  EXPECT_EQ(out_.str(), "{\"b\":1,\"a\":2}\n");
  EXPECT_EQ(err_.str(), "");
}

TEST_F(OutputTest, JsonReplacesBytesThatAreNotText) {
  Output output(out_, err_, /*terminal=*/false);
  output.WriteJson(Json{{"name", "\xff"}});
  EXPECT_EQ(out_.str(), "{\"name\":\"\xef\xbf\xbd\"}\n");
}

TEST_F(OutputTest, OnATerminalALineReplacesTheProgressAndProgressReturnsBelow) {
  {
    Output output(out_, err_, /*terminal=*/true);
    output.Progress("waiting");
    output.Line("answer");
    output.ClearProgress();
    output.Line("end");
  }
  EXPECT_EQ(out_.str(), "answer\nend\n");
  EXPECT_TRUE(err_.str().starts_with("waiting (0.0 s)\r\x1b[2K")) << err_.str();
  EXPECT_TRUE(err_.str().ends_with("\r\x1b[2K")) << err_.str();
}

}  // namespace
}  // namespace fusionhub::hubctl
