// Tests what people and programs are shown of a question's course.
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "hubctl/course_json.h"
#include "hubctl/course_view.h"
#include "hubctl/fake_hub.h"

namespace fusionhub::hubctl {
namespace {

class CourseTest : public testing::Test {
 protected:
  // Everything on stdout for the course as it unfolds.
  std::string Shown(const v1::SavedReceipt& course, const audit::ReceiptReport& report) {
    CourseView view(
        "hotlist check", [](absl::string_view word) { return std::string(word); }, output_);
    if (course.has_accepted()) view.Accepted(course.accepted());
    for (const v1::OwnerResult& result : course.results()) view.Result(result);
    view.Complete(course, report);
    return out_.str();
  }
  FakeHub hub_;
  std::ostringstream out_;
  std::ostringstream err_;
  Output output_{out_, err_, /*terminal=*/false};
};

TEST_F(CourseTest, TheFakeHubsCoursesHold) {
  for (const v1::SavedReceipt& course : {hub_.Course(), FakeHub().RefusedCourse()}) {
    const audit::ReceiptReport report = audit::VerifyReceipt(course, hub_.Trust());
    for (const audit::ReceiptFinding& finding : report.findings) {
      ADD_FAILURE() << finding.check << ": " << finding.text;
    }
  }
}

TEST_F(CourseTest, ShowsEveryAgencyItsRecordsAndWhatIsProven) {
  const v1::SavedReceipt course = hub_.Course();
  const std::string shown = Shown(course, audit::VerifyReceipt(course, hub_.Trust()));
  EXPECT_TRUE(absl::StrContains(shown, "asking slmpd")) << shown;
  EXPECT_TRUE(absl::StrContains(shown, "not asking st_louis_pd"));
  EXPECT_TRUE(absl::StrContains(shown, "charge                 robbery"));
  EXPECT_TRUE(absl::StrContains(shown, "allowed by MOU#IV.B.1"));
  EXPECT_TRUE(absl::StrContains(shown, "Proven: 4 entries"));
  EXPECT_EQ(shown.find('\x1b'), std::string::npos);
  EXPECT_TRUE(absl::StrContains(err_.str(), "waiting for 1 agency: slmpd"));
}

TEST_F(CourseTest, ShowsNoRecordWhenTheReceiptDoesNotHold) {
  v1::SavedReceipt course = hub_.Course();
  course.mutable_complete()->mutable_statement_signature()->back() ^= 1;
  const audit::ReceiptReport report = audit::VerifyReceipt(course, hub_.Trust());
  ASSERT_FALSE(report.ok());
  const std::string shown = Shown(course, report);
  EXPECT_FALSE(absl::StrContains(shown, "robbery")) << shown;
  EXPECT_TRUE(absl::StrContains(shown, "NOT PROVEN"));
  const std::string json = CourseJson(course, report, ExitCode::kBadProof).dump();
  EXPECT_FALSE(absl::StrContains(json, "robbery"));
}

TEST_F(CourseTest, OwnersWithTheSameRefusalAreNamedTogether) {
  const v1::SavedReceipt course = hub_.RefusedCourse();
  const std::string shown = Shown(course, audit::VerifyReceipt(course, hub_.Trust()));
  EXPECT_TRUE(absl::StrContains(shown, "REFUSED  by slmpd, st_louis_pd: hotlist check")) << shown;
  EXPECT_TRUE(absl::StrContains(shown, "SO#C.2   you can fix this"));
}

TEST_F(CourseTest, InTestModeEveryLineSaysSo) {
  v1::SavedReceipt course = hub_.Course();
  course.mutable_accepted()->set_test_mode_notice("TEST MODE: not for operational use");
  const std::string shown = Shown(course, audit::VerifyReceipt(course, hub_.Trust()));
  for (const absl::string_view line : absl::StrSplit(shown, '\n', absl::SkipEmpty())) {
    EXPECT_TRUE(absl::StartsWith(line, "TEST MODE")) << line;
  }
}

TEST_F(CourseTest, ARefusalInTestModeSaysSoOnEveryLineToo) {
  v1::SavedReceipt course = hub_.RefusedCourse();
  course.mutable_complete()->set_test_mode_notice("TEST MODE: not for operational use");
  const std::string shown = Shown(course, audit::VerifyReceipt(course, hub_.Trust()));
  for (const absl::string_view line : absl::StrSplit(shown, '\n', absl::SkipEmpty())) {
    EXPECT_TRUE(absl::StartsWith(line, "TEST MODE")) << line;
  }
}

TEST_F(CourseTest, CandidatesAreShownInOrderOfRankWithTheirNotice) {
  v1::SavedReceipt course = hub_.Course();
  course.mutable_results(1)->set_notice("Investigative lead only");
  v1::RankedCandidate& candidate = *course.mutable_complete()->add_ranking();
  candidate.set_rank(1);
  candidate.set_owner(kFakeOwner);
  candidate.set_record_id("r-1");
  const std::string shown = Shown(course, audit::VerifyReceipt(course, hub_.Trust()));
  EXPECT_TRUE(absl::StrContains(shown, "1. slmpd, record r-1")) << shown;
  EXPECT_TRUE(absl::StrContains(shown, "      NOTICE: Investigative lead only"));
}

TEST_F(CourseTest, JsonHasTheOutcomesRecordsAndProof) {
  const v1::SavedReceipt course = hub_.Course();
  const Json json = CourseJson(course, audit::VerifyReceipt(course, hub_.Trust()), ExitCode::kDone);
  EXPECT_EQ(json["exit_code"], 0);
  EXPECT_EQ(json["test_mode"], false);
  EXPECT_EQ(json["plan"][0]["asked"], true);
  EXPECT_EQ(json["results"][1]["owner"], "slmpd");
  EXPECT_EQ(json["results"][1]["outcome"], "released");
  EXPECT_EQ(json["results"][1]["records"][0]["fields"]["charge"], "robbery");
  EXPECT_EQ(json["receipt"]["verified"], true);
  EXPECT_EQ(json["receipt"]["entries"][0]["type"], "INTENT");
  EXPECT_EQ(json["statement"]["outcomes"].size(), 2u);
}

}  // namespace
}  // namespace fusionhub::hubctl
