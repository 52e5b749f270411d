// Explanations: what a refused requester reads.
#include "policy/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "policy/explain_json.h"
#include "policy/stl_requests.h"

namespace fusionhub::policy {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class ExplainTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { policy_ = StlRegion().Compile(); }
  static void TearDownTestSuite() { policy_.reset(); }
  std::string Text(const Request& request) {
    return ExplainText(*policy_, DecideNow(*policy_, request));
  }
  static std::shared_ptr<const Policy> policy_;
};

std::shared_ptr<const Policy> ExplainTest::policy_;

TEST_F(ExplainTest, ARefusalCitesTheClauseAndSaysWhatToAdd) {
  Request request = FaceRequest();
  request.identifier.reset();
  const std::string text = Text(request);
  EXPECT_THAT(text,
              HasSubstr("REFUSED  mugshots/compare of slmpd by st_charles_pd for \"REJ-4.2\" at "
                        "2025-03-10 12:00:00 CDT   policy "));
  EXPECT_THAT(
      text, HasSubstr("\n  x identifier  seen none  needed complaint number, CAD event, warrant or "
                      "other (named)  SO#C.2  you can fix this\n"));
  EXPECT_THAT(text, HasSubstr("SO#C.2: The request states its reason and a complaint number"));
  EXPECT_THAT(text,
              HasSubstr("would be released if fixed: booked_at, charge, date_of_birth, image, "
                        "name; keep <= 30 days; label \"investigative lead only\""));
}

TEST_F(ExplainTest, AProhibitionCarriesNoHint) {
  Request request = FaceRequest();
  request.purpose = "civil_lawsuit";
  const std::string text = Text(request);
  EXPECT_THAT(text, HasSubstr("EO#2.8.r3\n"));
  EXPECT_THAT(text, Not(HasSubstr("would be released")));
}

TEST_F(ExplainTest, AHoldNamesItsApprover) {
  EXPECT_THAT(Text(SlmpdIndex()), HasSubstr("? waits for Chief of Police or designee "
                                            "(chief_or_designee)  ALPR#sharing.b  for 72 hours"));
}

TEST_F(ExplainTest, StructuredFormHasTheSameWords) {
  Request request = FaceRequest();
  request.identifier.reset();
  const Explanation explanation = Explain(*policy_, DecideNow(*policy_, request));
  EXPECT_EQ(explanation.outcome, "refuse");
  ASSERT_EQ(explanation.failures.size(), 1u);
  EXPECT_EQ(explanation.failures[0].fixable_by, "requester");
  EXPECT_THAT(explanation.failures[0].clause_text, HasSubstr("complaint number"));
  EXPECT_THAT(explanation.would_release, Contains("image"));
  const Explanation held = Explain(*policy_, DecideNow(*policy_, SlmpdIndex()));
  ASSERT_EQ(held.holds.size(), 1u);
  EXPECT_EQ(held.holds[0].expires_hours, 72);
}

TEST_F(ExplainTest, JsonIsWellFormed) {
  for (const Request& request : {FaceRequest(), SlmpdIndex(), By("stl_emergency", FaceRequest())}) {
    const Decision decision = DecideNow(*policy_, request);
    const nlohmann::json json = nlohmann::json::parse(ExplainJson(*policy_, decision));
    EXPECT_EQ(json["outcome"], std::string(OutcomeWord(decision.outcome)));
    EXPECT_EQ(json["failures"].size(), decision.failures.size());
    EXPECT_EQ(json["revision"], 1);
  }
}

TEST_F(ExplainTest, SaysNothingPersonal) {
  Request request = FaceRequest();
  request.identifier->value = "99-SECRET-NUMBER";
  request.reason = "SECRETREASON";
  request.person.id = "u-SECRET";
  const Decision decision = DecideNow(*policy_, request);
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_THAT(ExplainText(*policy_, decision), Not(HasSubstr("SECRET")));
  EXPECT_THAT(ExplainJson(*policy_, decision), Not(HasSubstr("SECRET")));
}

}  // namespace
}  // namespace fusionhub::policy
