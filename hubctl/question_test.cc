// Tests how a command line becomes a query.
#include "hubctl/question.h"

#include <gtest/gtest.h>

#include "query/timestamp.h"

namespace fusionhub::hubctl {
namespace {

class QuestionTest : public testing::Test {
 protected:
  static CaseOptions Crime() {
    CaseOptions options;
    options.purpose = "crime";
    options.reason = "robbery at counter";
    return options;
  }
  absl::StatusOr<v1::Query> Build(const CaseOptions& options) {
    return BuildQuery(options,
                      {.region = "stl",
                       .agency = "st_charles_pd",
                       .person = "u-1",
                       .now = absl::FromUnixSeconds(1'740'000'000)},
                      random_);
  }
  SeededRandom random_{7};
};

TEST_F(QuestionTest, CarriesEverythingThatWasStated) {
  CaseOptions options = Crime();
  options.complaint = "25-004411";
  options.facts = {"person_status=suspect"};
  options.owners = {"slmpd"};
  options.authorisations = {"h-1"};
  const auto query = Build(options);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->region(), "stl");
  EXPECT_EQ(query->operator_(), "u-1");
  EXPECT_EQ(query->officer(), "u-1");
  EXPECT_EQ(query->nonce().size(), 16u);
  EXPECT_EQ(query->asked_at().seconds(), 1'740'000'000);
  EXPECT_EQ(query->identifier().kind(), v1::Identifier::KIND_COMPLAINT);
  EXPECT_EQ(query->identifier().value(), "25-004411");
  EXPECT_EQ(query->facts(0).name(), "person_status");
  EXPECT_EQ(query->facts(0).value(), "suspect");
  EXPECT_EQ(query->owners(0), "slmpd");
  EXPECT_EQ(query->authorisations(0), "h-1");
}

TEST_F(QuestionTest, WithoutIdentifierNoneIsMadeUp) {
  const auto query = Build(Crime());
  ASSERT_TRUE(query.ok());
  EXPECT_FALSE(query->has_identifier());
}

TEST_F(QuestionTest, TheSameQuestionTwiceHasTwoNonces) {
  EXPECT_NE(Build(Crime())->nonce(), Build(Crime())->nonce());
}

TEST_F(QuestionTest, AnotherIdentifierHasAName) {
  CaseOptions options = Crime();
  options.other = "coroner case=77=1";
  const auto query = Build(options);
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(query->identifier().kind(), v1::Identifier::KIND_OTHER_NAMED);
  EXPECT_EQ(query->identifier().other_name(), "coroner case");
  EXPECT_EQ(query->identifier().value(), "77=1");
}

TEST_F(QuestionTest, RefusesWhatHasNoNameOrNoValue) {
  CaseOptions options = Crime();
  options.other = "coroner";
  EXPECT_FALSE(Build(options).ok());
  for (const char* fact : {"=suspect", "person_status=", "suspect"}) {
    options = Crime();
    options.facts = {fact};
    EXPECT_FALSE(Build(options).ok()) << fact;
  }
}

TEST_F(QuestionTest, RefusesWhatIsNoPlateBeforeAnyoneIsAsked) {
  v1::Plate plate;
  EXPECT_TRUE(SetPlate("ab 1-23", "mo", plate).ok());
  EXPECT_EQ(plate.text(), "ab 1-23");
  EXPECT_FALSE(SetPlate("", "MO", plate).ok());
  EXPECT_FALSE(SetPlate("AB123", "XX", plate).ok());
}

TEST_F(QuestionTest, ReadsDaysAndTimes) {
  EXPECT_EQ(*ParseTimeFlag("2025-03-01", "--from"),
            absl::FromCivil(absl::CivilDay(2025, 3, 1), absl::UTCTimeZone()));
  EXPECT_EQ(*ParseTimeFlag("2025-03-01T08:00:00-06:00", "--from"),
            absl::FromCivil(absl::CivilHour(2025, 3, 1, 14), absl::UTCTimeZone()));
  EXPECT_FALSE(ParseTimeFlag("yesterday", "--from").ok());
}

}  // namespace
}  // namespace fusionhub::hubctl
