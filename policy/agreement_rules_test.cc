// When agreements are in force: signatures, notices and terms, to the second.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/decide.h"
#include "policy/link_agreement.h"
#include "policy/signing.h"
#include "policy/stl_requests.h"

namespace fusionhub::policy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kFusion[] = "agreements/fusion-slmpd.yaml";
constexpr char kNotice[] = "notices/n1.yaml";

Outcome At(const Policy& policy, absl::Time t) {
  return Decide(policy, FaceRequest(), t, Side::kOwner).outcome;
}

std::string NoticeText(const std::string& by, const std::string& received) {
  return "kind: Notice\nid: N1\nagreement: fusion-slmpd\nby: " + by +
         "\naction: terminate\nreceived: " + received + "\n";
}

TEST(AgreementRulesTest, MOU_8_InForceFromTheLastSignatureNotBefore) {
  TestRegion region = StlRegion();
  region.Unsign(kFusion);
  region.Sign(kFusion, "slmpd", "chief-demo", Local("2025-03-02 09:00:00"));
  region.Sign(kFusion, "fusion_center", "commander-demo", Local("2025-03-05 17:00:00"));
  const auto policy = region.Compile();
  EXPECT_EQ(At(*policy, Local("2025-03-02 09:00:00")), Outcome::kRefuse);
  EXPECT_EQ(At(*policy, Local("2025-03-05 16:59:59")), Outcome::kRefuse);
  EXPECT_EQ(At(*policy, Local("2025-03-05 17:00:00")), Outcome::kPermit);
  const Decision before =
      Decide(*policy, FaceRequest(), Local("2025-03-05 16:59:59"), Side::kOwner);
  EXPECT_THAT(ClausesOf(before), Contains("MOU#VI.A"));
  EXPECT_EQ(before.valid_until, Local("2025-03-05 17:00:00"));
}

TEST(AgreementRulesTest, REJ_11_HalfSignedIsNotInForce) {
  TestRegion region = StlRegion();
  region.Unsign(kFusion);
  region.Sign(kFusion, "slmpd", "chief-demo", SignedAt());
  const Decision decision = DecideNow(*region.Compile(), FaceRequest());
  EXPECT_EQ(decision.outcome, Outcome::kRefuse);
  ASSERT_THAT(ClausesOf(decision), ElementsAre("MOU#VI.A"));
  EXPECT_EQ(decision.failures[0].seen, "fusion-slmpd is not signed by fusion_center");
}

TEST(AgreementRulesTest, REJ_11_UnsignedUseAgreementRefusesItsUser) {
  TestRegion region = StlRegion();
  region.Unsign("agreements/rejis-st-charles-pd.yaml");
  const auto policy = region.Compile();
  for (const char* owner : {"slmpd", "st_louis_county_pd"}) {
    const Decision decision = DecideNow(*policy, FaceRequest(owner));
    EXPECT_EQ(decision.outcome, Outcome::kRefuse);
    EXPECT_THAT(ClausesOf(decision), Contains("REJ#XII"));
  }
}

TEST(AgreementRulesTest, REJ_ORD_OnlyTheMayorSignsForStCharles) {
  TestRegion region = StlRegion();
  const std::string path = "agreements/rejis-st-charles-pd.yaml";
  EXPECT_EQ(DecideNow(*region.Compile(), FaceRequest()).outcome, Outcome::kPermit);
  region.Unsign(path);
  region.Sign(path, "rejis", "ceo-demo", SignedAt());
  region.Sign(path, "st_charles_pd", "chief-demo", SignedAt());
  EXPECT_THAT(region.Mistakes(),
              ElementsAre(HasSubstr("P0334 'chief-demo' may not sign this document")));
}

TEST(AgreementRulesTest, RefusesASignatureOverOtherBytes) {
  TestRegion region = StlRegion();
  region.Edit(kFusion, "retain_days: 30", "retain_days: 31");
  EXPECT_THAT(region.Mistakes(), SizeIs(2));
  EXPECT_THAT(region.Mistakes(), Contains(HasSubstr("fusion-slmpd.yaml.sig:1:3 P0331")));
}

TEST(AgreementRulesTest, RefusesASignatureOfAStranger) {
  TestRegion region = StlRegion();
  region.Sign(kFusion, "rejis", "ceo-demo", SignedAt());
  EXPECT_THAT(region.Mistakes(), ElementsAre(HasSubstr("P0332 'rejis' is not a party")));
}

TEST(AgreementRulesTest, RefusesASignatureWithAnotherKeyUnderTheSignatorysName) {
  TestRegion region = StlRegion();
  const DocumentSignature forged =
      SignDocument(region.Bytes(kFusion), region.Key("boone_county_so", "own"), "chief-demo",
                   "slmpd", "x", SignedAt());
  std::vector<DocumentFile> files = region.Files();
  for (DocumentFile& file : files) {
    if (file.path == kFusion) file.signature_bytes = FormatSignatures({forged});
  }
  EXPECT_FALSE(Policy::Compile(files).ok());
}

