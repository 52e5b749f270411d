// Tests the layout of refusals and that no explanation can act on a terminal.
#include "hubctl/explanation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_join.h"

namespace fusionhub::hubctl {
namespace {

v1::Failure MakeFailure(const std::string& check, const std::string& fixable_by) {
  v1::Failure failure;
  failure.set_check(check);
  failure.set_clause("SO#C.2");
  failure.set_clause_text("Every search states a case identifier");
  failure.set_seen("none");
  failure.set_needed("complaint number, CAD event, warrant or other");
  failure.set_fixable_by(fixable_by);
  return failure;
}

TEST(ExplanationTest, SaysWhatWasSeenWhatIsNeededTheClauseAndWhoCanFixIt) {
  v1::Explanation explanation;
  *explanation.add_failures() = MakeFailure("identifier", "requester");
  EXPECT_EQ(ExplanationLines(explanation),
            (std::vector<std::string>{
                "x identifier  seen none  needed complaint number, CAD event, warrant or other  "
                "SO#C.2   you can fix this",
                "    SO#C.2: Every search states a case identifier"}));
}

TEST(ExplanationTest, AlignsTheColumnsOfSeveralFailures) {
  v1::Explanation explanation;
  *explanation.add_failures() = MakeFailure("id", "admin");
  *explanation.add_failures() = MakeFailure("identifier", "nobody");
  const std::vector<std::string> lines = ExplanationLines(explanation);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].find("seen"), lines[2].find("seen"));
  EXPECT_TRUE(lines[0].ends_with("your agency can fix this"));
  EXPECT_TRUE(lines[2].ends_with("SO#C.2"));
}

TEST(ExplanationTest, AHoldNamesTheApproverAndItsClause) {
  v1::Explanation explanation;
  v1::Hold& hold = *explanation.add_holds();
  hold.set_role("chief_or_designee");
  hold.set_clause("ALPR#sharing.b");
  hold.set_expires_hours(72);
  EXPECT_EQ(ExplanationLines(explanation),
            (std::vector<std::string>{"= hold  waits for chief_or_designee of the owner, lapses "
                                      "after 72 hours   ALPR#sharing.b"}));
}

TEST(ExplanationTest, EscapesEveryTextOfThePeer) {
  v1::Explanation explanation;
  v1::Failure& failure = *explanation.add_failures();
  v1::Hold& hold = *explanation.add_holds();
  for (std::string* text :
       {failure.mutable_check(), failure.mutable_clause(), failure.mutable_clause_text(),
        failure.mutable_seen(), failure.mutable_needed(), failure.mutable_fixable_by(),
        hold.mutable_role(), hold.mutable_clause(), hold.mutable_clause_text()}) {
    *text = "\x1b[31m\n";
  }
  const std::string all = absl::StrJoin(ExplanationLines(explanation), "");
  EXPECT_EQ(all.find('\x1b'), std::string::npos);
  EXPECT_EQ(all.find('\n'), std::string::npos);
}

TEST(ExplanationTest, JsonHasTheNamesOfTheContract) {
  v1::Explanation explanation;
  *explanation.add_failures() = MakeFailure("identifier", "requester");
  const Json json = ExplanationJson(explanation);
  EXPECT_EQ(json["failures"][0]["fixable_by"], "requester");
  EXPECT_EQ(json["failures"][0]["clause"], "SO#C.2");
  EXPECT_TRUE(json["holds"].empty());
}

}  // namespace
}  // namespace fusionhub::hubctl
