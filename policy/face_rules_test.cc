// Facial comparison: the rules of SO 5-27, the SMRT plan, the memoranda and the city policy, each
// allowing what it allows and refusing what it refuses, with its clause.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/decide.h"
#include "policy/stl_requests.h"

namespace fusionhub::policy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class FaceRulesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { policy_ = StlRegion().Compile(); }
  static void TearDownTestSuite() { policy_.reset(); }
  Decision Ask(const Request& request) { return DecideNow(*policy_, request); }
  static void SetFact(Request& request, const std::string& name, const std::string& value) {
    for (Fact& fact : request.facts) {
      if (fact.name == name) fact.value = value;
    }
  }
  static std::shared_ptr<const Policy> policy_;
};

std::shared_ptr<const Policy> FaceRulesTest::policy_;

TEST_F(FaceRulesTest, MOU_1_SharesMugshotsWithinTheRegion) {
  const Decision decision = Ask(FaceRequest("slmpd"));
  EXPECT_EQ(decision.outcome, Outcome::kPermit);
  EXPECT_THAT(decision.failures, IsEmpty());
  EXPECT_THAT(decision.clauses_for,
              IsSupersetOf({"MOU#IV.B.1", "REJ#IV.2", "SO#B.1", "SMRT#authorized.3"}));
  EXPECT_EQ(decision.cell, "fusion-slmpd/mugshot-compare");
  EXPECT_EQ(Ask(FaceRequest("st_louis_county_pd")).outcome, Outcome::kPermit);
}

TEST_F(FaceRulesTest, MOU_1_RefusesAnAgencyOutsideTheRegion) {
  const Decision decision = Ask(By("boone_county_so", FaceRequest("slmpd")));
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_THAT(ClausesOf(decision), Contains("MOU#IV.B.1"));
  EXPECT_THAT(ChecksOf(decision), Contains("region"));
  EXPECT_FALSE(decision.if_fixed.has_value());
}

TEST(FaceRegionTest, MOU_1_MatchesCountiesWithTheirState) {
  for (const auto& [state, outcome] :
       {std::pair{"MO", Outcome::kPermit}, {"IL", Outcome::kRefuse}}) {
    TestRegion region = StlRegion();
    region.Edit("agencies/st-charles-pd.yaml",
                "{city: St. Charles, county: St. Charles, state: MO}",
                std::string("{county: Jefferson, state: ") + state + "}");
    const Decision decision = DecideNow(*region.Compile(), FaceRequest("slmpd"));
    EXPECT_EQ(decision.outcome, outcome) << state;
    if (outcome == Outcome::kRefuse) {
      EXPECT_THAT(ClausesOf(decision), ElementsAre("MOU#IV.B.1"));
      EXPECT_EQ(decision.failures[0].seen, "Jefferson County, IL");
    }
  }
}

TEST(FaceRegionTest, MOU_1_ParticipantNeedsItsOwnMemorandum) {
  TestRegion region = StlRegion();
  region.Unsign("agreements/fusion-st-charles-pd.yaml");
  const Decision decision = DecideNow(*region.Compile(), FaceRequest("slmpd"));
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_THAT(ClausesOf(decision), ElementsAre("MOU#II"));
}

TEST_F(FaceRulesTest, SO_C1_AcceptsEveryKindOfIdentifier) {
  for (const char* kind : {"complaint", "cad_event", "warrant", "other_named"}) {
    Request request = FaceRequest();
    request.identifier =
        Identifier{kind, "25-004411", kind == std::string("other_named") ? "coroner" : ""};
    EXPECT_EQ(Ask(request).outcome, Outcome::kPermit) << kind;
  }
}

TEST_F(FaceRulesTest, SO_C1_RefusesWithoutIdentifierAndSaysWhatToAdd) {
  for (const char* owner : {"slmpd", "st_louis_county_pd"}) {
    Request request = FaceRequest(owner);
    request.identifier.reset();
    const Decision decision = Ask(request);
    EXPECT_EQ(decision.outcome, Outcome::kRefuse);
    ASSERT_THAT(ClausesOf(decision), ElementsAre("SO#C.2"));
    EXPECT_EQ(decision.failures[0].seen, "none");
    EXPECT_EQ(decision.failures[0].needed, "complaint number, CAD event, warrant or other (named)");
    EXPECT_EQ(decision.failures[0].fixable_by, FixableBy::kRequester);
    ASSERT_TRUE(decision.if_fixed.has_value());
    EXPECT_THAT(decision.if_fixed->fields.show, Contains("image"));
  }
}

TEST_F(FaceRulesTest, SO_C1_RefusesAnEmptyIdentifier) {
  Request request = FaceRequest();
  request.identifier->value.clear();
  EXPECT_THAT(ClausesOf(Ask(request)), Contains("SO#C.2"));
}

TEST_F(FaceRulesTest, SO_C1_RefusesAComplaintNumberOfAnotherForm) {
  Request request = FaceRequest();
  request.identifier->value = "25-4411";
  const Decision decision = Ask(request);
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_THAT(ChecksOf(decision), Contains("complaint_number"));
  for (const Failure& failure : decision.failures) {
    EXPECT_EQ(failure.seen.find("4411"), std::string::npos);
  }
}