TEST(AgreementRulesTest, MOU_9_EndsAfterThirtyFullDays) {
  TestRegion region = StlRegion();
  for (const std::string& path : region.Agreements()) {
    region.Unsign(path);
    region.SignAgreement(path, Local("2025-01-15 12:00:00"));
  }
  region.Put(kNotice, NoticeText("fusion_center", "2025-02-08"));
  region.Sign(kNotice, "fusion_center", "commander-demo", Local("2025-02-08 10:00:00"));
  const auto policy = region.Compile();
  const absl::Time end = Local("2025-03-11 00:00:00");
  EXPECT_EQ(At(*policy, Local("2025-03-10 23:59:59")), Outcome::kPermit);
  EXPECT_EQ(At(*policy, end), Outcome::kRefuse);
  EXPECT_EQ(At(*policy, end + absl::Seconds(1)), Outcome::kRefuse);
  EXPECT_THAT(ClausesOf(Decide(*policy, FaceRequest(), end, Side::kOwner)), Contains("MOU#VI.B"));
  EXPECT_EQ(Decide(*policy, FaceRequest(), end - absl::Seconds(1), Side::kOwner).valid_until, end);
}

TEST(AgreementRulesTest, MOU_9_CountsDaysNotHoursAcrossTheSpringChange) {
  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("America/Chicago", &zone));
  const absl::Time received = absl::FromCivil(absl::CivilDay(2025, 2, 9), zone);
  const absl::Time end = EndOfNotice(absl::CivilDay(2025, 2, 8), 30, zone);
  EXPECT_EQ(end - received, absl::Hours(24 * 30 - 1));
}

TEST(AgreementRulesTest, MOU_9_UnsignedNoticeHasNoEffect) {
  TestRegion region = StlRegion();
  region.Put(kNotice, NoticeText("fusion_center", "2024-01-01"));
  const auto policy = region.Compile();
  EXPECT_EQ(DecideNow(*policy, FaceRequest()).outcome, Outcome::kPermit);
  bool warned = false;
  for (const PolicyWarning& warning : policy->Warnings()) warned |= warning.file == kNotice;
  EXPECT_TRUE(warned);
}

TEST(AgreementRulesTest, MOU_9_OnlyAPartyGivesNotice) {
  TestRegion region = StlRegion();
  region.Put(kNotice, NoticeText("rejis", "2025-02-08"));
  EXPECT_THAT(region.Mistakes(), ElementsAre(HasSubstr("P0332 'rejis' is not a party")));
}

TEST(AgreementRulesTest, MOU_9_MutualAgreementEndsItAtTheSecondSignature) {
  TestRegion region = StlRegion();
  region.Put(kNotice,
             "kind: Notice\nid: N1\nagreement: fusion-slmpd\nby: slmpd\naction: terminate\n"
             "mutual: true\n");
  region.Sign(kNotice, "slmpd", "chief-demo", Local("2025-03-09 10:00:00"));
  EXPECT_EQ(At(*region.Compile(), Now()), Outcome::kPermit);
  region.Sign(kNotice, "fusion_center", "commander-demo", Local("2025-03-09 15:00:00"));
  const auto policy = region.Compile();
  EXPECT_EQ(At(*policy, Local("2025-03-09 14:59:59")), Outcome::kPermit);
  EXPECT_EQ(At(*policy, Local("2025-03-09 15:00:00")), Outcome::kRefuse);
}

TEST(AgreementRulesTest, TermIsHalfOpen) {
  TestRegion region = StlRegion();
  region.Edit(kFusion, "effective: on_last_signature, ends: none",
              "effective: 2025-03-05, ends: 2025-03-20");
  region.Unsign(kFusion);
  region.SignAgreement(kFusion, SignedAt());
  const auto policy = region.Compile();
  EXPECT_EQ(At(*policy, Local("2025-03-04 23:59:59")), Outcome::kRefuse);
  EXPECT_EQ(At(*policy, Local("2025-03-05 00:00:00")), Outcome::kPermit);
  EXPECT_EQ(At(*policy, Local("2025-03-19 23:59:59")), Outcome::kPermit);
  EXPECT_EQ(At(*policy, Local("2025-03-20 00:00:00")), Outcome::kRefuse);
}

TEST(AgreementRulesTest, ListsAgreementsWithTheirStatus) {
  TestRegion region = StlRegion();
  region.Unsign(kFusion);
  for (const AgreementStatus& status : region.Compile()->Agreements()) {
    EXPECT_EQ(status.signed_by_all, status.id != "fusion-slmpd") << status.id;
    if (status.signed_by_all) {
      EXPECT_THAT(status.missing_signatures, IsEmpty());
      EXPECT_EQ(status.from, SignedAt());
    } else {
      EXPECT_THAT(status.missing_signatures, ElementsAre("slmpd", "fusion_center"));
    }
  }
}

TEST(AgreementRulesTest, EO_1_BindingsAreDated) {
  TestRegion region = StlRegion();
  region.Edit("authorities/eo.yaml", "from: undated",
              "from: undated, to: 2025-03-09T00:00:00-06:00");
  const auto policy = region.Compile();
  const Request request = By("stl_public_health", HotlistRequest());
  EXPECT_THAT(ClausesOf(Decide(*policy, request, Local("2025-03-08 23:59:59"), Side::kOwner)),
              Contains("EO#2.8.r2"));
  // Dropping the order never simply widens: the default still refuses.
  const Decision after = Decide(*policy, request, Local("2025-03-09 00:00:00"), Side::kOwner);
  EXPECT_EQ(after.outcome, Outcome::kRefuse);
  EXPECT_THAT(ClausesOf(after), ElementsAre("PLATES#1"));
}

}  // namespace
}  // namespace fusionhub::policy
