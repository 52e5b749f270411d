// Tests how errors are reported, and that no peer's text acts on the terminal or is lost.
#include "hubctl/session.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "base/file.h"
#include "query/error_detail.h"

namespace fusionhub::hubctl {
namespace {

class SessionTest : public testing::Test {
 protected:
  std::ostringstream out_;
  std::ostringstream err_;
  Output output_{out_, err_, /*terminal=*/false};
  GlobalFlags flags_;
  SimulatedClock clock_{absl::FromUnixSeconds(1'740'000'000)};
  SeededRandom random_{3};
  Session session_{flags_, output_, clock_, random_};
};

TEST_F(SessionTest, EachKindOfErrorHasItsExitCode) {
  EXPECT_EQ(session_.Fail(absl::UnavailableError("")), ExitCode::kUnreachable);
  EXPECT_EQ(session_.Fail(absl::DeadlineExceededError("")), ExitCode::kUnreachable);
  EXPECT_EQ(session_.Fail(absl::DataLossError("")), ExitCode::kBadProof);
  EXPECT_EQ(session_.Fail(absl::PermissionDeniedError("")), ExitCode::kError);
  EXPECT_EQ(session_.FailUsage(absl::InvalidArgumentError("")), ExitCode::kUsage);
}

TEST_F(SessionTest, APeersErrorIsEscapedAndSaysWhatToDo) {
  session_.Fail(query::WithErrorDetail(absl::UnauthenticatedError("no\nhubctl: done\x1b[2J"),
                                       "ASSERTION_EXPIRED", "SO#B.4", "ask for a new one\x07"));
  EXPECT_EQ(err_.str(),
            "hubctl: no\\x0ahubctl: done\\x1b[2J\n"
            "  reason ASSERTION_EXPIRED   clause SO#B.4\n"
            "  what to do: ask for a new one\\x07\n");
}

TEST_F(SessionTest, WithJsonTheErrorIsAnObjectOnStdout) {
  output_.UseJson();
  session_.Fail(query::WithErrorDetail(absl::UnauthenticatedError("no"), "ASSERTION_EXPIRED", "",
                                       "ask for a new one"));
  const Json json = Json::parse(out_.str());
  EXPECT_EQ(json["exit_code"], 1);
  EXPECT_EQ(json["error"]["code"], "UNAUTHENTICATED");
  EXPECT_EQ(json["error"]["reason"], "ASSERTION_EXPIRED");
  EXPECT_EQ(json["error"]["fix"], "ask for a new one");
}

TEST_F(SessionTest, WithoutConfigurationItSaysHowToNameOne) {
  const auto config = session_.LoadedConfig();
  EXPECT_EQ(config.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(config.status().message(), "FUSIONHUB_CONFIG"));
}

TEST_F(SessionTest, MistakesInTheUsersOwnFileKeepTheirLines) {
  flags_.config = testing::TempDir() + "/hubctl.yaml";
  ASSERT_TRUE(WriteFileAtomically(flags_.config, "regio: stl\n", 0600, Durability::kUnsynced).ok());
  const auto config = session_.LoadedConfig();
  ASSERT_FALSE(config.ok());
  session_.Fail(config.status());
  EXPECT_TRUE(absl::StrContains(err_.str(), "hubctl.yaml:1:1: error[C0104]")) << err_.str();
  EXPECT_FALSE(absl::StrContains(err_.str(), "\\x0a"));
}

}  // namespace
}  // namespace fusionhub::hubctl
