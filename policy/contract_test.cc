// The YAML shapes of the design, word for word: these documents must load as they are written
// there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "policy/compiled_policy.h"
#include "policy/stl_requests.h"

namespace fusionhub::policy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// clang-format off
constexpr char kAgreement[] = R"(# yaml-language-server: $schema=../schema/agreement.json
kind: Agreement
id: fusion-slmpd
title: Fusion center and contributing agency MOU
parties: {owner: slmpd, recipient: fusion_center}
term:      {effective: on_last_signature, ends: none, timezone: America/Chicago}
terminate: {notice_days: 30, counting: calendar, mutual: immediate, clause: MOU#VI.B}   # a later kind: Notice, one signature, starts it
document: sha256:6f0c…         # digest of the paper MOU; signatures are detached, in agreement.yaml.sig:
                               # a list of {key, party, by, at, ed25519} over this file's exact bytes
clauses:                       # short text shown in explanations
  IV.B.1: Shared with law enforcement agencies within the UASI region
  IV.C.1: Ownership stays with the contributor; content is not modified
  VI.B:   Thirty days' notice in writing, or at once by mutual agreement
sharing:                       # the matrix; anything absent is refused
  - id: mugshot-compare
    to: [participating_leo]
    data: [mugshots]
    actions: [compare]
    purposes: [crime, criminal_law_violation, terrorism]
    when: {region: uasi, identifier: required, person_status: [suspect, person_of_interest]}   # a list means any one of, several keys mean all of
    fields: {show: [image, name, date_of_birth, booked_at, charge], mask: {}}      # unlisted fields are dropped
    then: {retain_days: 30, label: investigative_lead_only, log_to: owner}
    clause: MOU#IV.B.1
  - {id: mugshot-copy, to: [participating_leo], data: [mugshots], actions: [copy], when: {identifier: required}, hold_for: {role: smrt_administrator, expires_hours: 72}, clause: SO#D.4.a}
amendments:                    # each amendment is a file of its own (kind: Amendment) with its own .sig
  - {id: A1, replaces: mugshot-compare.then.retain_days, value: 14, effective: 2025-01-01}   # without both signatures: listed as pending, no effect
)";

constexpr char kAuditRules[] = R"(kind: AuditRules
agency: slmpd
clause: SLMPD-AR#1             # a clause for the document, or one per rule: the owner's own rule, or the source's
require:
  identifier: {any_of: [complaint, cad_event, warrant, other_named], clause: SO#C.2}
  complaint_number: {pattern: "^[0-9]{2}-[0-9]{6}$", when: {identifier: complaint}}
  purpose: code
  reason_text: {min_content_words: 4, refuse: [test, investigation], clause: SO#E.2.c}   # words that say something, not four empty ones
users:   {training_days: 365, revalidated_days: 365, commissioned: true}
rate:    {searches_per_hour: 60, searches_per_day: 300}
human_initiated_only: {data: [mugshots], clause: SO#B.4}
)";

constexpr char kTable1[] = R"(# Table 1: the City's own use; one row per table row
kind: Order
id: eo-table-1
authority: EO
sharing:
  - id: t1-public-safety
    to: [city_department]         # "The City": any department the Mayor authorised, EO#3.4; SMRT and ALPR narrow it to police
    data: [video_live, video_historical, still, derived_video, biometric, derived_biometric, plate_reads]
    actions: [search, view]
    purposes: [crime_detection, crime_deterrence, criminal_investigation, criminal_prosecution]
    when: {if_targeting: {investigation: active_criminal, person_status: [suspect, person_of_interest], status_in_force: true}}
    then: {on_status_end: [stop_targeting, destroy_biometric], unless: required_by_law}
    clause: EO#2.7.r1
  - {id: t1-traffic,     to: [city_department], data: [video_live, video_historical, derived_video], actions: [view, search], purposes: [traffic_monitoring, collision_detection, signal_optimisation_patterns, signal_optimisation_current], when: {targeting: false}, clause: EO#2.7.r2}
  - {id: t1-rightofway,  to: [city_department], data: [video_live, video_historical, derived_video], actions: [view, search], purposes: [row_unsafe_conditions, row_damage, row_hazards], when: {targeting: false, place: right_of_way}, clause: EO#2.7.r3}
  - {id: t1-publicland,  to: [city_department], data: [video_live, video_historical, derived_video], actions: [view, search], purposes: [land_unsafe_conditions, land_damage, land_unauthorised_or_criminal_activity], when: {targeting: false, place: public_land}, clause: EO#2.7.r4}
  - {id: t1-vacant,      to: [city_department], data: [video_live, video_historical, derived_video], actions: [view, search], purposes: [protect_vacant_property, protect_persons_entering, detect_deter_prosecute_on_property], when: {targeting: false, property_status: [vacant, determined_problem], property_status_in_force: true}, clause: EO#2.7.r5}
  - {id: t1-buildings,   to: [city_department], data: [video_live, video_historical, derived_video], actions: [view, search], purposes: [building_safety_life_assets], when: {targeting: false, place: public_building_or_immediately_adjacent}, clause: EO#2.7.r6}
  - {id: t1-vulnerable,  to: [city_health, city_human_services], data: [video_live, video_historical, derived_video], actions: [view], purposes: [direct_assistance_vulnerable], when: {directed_by: [director_health, director_human_services], emergency: [impending, existing], life_threatening_conditions: true, targeting: false, presence_only: true}, never_with: [biometric, derived_biometric], clause: EO#2.7.r7}
  - {id: t1-registered,  to: [city_department], data: [video_live, video_historical, derived_video, biometric, derived_biometric], actions: [view, search], purposes: [detect_person_barred_by_law], when: {barred_by_law: required, bar_in_force: true, place: restricted_area}, then: {on_bar_end: [stop_targeting, destroy_biometric]}, clause: EO#2.7.r8}
)";

constexpr char kTable2[] = R"(# Table 2: City as owner, third parties as recipients
kind: Order
id: eo-table-2
authority: EO
sharing:
  - id: t2-law-security-prosecution
    to: [external_law_enforcement, recognised_external_security, prosecution_entity]
    data: [video_live, video_historical, derived_video, biometric, derived_biometric]
    actions: [view]
    when: {legal_basis: [active_criminal_investigation, criminal_prosecution, required_by_law, court_order], mayor_approval: required, information_sharing_agreement: in_force}
    never_to: [private_security_firm]
    clause: EO#2.8.r1
  - {id: t2-law-copy,  to: [external_law_enforcement, recognised_external_security, prosecution_entity], data: [video_live, video_historical, derived_video, biometric, derived_biometric], actions: [copy], when: {legal_basis: [active_criminal_investigation, criminal_prosecution, required_by_law, court_order], identifier: required}, hold_for: {role: city_custodian, expires_hours: 72}, never_to: [private_security_firm], clause: EO#2.8.r1}
  - {id: t2-health,    to: [external_public_health], data: [video_live, derived_video], actions: [view], when: {authorised_by: [mayor, mayor_designee]}, never_with: [biometric, derived_biometric], clause: EO#2.8.r2}
  - {id: t2-civil,     to: [civil_party], data: [], actions: [], when: {legal_process: [warrant, subpoena]}, then: {forward_to: owner_custodian}, clause: EO#2.8.r3}   # no permit cell: a workflow
  - {id: t2-emergency, to: [external_emergency_response], data: [video_live], actions: [view], when: {emergency_in_force: true, mayor_approval: required, information_sharing_agreement: in_force}, never_with: [biometric, derived_biometric, plate_reads], clause: EO#2.8.r4}
  - {id: t2-public,    to: [general_public], data: [video_live], actions: [view], when: {camera_kind: traffic, camera_released_by_city: true}, clause: EO#2.8.r5}
)";
// clang-format on

TEST(ContractTest, AgreementLoadsAsWrittenAndItsAmendmentIsPending) {
  TestRegion region = StlRegion();
  const std::string path = "agreements/fusion-slmpd.yaml";
  region.Put(path, kAgreement);
  region.Sign(path, "slmpd", "chief-demo", SignedAt());
  region.Sign(path, "fusion_center", "commander-demo", SignedAt());
  ASSERT_THAT(region.Mistakes(), IsEmpty());
  const auto policy = region.Compile();
  const Decision decision = DecideNow(*policy, FaceRequest());
  EXPECT_EQ(decision.outcome, Outcome::kPermit);
  EXPECT_EQ(decision.delete_by, Local("2025-04-09 00:00:00")) << "30 days: A1 has no effect";
  std::vector<std::string> rules;
  for (const UnenforcedRule& rule : policy->UnenforcedRules()) rules.push_back(rule.rule);
  EXPECT_THAT(rules, Contains("amendment A1"));
}

TEST(ContractTest, AgreementsOwnClausesStandForItsOwnDocumentOnly) {
  TestRegion region = StlRegion();
  const std::string path = "agreements/own.yaml";
  std::string text = kAgreement;
  for (const char* from : {"MOU#VI.B", "MOU#IV.B.1"}) text.replace(text.find(from), 3, "OWN");
  text.replace(text.find("id: fusion-slmpd"), 16, "id: own         ");
  region.Put(path, text);
  EXPECT_THAT(region.Mistakes(), IsEmpty());
  region.Edit(path, "OWN#IV.B.1", "ELSE#IV.B.1");
  EXPECT_THAT(region.Mistakes(), ElementsAre(HasSubstr("P0209 'ELSE#IV.B.1' is not a clause")));
}

TEST(ContractTest, AuditRulesLoadAsWritten) {
  TestRegion region = StlRegion();
  region.Put("audit/slmpd.yaml", kAuditRules);
  ASSERT_THAT(region.Mistakes(), IsEmpty());
  const auto policy = region.Compile();
  EXPECT_EQ(DecideNow(*policy, FaceRequest()).outcome, Outcome::kPermit);
  Request request = FaceRequest();
  request.identifier.reset();
  EXPECT_THAT(ClausesOf(DecideNow(*policy, request)), Contains("SO#C.2"));
}

TEST(ContractTest, TablesLoadAsWritten) {
  TestRegion region = StlRegion();
  region.Put("orders/eo-table-1.yaml", kTable1);
  region.Put("orders/eo-table-2.yaml", kTable2);
  ASSERT_THAT(region.Mistakes(), IsEmpty());
  EXPECT_EQ(DecideNow(*region.Compile(), By("stl_emergency", FaceRequest())).failures[0].clause,
            "EO#2.8.r4");
}

TEST(ContractTest, ShippedTableOneIsTheDesigns) {
  const std::string shipped = StlRegion().Bytes("orders/eo-table-1.yaml");
  const std::string rows = std::string(kTable1).substr(std::string(kTable1).find("kind: Order"));
  EXPECT_THAT(shipped, HasSubstr(rows));
}

TEST(ContractTest, ShippedTableTwoHasEveryRowOfTheDesigns) {
  const std::string shipped = StlRegion().Bytes("orders/eo-table-2.yaml");
  const std::string text = kTable2;
  const std::string rows = text.substr(text.find("  - {id: t2-law-copy"));
  EXPECT_THAT(shipped, HasSubstr(rows));
}

TEST(ContractTest, WaiverIsRefusedAndNotSkipped) {
  TestRegion region = StlRegion();
  region.Put("w.yaml", "kind: Waiver\nid: W-2025-03\n");
  EXPECT_THAT(region.Mistakes(), ElementsAre(HasSubstr("kind Waiver is not supported yet")));
}

}  // namespace
}  // namespace fusionhub::policy
