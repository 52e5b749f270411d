// Tests what the environment can make a failpoint do.
#include "base/failpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"

namespace fusionhub {
namespace {

using ::testing::HasSubstr;

class FailpointTest : public ::testing::Test {
 protected:
  ~FailpointTest() override { unsetenv("FUSIONHUB_FAILPOINTS"); }
  static void Set(const char* text) { setenv("FUSIONHUB_FAILPOINTS", text, 1); }
};

TEST_F(FailpointTest, IsOkUnlessItsNameIsSet) {
  FUSIONHUB_EXPECT_OK(Failpoint("write"));
  Set("");
  FUSIONHUB_EXPECT_OK(Failpoint("write"));
  Set("write_after=error;other=kill");
  FUSIONHUB_EXPECT_OK(Failpoint("write"));
}

TEST_F(FailpointTest, ErrorNamesIt) {
  Set("other=kill;write=error");
  EXPECT_THAT(Failpoint("write"), StatusIs(absl::StatusCode::kInternal, HasSubstr("'write'")));
}

TEST_F(FailpointTest, DelayWaits) {
  Set("write=delay:20");
  const absl::Time before = absl::Now();
  FUSIONHUB_EXPECT_OK(Failpoint("write"));
  EXPECT_GE(absl::Now() - before, absl::Milliseconds(19));
}

TEST_F(FailpointTest, KillEndsTheProcessAtOnce) {
  Set("write=kill");
  EXPECT_EXIT((void)Failpoint("write"), ::testing::KilledBySignal(SIGKILL), "");
}

TEST_F(FailpointTest, RefusesAnUnknownAction) {
  for (const char* text : {"write=explode", "write", "write=", "write=delay:", "write=delay:x"}) {
    Set(text);
    EXPECT_THAT(Failpoint("write"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("delay:<milliseconds>")))
        << text;
  }
}

}  // namespace
}  // namespace fusionhub
