// Tests that every line is one JSON object with what the reader of logs needs.
#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

#include "absl/strings/str_split.h"

namespace fusionhub {
namespace {

using ::testing::MatchesRegex;
using ::testing::SizeIs;
using Json = nlohmann::json;

std::vector<Json> Captured(const std::function<void()>& log) {
  ::testing::internal::CaptureStderr();
  log();
  std::vector<Json> lines;
  for (const absl::string_view line :
       absl::StrSplit(::testing::internal::GetCapturedStderr(), '\n', absl::SkipEmpty())) {
    lines.push_back(Json::parse(line, nullptr, /*allow_exceptions=*/false));
  }
  return lines;
}

TEST(LogTest, WritesOneObjectWithItsFields) {
  SetLogComponent("broker");
  const std::vector<Json> lines = Captured([] {
    Log(LogLevel::kWarn, "node_lost", "a node is silent",
        {{"node_id", "n1"}, {"seconds", int64_t{7}}, {"ratio", 0.5}, {"final", true}});
  });
  SetLogComponent("");
  ASSERT_THAT(lines, SizeIs(1));
  const Json& line = lines[0];
  EXPECT_THAT(line["ts"].get<std::string>(), MatchesRegex("[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z"));
  EXPECT_EQ(line["level"], "warn");
  EXPECT_EQ(line["component"], "broker");
  EXPECT_EQ(line["event"], "node_lost");
  EXPECT_EQ(line["msg"], "a node is silent");
  EXPECT_EQ(line["node_id"], "n1");
  EXPECT_EQ(line["seconds"], 7);
  EXPECT_EQ(line["ratio"], 0.5);
  EXPECT_EQ(line["final"], true);
}

TEST(LogTest, NamesTheLevels) {
  const std::vector<Json> lines = Captured([] {
    Log(LogLevel::kInfo, "levels", "m");
    Log(LogLevel::kError, "levels", "m");
  });
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[0]["level"], "info");
  EXPECT_EQ(lines[1]["level"], "error");
  EXPECT_FALSE(lines[0].contains("component"));
}

TEST(LogTest, HostileTextStaysInItsString) {
  const std::vector<Json> lines = Captured([] {
    Log(LogLevel::kInfo, "hostile", "two\nlines\x1b[2J \xff\xfe \"quoted\"", {{"k", "\xc3"}});
  });
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_FALSE(lines[0].is_discarded());
  EXPECT_EQ(lines[0]["event"], "hostile");
}

TEST(LogTest, AFieldNeverReplacesWhatTheLogSays) {
  const std::vector<Json> lines = Captured([] {
    Log(LogLevel::kInfo, "real", "m", {{"event", "forged"}, {"ts", "0"}});
  });
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0]["event"], "real");
  EXPECT_NE(lines[0]["ts"], "0");
}

TEST(LogTest, ANumberThatJsonCannotWriteIsNull) {
  const std::vector<Json> lines = Captured([] {
    Log(LogLevel::kInfo, "nan", "m", {{"value", std::nan("")}});
  });
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_TRUE(lines[0]["value"].is_null());
}

TEST(LogTest, AFloodOfOneEventIsCut) {
  const std::vector<Json> lines = Captured([] {
    for (int i = 0; i < 1000; ++i) Log(LogLevel::kInfo, "flood", "m");
    Log(LogLevel::kInfo, "calm", "m");
  });
  // Twenty a second; the loop may touch a second or third one on a slow machine.
  EXPECT_GE(lines.size(), 21U);
  EXPECT_LE(lines.size(), 200U);
  EXPECT_EQ(lines.back()["event"], "calm");
}

TEST(LogTest, LinesOfThreadsDoNotMix) {
  const std::vector<Json> lines = Captured([] {
    std::vector<std::thread> threads;
    for (const char* event : {"thread_a", "thread_b", "thread_c"}) {
      threads.emplace_back([event] {
        for (int i = 0; i < 10; ++i) Log(LogLevel::kInfo, event, std::string(3000, 'x'));
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
  EXPECT_THAT(lines, SizeIs(30));
  for (const Json& line : lines) EXPECT_FALSE(line.is_discarded());
}

TEST(FatalTest, WritesItsLineAndAborts) {
  EXPECT_DEATH(Fatal("entry_lost", "the log lost an entry"),
               "\"level\":\"error\",\"event\":\"entry_lost\",\"msg\":\"the log lost an entry\"");
}

}  // namespace
}  // namespace fusionhub
