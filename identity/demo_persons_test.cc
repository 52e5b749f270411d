// Tests of the file of demonstration persons.
#include "identity/demo_persons.h"

#include <gtest/gtest.h>

#include "base/status_matchers.h"

namespace fusionhub::identity {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kPersons[] = R"(kind: DemoPersons
persons:
  - {id: ann, ori: MO0960000, commissioned: true, roles: [examiner, analyst], trained: 2026-01-05, vetted: 2025-11-01, revalidated: 2026-02-01, cjis: true, account: person}
  - id: robot
    ori: MO0960000
    account: service
)";

TEST(DemoPersonsTest, ReadsPersons) {
  const auto persons = ParseDemoPersons(kPersons, "persons.yaml");
  FUSIONHUB_ASSERT_OK(persons);
  ASSERT_EQ(persons->size(), 2u);
  const DemoPerson& ann = persons->at("ann");
  EXPECT_TRUE(ann.facts.commissioned);
  EXPECT_TRUE(ann.facts.cjis_cleared);
  EXPECT_EQ(ann.facts.roles, (std::vector<std::string>{"analyst", "examiner"}));
  EXPECT_EQ(ann.facts.trained, absl::CivilDay(2026, 1, 5));
  EXPECT_FALSE(ann.service_account);
}

TEST(DemoPersonsTest, WhatIsAbsentIsNotSo) {
  const auto persons = ParseDemoPersons(kPersons, "persons.yaml");
  FUSIONHUB_ASSERT_OK(persons);
  const DemoPerson& robot = persons->at("robot");
  EXPECT_FALSE(robot.facts.commissioned);
  EXPECT_FALSE(robot.facts.cjis_cleared);
  EXPECT_EQ(robot.facts.trained, std::nullopt);
  EXPECT_TRUE(robot.service_account);
}

TEST(DemoPersonsTest, ReportsEveryMistakeWithItsPlace) {
  const auto persons = ParseDemoPersons(
      "kind: DemoPersons\npersons:\n"
      "  - {id: ann, ori: MO0960000, trained: 2026-1-5}\n"
      "  - {id: ann, ori: MO0960000, comissioned: true}\n",
      "persons.yaml");
  EXPECT_THAT(persons, StatusIs(absl::StatusCode::kInvalidArgument,
                                AllOf(HasSubstr("persons.yaml:3:"), HasSubstr("not a date"),
                                      HasSubstr("persons.yaml:4:"), HasSubstr("another person"),
                                      HasSubstr("comissioned"))));
}

TEST(DemoPersonsTest, RefusesOtherDocuments) {
  for (const char* text : {"", "kind: Agency\npersons: []\n", "kind: DemoPersons\n",
                           "kind: DemoPersons\npersons: {}\n"}) {
    EXPECT_THAT(ParseDemoPersons(text, "persons.yaml"), ::testing::Not(IsOk())) << text;
  }
}

}  // namespace
}  // namespace fusionhub::identity