TEST_F(FaceRulesTest, SO_B1_RefusesTheOpenEndedPurposeThatIsOff) {
  Request request = FaceRequest();
  request.purpose = "so_b2_other";
  const Decision decision = Ask(request);
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_THAT(ClausesOf(decision), Contains("SO#B.2"));
}

TEST_F(FaceRulesTest, SO_B1_PermitsItsOwnCodes) {
  for (const char* purpose : {"crime", "criminal_law_violation", "terrorism"}) {
    Request request = FaceRequest();
    request.purpose = purpose;
    EXPECT_EQ(Ask(request).outcome, Outcome::kPermit) << purpose;
  }
  Request request = FaceRequest();
  request.purpose = "felony_investigation";
  EXPECT_THAT(ClausesOf(Ask(request)), Contains("SO#B.1"));
}

TEST_F(FaceRulesTest, SO_B3_RefusesProtectedActionAndSpeechWithoutHint) {
  Request request = FaceRequest();
  request.purpose = "first_amendment_activity";
  const Decision decision = Ask(request);
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_EQ(decision.failures[0].clause, "SO#B.3");
  EXPECT_EQ(decision.failures[0].fixable_by, FixableBy::kNobody);
  EXPECT_EQ(decision.failures[0].needed, "");
  EXPECT_FALSE(decision.if_fixed.has_value());
}

TEST_F(FaceRulesTest, SO_B4_RefusesWhatNoPersonStarted) {
  Request request = FaceRequest();
  request.person.human = false;
  const Decision decision = Ask(request);
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_THAT(ClausesOf(decision), ElementsAre("SO#B.4"));
}

TEST_F(FaceRulesTest, SO_A3_ReleasesOnlyTheListedFields) {
  const Decision decision = Ask(FaceRequest());
  EXPECT_THAT(decision.fields.show,
              UnorderedElementsAre("image", "name", "date_of_birth", "booked_at", "charge"));
  EXPECT_THAT(decision.labels, ElementsAre("investigative_lead_only"));
  // Thirty days at most, in the owner's calendar.
  EXPECT_EQ(decision.delete_by, Local("2025-04-09 00:00:00"));
}

TEST_F(FaceRulesTest, SMRT_1_RefusesWhoIsNotCommissioned) {
  Request request = FaceRequest();
  request.person.commissioned = false;
  EXPECT_THAT(ClausesOf(Ask(request)), Contains("SMRT#authorized.b"));
}

TEST_F(FaceRulesTest, SMRT_2_RefusesWithoutCjisClearance) {
  Request request = FaceRequest();
  request.person.cjis_cleared = false;
  EXPECT_THAT(ClausesOf(Ask(request)), ElementsAre("SMRT#demands"));
}

TEST_F(FaceRulesTest, SMRT_3_RefusesWithoutAnActiveInvestigation) {
  Request request = FaceRequest();
  SetFact(request, "investigation", "closed");
  const Decision decision = Ask(request);
  EXPECT_THAT(ClausesOf(decision), IsSupersetOf({"SMRT#authorized.3", "EO#2.7.r1", "REJ#IV.2"}));
  // An owner that the City's documents do not bind goes by the other terms.
  SetFact(request, "investigation", "homeland_security");
  EXPECT_EQ(Ask(request).outcome, Outcome::kRefuse);
  request.owner = "st_louis_county_pd";
  EXPECT_EQ(Ask(request).outcome, Outcome::kPermit);
}

TEST_F(FaceRulesTest, EO_T1a_RefusesWhoIsNeitherSuspectNorPersonOfInterest) {
  for (const char* status : {"witness", "victim", "missing", "none"}) {
    Request request = FaceRequest();
    SetFact(request, "person_status", status);
    const Decision decision = Ask(request);
    EXPECT_EQ(decision.outcome, Outcome::kRefuse) << status;
    EXPECT_THAT(ClausesOf(decision), ElementsAre("EO#2.7.r1")) << status;
    EXPECT_EQ(decision.failures[0].seen, status);
  }
  Request request = FaceRequest();
  SetFact(request, "person_status", "person_of_interest");
  EXPECT_EQ(Ask(request).outcome, Outcome::kPermit);
}

TEST_F(FaceRulesTest, EO_T1a_BindsCityUsersOnOthersData) {
  Request request = By("slmpd", FaceRequest("st_louis_county_pd"));
  EXPECT_EQ(Ask(request).outcome, Outcome::kPermit);
  SetFact(request, "person_status", "witness");
  EXPECT_THAT(ClausesOf(Ask(request)), ElementsAre("EO#2.7.r1"));
}

TEST_F(FaceRulesTest, REJ_4_RefusesWhatTheUseAgreementDoesNotList) {
  Request request = FaceRequest("st_louis_county_pd");
  request.purpose = "identity_verification";
  const Decision decision = Ask(request);
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_THAT(ClausesOf(decision), ElementsAre("REJ#IV"));
}

