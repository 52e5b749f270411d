// The city policy's Tables 1 and 2 as matrices: each row allowing what it lists, and nothing else.
#include "policy/matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/stl_requests.h"

namespace fusionhub::policy {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;

class MatrixTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    TestRegion region = StlRegion();
    // Stands for an information sharing agreement about video, which no document in hand is.
    region.Put("agreements/video.yaml", R"(kind: Agreement
id: video
title: Video
parties: {owner: slmpd, recipient: st_charles_pd}
term: {effective: on_last_signature, ends: none, timezone: America/Chicago}
terminate: {notice_days: 30, counting: calendar, mutual: immediate, clause: EO#3.7}
document: none
signatories: {slmpd: [mayor-demo], st_charles_pd: [mayor-demo]}
sharing:
  - {id: video, to: [external_law_enforcement], data: [video_live, video_historical, biometric], actions: [view], clause: EO#3.7}
)");
    region.Put("agreements/video-emergency.yaml", R"(kind: Agreement
id: video-emergency
title: Video for emergencies
parties: {owner: slmpd, recipient: fusion_center}
term: {effective: on_last_signature, ends: none, timezone: America/Chicago}
terminate: {notice_days: 30, counting: calendar, mutual: immediate, clause: EO#3.7}
document: none
signatories: {slmpd: [mayor-demo], fusion_center: [commander-demo]}
sharing:
  - {id: video, to: [external_emergency_response], data: [video_live, video_historical, biometric], actions: [view], clause: EO#3.7}
)");
    region.SignAgreement("agreements/video.yaml", SignedAt());
    region.SignAgreement("agreements/video-emergency.yaml", SignedAt());
    policy_ = region.Compile();
  }
  static void TearDownTestSuite() { policy_.reset(); }

  // Video of the City, for a basis that Table 2 row 1 lists, approved by the Mayor.
  static Request Video(const std::string& agency, const std::string& data) {
    Request request = By(agency, FaceRequest("slmpd"));
    request.data = data;
    request.action = "view";
    request.purpose = "criminal_investigation";
    request.facts = {{"legal_basis", "court_order"}};
    request.approvals = {{"m-1", "mayor", "mayor-demo", Now() + absl::Hours(1)}};
    return request;
  }
  static Request CityUse(const std::string& purpose, std::vector<Fact> facts) {
    Request request = By("slmpd", FaceRequest("slmpd"));
    request.data = "video_live";
    request.action = "view";
    request.purpose = purpose;
    request.facts = std::move(facts);
    return request;
  }
  Decision Ask(const Request& request) { return DecideNow(*policy_, request); }
  static std::shared_ptr<const Policy> policy_;
};

std::shared_ptr<const Policy> MatrixTest::policy_;

TEST_F(MatrixTest, EO_T2a_LawEnforcementGetsVideoOnAListedBasis) {
  for (const char* data : {"video_live", "video_historical", "biometric"}) {
    const Decision decision = Ask(Video("st_charles_pd", data));
    EXPECT_EQ(decision.outcome, Outcome::kPermit) << data;
    EXPECT_THAT(decision.clauses_for, ElementsAre("EO#2.8.r1", "EO#3.7"));
  }
  Request request = Video("st_charles_pd", "video_live");
  request.facts.clear();
  EXPECT_THAT(ClausesOf(Ask(request)), ElementsAre("EO#2.8.r1"));
}

TEST_F(MatrixTest, EO_3_7_NeedsTheMayorsApprovalAndAnAgreement) {
  Request request = Video("st_charles_pd", "video_live");
  request.approvals.clear();
  EXPECT_THAT(ClausesOf(Ask(request)), ElementsAre("EO#3.7"));
  request.facts.push_back({"mayor_approval", "required"});  // the requester's word is no approval
  EXPECT_EQ(Ask(request).outcome, Outcome::kRefuse);
  EXPECT_THAT(ChecksOf(Ask(Video("st_louis_county_pd", "video_live"))),
              Contains("information_sharing_agreement"));
}

TEST_F(MatrixTest, EO_T2a_CopiesAreHeldForTheCustodian) {
  Request request = Video("st_louis_county_pd", "video_historical");
  request.action = "copy";
  const Decision decision = Ask(request);
  EXPECT_EQ(decision.outcome, Outcome::kHold);
  EXPECT_EQ(decision.holds[0].role, "city_custodian");
}

TEST_F(MatrixTest, EO_T2b_PublicHealthGetsLiveFeedsWhenAuthorised) {
  Request request = Video("stl_public_health", "video_live");
  request.facts.clear();
  EXPECT_THAT(ClausesOf(Ask(request)), ElementsAre("EO#2.8.r2"));
  request.recorded_facts = {{"authorised_by", "mayor"}};
  EXPECT_EQ(Ask(request).outcome, Outcome::kPermit);
  for (const char* data :
       {"video_historical", "biometric", "derived_biometric", "audio_recorded"}) {
    request.data = data;
    EXPECT_EQ(Ask(request).outcome, Outcome::kRefuse) << data;
    EXPECT_THAT(ClausesOf(Ask(request)), Contains("EO#2.8.r2")) << data;
  }
}

TEST_F(MatrixTest, EO_T2d_EmergencyResponseOnlyWhileTheEmergencyLasts) {
  Request request = Video("stl_emergency", "video_live");
  request.facts.clear();
  request.recorded_facts = {{"emergency_in_force", "true"}};
  EXPECT_EQ(Ask(request).outcome, Outcome::kPermit);
  request.recorded_facts = {{"emergency_in_force", "false"}};
  EXPECT_THAT(ClausesOf(Ask(request)), ElementsAre("EO#2.8.r4"));
  request.recorded_facts.clear();
  request.facts = {{"emergency_in_force", "true"}};
  EXPECT_EQ(Ask(request).outcome, Outcome::kRefuse);
}

// Even where an agreement opens it: an instrument can narrow, never widen.
TEST_F(MatrixTest, EO_T2d_EmergencyResponseGetsNoBiometrics) {
  for (const char* data : {"biometric", "derived_biometric", "plate_reads"}) {
    Request request = Video("stl_emergency", data);
    request.facts.clear();
    request.recorded_facts = {{"emergency_in_force", "true"}};
    const Decision decision = Ask(request);
    EXPECT_EQ(decision.outcome, Outcome::kRefuse) << data;
    EXPECT_EQ(decision.failures[0].clause, "EO#2.8.r4") << data;
    EXPECT_EQ(decision.failures[0].check, "excluded_data") << data;
    EXPECT_EQ(decision.failures[0].fixable_by, FixableBy::kNobody);
  }
  Request historical = Video("stl_emergency", "video_historical");
  historical.facts.clear();
  EXPECT_THAT(ClausesOf(Ask(historical)), Contains("EO#2.8.r4"));
}

TEST_F(MatrixTest, EO_T2_ClassesThatNoRowNamesGetNothing) {
  TestRegion region = StlRegion();
  region.Edit("agencies/boone-county-so.yaml", "[external_law_enforcement]", "[software_provider]");
  const Decision decision = DecideNow(*region.Compile(), Video("boone_county_so", "video_live"));
  EXPECT_THAT(ClausesOf(decision), ElementsAre("EO#2.8"));
}

TEST_F(MatrixTest, EO_T2a_PrivateSecurityGetsNothingWhateverItClaims) {
  TestRegion region = StlRegion();
  region.Edit("agencies/boone-county-so.yaml", "[external_law_enforcement]",
              "[external_law_enforcement, private_security_firm]");
  const Decision decision = DecideNow(*region.Compile(), Video("boone_county_so", "video_live"));
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_THAT(ClausesOf(decision), Contains("EO#2.8.r1"));
}

TEST_F(MatrixTest, EO_T2c_CivilPartiesGetNothing) {
  TestRegion region = StlRegion();
  region.Edit("agencies/boone-county-so.yaml", "[external_law_enforcement]", "[civil_party]");
  const Decision decision = DecideNow(*region.Compile(), Video("boone_county_so", "video_live"));
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  EXPECT_EQ(decision.failures[0].clause, "EO#2.8.r3");
}

TEST_F(MatrixTest, EO_T2e_PublicGetsReleasedTrafficCamerasOnly) {
  TestRegion region = StlRegion();
  region.Edit("agencies/boone-county-so.yaml", "[external_law_enforcement]", "[general_public]");
  const auto policy = region.Compile();
  Request request = Video("boone_county_so", "video_live");
  request.facts.clear();
  EXPECT_THAT(ClausesOf(DecideNow(*policy, request)), Each("EO#2.8.r5"));
  EXPECT_EQ(DecideNow(*policy, request).outcome, Outcome::kRefuse);
  request.recorded_facts = {{"camera_kind", "traffic"}, {"camera_released_by_city", "true"}};
  EXPECT_EQ(DecideNow(*policy, request).outcome, Outcome::kPermit);
  request.data = "video_historical";
  EXPECT_THAT(ClausesOf(DecideNow(*policy, request)), Contains("EO#2.8.r5"));
}

TEST_F(MatrixTest, EO_T1a_TargetingNeedsAnActiveInvestigation) {
  const std::vector<Fact> suspect = {{"investigation", "active_criminal"},
                                     {"person_status", "suspect"},
                                     {"status_in_force", "true"}};
  EXPECT_EQ(Ask(CityUse("criminal_investigation", suspect)).outcome, Outcome::kPermit);
  EXPECT_EQ(Ask(CityUse("crime_detection", {{"targeting", "false"}})).outcome, Outcome::kPermit);
  for (size_t missing = 0; missing < suspect.size(); ++missing) {
    std::vector<Fact> facts = suspect;
    facts.erase(facts.begin() + static_cast<long>(missing));
    EXPECT_THAT(ClausesOf(Ask(CityUse("criminal_investigation", facts))), ElementsAre("EO#2.7.r1"));
  }
}

TEST_F(MatrixTest, EO_T1c_TrafficWithoutTargetingOrBiometrics) {
  EXPECT_EQ(Ask(CityUse("traffic_monitoring", {{"targeting", "false"}})).outcome, Outcome::kPermit);
  EXPECT_EQ(Ask(CityUse("traffic_monitoring", {{"targeting", "true"}})).outcome, Outcome::kRefuse);
  EXPECT_EQ(Ask(CityUse("traffic_monitoring", {})).outcome, Outcome::kRefuse);
  Request biometric = CityUse("traffic_monitoring", {{"targeting", "false"}});
  biometric.data = "biometric";
  EXPECT_EQ(Ask(biometric).outcome, Outcome::kRefuse);
}

TEST_F(MatrixTest, EO_T1e_VacantPropertyOnlyWhileItIsOne) {
  Request request = CityUse("protect_vacant_property", {{"targeting", "false"}});
  EXPECT_THAT(ClausesOf(Ask(request)), Contains("EO#2.7.r5"));
  request.recorded_facts = {{"property_status", "vacant"}, {"property_status_in_force", "true"}};
  EXPECT_EQ(Ask(request).outcome, Outcome::kPermit);
  request.recorded_facts[1].value = "false";
  EXPECT_EQ(Ask(request).outcome, Outcome::kRefuse);
}

TEST_F(MatrixTest, SO_D4a_CopyOfAMugshotIsHeldForTheAdministrator) {
  Request request = FaceRequest("slmpd");
  request.action = "copy";
  const Decision decision = Ask(request);
  EXPECT_EQ(decision.outcome, Outcome::kHold);
  EXPECT_EQ(decision.holds[0].clause, "SO#D.4.a");
  EXPECT_EQ(decision.holds[0].role, "smrt_administrator");
}

TEST_F(MatrixTest, EveryAgreementInForceMustPermit) {
  TestRegion region = StlRegion();
  std::string second = region.Bytes("agreements/fusion-slmpd.yaml");
  second.replace(second.find("id: fusion-slmpd"), 16, "id: stricter    ");
  second.replace(second.find("[suspect, person_of_interest]"), 29, "[suspect]");
  second.replace(second.find("show: [image, name,"), 19, "show: [image,");
  region.Put("agreements/stricter.yaml", second);
  EXPECT_THAT(DecideNow(*region.Compile(), FaceRequest()).fields.show, Contains("name"))
      << "unsigned, it has no effect";
  region.SignAgreement("agreements/stricter.yaml", SignedAt());
  const auto policy = region.Compile();
  EXPECT_THAT(DecideNow(*policy, FaceRequest()).fields.show,
              ElementsAre("booked_at", "charge", "date_of_birth", "image"));
  Request request = FaceRequest();
  request.facts[0].value = "person_of_interest";
  EXPECT_EQ(DecideNow(*policy, request).outcome, Outcome::kRefuse);
}

}  // namespace
}  // namespace fusionhub::policy