TEST_F(FaceRulesTest, REJ_4_5_WitnessOfViolentCrimeByOwnersTerms) {
  Request request = FaceRequest("st_louis_county_pd");
  request.purpose = "REJ-4.5";
  SetFact(request, "person_status", "witness");
  request.facts.push_back({"offence", "violent"});
  EXPECT_EQ(Ask(request).outcome, Outcome::kPermit);
  request.facts.back().value = "other";
  EXPECT_THAT(ClausesOf(Ask(request)), ElementsAre("REJ#IV.5"));
  request.facts.back().value = "violent";
  request.owner = "slmpd";
  EXPECT_THAT(ClausesOf(Ask(request)), Contains("EO#2.7.r1"));
}

TEST_F(FaceRulesTest, REJ_5_RefusesUnauthorisedUses) {
  const std::pair<const char*, const char*> cases[] = {{"personal_use", "REJ#V.1"},
                                                       {"employment_screening", "REJ#V.1"},
                                                       {"immigration_status", "REJ#V.2"},
                                                       {"protected_class_monitoring", "REJ#V.2"}};
  for (const auto& [purpose, clause] : cases) {
    Request request = FaceRequest("st_louis_county_pd");
    request.purpose = purpose;
    EXPECT_THAT(ClausesOf(Ask(request)), Contains(clause)) << purpose;
  }
}

TEST_F(FaceRulesTest, REJ_3B1_RefusesWhoIsNotVetted) {
  Request request = FaceRequest();
  request.person.vetted.reset();
  EXPECT_THAT(ClausesOf(Ask(request)), ElementsAre("REJ#III.B"));
}

TEST(FaceAgencyTest, REJ_3B5_RefusesAnAgencyWithoutUsagePolicy) {
  TestRegion region = StlRegion();
  region.Edit("agencies/st-charles-pd.yaml", "usage_policies: [facial_recognition]\n", "");
  const Decision decision = DecideNow(*region.Compile(), FaceRequest());
  EXPECT_THAT(ClausesOf(decision), ElementsAre("REJ#III.B.3"));
}

TEST_F(FaceRulesTest, X_4_RefusesAPurposeInProse) {
  Request request = FaceRequest();
  request.purpose = "civil lawsuit";
  const Decision decision = Ask(request);
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  ASSERT_THAT(ClausesOf(decision), ElementsAre("X#4"));
  EXPECT_EQ(decision.failures[0].seen, "not a purpose code");
  EXPECT_NE(decision.failures[0].needed.find("REJ-4.2"), std::string::npos);
  EXPECT_EQ(decision.purpose, "");
}

TEST_F(FaceRulesTest, X_4_RefusesVagueReasons) {
  for (const char* reason : {"", "investigation", "test", "asdf", "test test test test",
                             "the case for the investigation"}) {
    Request request = FaceRequest();
    request.reason = reason;
    const Decision decision = Ask(request);
    EXPECT_EQ(decision.outcome, Outcome::kRefuse) << reason;
    EXPECT_THAT(ClausesOf(decision), Contains("SO#E.2.c")) << reason;
  }
}

TEST_F(FaceRulesTest, EO_T2b_PublicHealthGetsNoBiometrics) {
  const Decision decision = Ask(By("stl_public_health", FaceRequest()));
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_EQ(decision.failures[0].clause, "EO#2.8.r2");
  EXPECT_EQ(decision.failures[0].check, "excluded_data");
}

TEST_F(FaceRulesTest, EO_T2c_CivilCasesGetNothing) {
  Request request = FaceRequest();
  request.purpose = "civil_lawsuit";
  const Decision decision = Ask(request);
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_EQ(decision.failures[0].clause, "EO#2.8.r3");
  // The city policy does not bind the county: its own ground is the memorandum.
  request.owner = "st_louis_county_pd";
  EXPECT_THAT(ClausesOf(Ask(request)), Contains("REJ#V.1"));
  EXPECT_THAT(ClausesOf(Ask(request)), Not(Contains("EO#2.8.r3")));
}

TEST_F(FaceRulesTest, EO_T2d_EmergencyResponseGetsNoBiometrics) {
  const Decision decision = Ask(By("stl_emergency", FaceRequest()));
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_EQ(decision.failures[0].clause, "EO#2.8.r4");
}

TEST(FaceSecurityTest, EO_T2a_RecognisedSecurityNeverGetsMugshots) {
  TestRegion region = StlRegion();
  region.Edit("agencies/st-charles-pd.yaml",
              "classes: [participating_leo, external_law_enforcement]",
              "classes: [participating_leo, recognised_external_security]");
  const Decision decision = DecideNow(*region.Compile(), FaceRequest());
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_EQ(decision.failures[0].clause, "SMRT#sharing.a");
}

TEST_F(FaceRulesTest, OwnDataNeedsNoAgreementButKeepsTheRules) {
  Request request = By("slmpd", FaceRequest("slmpd"));
  EXPECT_EQ(Ask(request).outcome, Outcome::kPermit);
  SetFact(request, "person_status", "victim");
  EXPECT_THAT(ClausesOf(Ask(request)), ElementsAre("EO#2.7.r1"));
}

}  // namespace
}  // namespace fusionhub::policy
