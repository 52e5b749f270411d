// Mistakes in documents: every one reported, with line and column, and what to write instead.
#include "policy/compile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/stl_requests.h"

namespace fusionhub::policy {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr char kTable[] = "orders/eo-face.yaml";

// Replaces an order of the shipped set; unsigned, so that only the loader has something to say.
std::vector<std::string> MistakesWith(const std::string& path, const std::string& bytes) {
  TestRegion region = StlRegion();
  region.Put(path, bytes);
  return region.Mistakes();
}

std::string Order(const std::string& cell) {
  return "kind: Order\nid: eo-face\nauthority: EO\neffect: narrow\nsharing:\n  - {" + cell + "}\n";
}

constexpr char kGoodCell[] =
    "id: x, to: [participating_leo], data: [mugshots], actions: [compare], clause: EO#2.7.r1";

TEST(CompileTest, ShippedSetHasNoMistakes) { EXPECT_THAT(StlRegion().Mistakes(), IsEmpty()); }

TEST(CompileTest, SmallOrderIsGood) {
  EXPECT_THAT(MistakesWith(kTable, Order(kGoodCell)), IsEmpty());
}

// One mistake each: the cell, and what is reported.
struct Mistake {
  const char* cell;
  const char* expected;
};

class CellMistakeTest : public ::testing::TestWithParam<Mistake> {};

TEST_P(CellMistakeTest, IsReportedAtItsPlace) {
  EXPECT_THAT(MistakesWith(kTable, Order(GetParam().cell)),
              ElementsAre(StartsWith(std::string(kTable) + ":" + GetParam().expected)));
}

INSTANTIATE_TEST_SUITE_P(
    Cells, CellMistakeTest,
    ::testing::Values(
        Mistake{"id: x, to: [participating_leo], data: [mugshot], actions: [compare], clause: "
                "EO#2.7.r1",
                "6:45 P0203 'mugshot' is not a data category; did you mean 'mugshots'? (see "
                "vocabulary.yaml)"},
        Mistake{"id: x, to: [participating_lea], data: [mugshots], actions: [compare], clause: "
                "EO#2.7.r1",
                "6:18 P0201 'participating_lea' is not a class; did you mean 'participating_leo'?"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compar], clause: "
                "EO#2.7.r1",
                "6:66 P0204 'compar' is not an action; did you mean 'compare'?"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], purposes: "
                "[REJ-4.7], clause: EO#2.7.r1",
                "6:87 P0205 'REJ-4.7' is not a purpose code; did you mean 'REJ-4."},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], when: "
                "{person_state: suspect}, clause: EO#2.7.r1",
                "6:83 P0206 'person_state' is not a condition; did you mean 'person_status'?"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], when: "
                "{person_status: suspekt}, clause: EO#2.7.r1",
                "6:98 P0207 'suspekt' is not a word of 'person_status'; did you mean 'suspect'?"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], fields: "
                "{show: [nam]}, clause: EO#2.7.r1",
                "6:92 P0208 'nam' is not a field of this cell's data; did you mean 'name'?"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], clause: "
                "EO#2.7.r9",
                "6:84 P0209 'EO#2.7.r9' is not a clause of this set; did you mean 'EO#2.7.r"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], clause: EO",
                "6:84 P0209 'EO' is not a citation; write DOCUMENT#clause"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], clause: "
                "EO#4",
                "6:84 P0305 the text of 'EO#4' is not in hand"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare]",
                "6:5 P0102 cell 'x' has no 'clause'"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], clause: "
                "EO#2.7.r1, fields: {shows: [name], show: [name]}",
                "6:104 P0104 'fields' has no key 'shows'; did you mean 'show'?"},
        Mistake{"id: x, to: participating_leo, data: [mugshots], actions: [compare], clause: "
                "EO#2.7.r1",
                "6:17 P0103 'to' must be a list, not a single value; write [a, b]"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], clause: "
                "EO#2.7.r1, then: {retain_days: 030}",
                "6:115 P0105 'retain_days' must be a whole number, not '030'; write 30"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], clause: "
                "EO#2.7.r1, then: {retain_day: 30}",
                "6:102 P0104 'then' has no key 'retain_day'; did you mean 'retain_days'?"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], clause: "
                "EO#2.7.r1, then: {notify: owner}",
                "6:102 P0104 'then' has no key 'notify'"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], clause: "
                "EO#2.7.r1, hold_for: {role: chief, expires_hours: 72}",
                "6:112 P0211 'chief' is not a role"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], clause: "
                "EO#2.7.r1, when:",
                "6:95 P0327 'when' has no value; give it a value or remove it"},
        Mistake{"id: x, to: [participating_leo, participating_leo], data: [mugshots], actions: "
                "[compare], clause: EO#2.7.r1",
                "6:37 P0312 'participating_leo' stands here twice; remove one"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], when: "
                "{identifier: maybe}, clause: EO#2.7.r1",
                "6:95 P0108 'identifier' cannot be 'maybe'; write one of required"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], when: "
                "{region: uasii}, clause: EO#2.7.r1",
                "6:91 P0212 'uasii' is not a region; did you mean 'uasi'?"},
        Mistake{"id: x, to: [participating_leo], data: [mugshots], actions: [compare], clause: "
                "EO#2.7.r1, cite: {region: EO#2.2}",
                "6:102 P0206 this cell has no condition 'region'"}));

TEST(CompileTest, RefusesDuplicateKeysAndAliases) {
  EXPECT_THAT(MistakesWith(kTable, "kind: Order\nid: a\nid: b\n"),
              ElementsAre(StartsWith("orders/eo-face.yaml:3:1 Y")));
  EXPECT_THAT(MistakesWith(kTable, "kind: Order\nid: &a x\ntitle: *a\n"),
              Contains(StartsWith("orders/eo-face.yaml:2:5 Y")));
}

TEST(CompileTest, RefusesKindsThatAreNotBuiltYet) {
  for (const char* kind : {"Waiver", "Amendment", "Roster", "PolicyTest"}) {
    EXPECT_THAT(MistakesWith("x.yaml", std::string("kind: ") + kind + "\nid: W-1\n"),
                ElementsAre(AllOf(StartsWith("x.yaml:1:7 P0307 kind "),
                                  HasSubstr(std::string(kind) + " is not supported yet"))));
  }
  EXPECT_THAT(MistakesWith("x.yaml", "kind: Agreemnt\n"),
              ElementsAre(StartsWith("x.yaml:1:7 P0108 'Agreemnt' is not a kind of document; did "
                                     "you mean 'Agreement'?")));
  EXPECT_THAT(MistakesWith("x.yaml", "id: x\n"),
              ElementsAre(StartsWith("x.yaml:1:1 P0102 the document has no 'kind'")));
}

TEST(CompileTest, ReportsAllMistakesInOneRun) {
  TestRegion region = StlRegion();
  region.Put(kTable, Order("id: x, to: [participating_lea], data: [mugshot], actions: [compar], "
                           "clause: EO#9"));
  region.Put(
      "prohibitions.yaml",
      "kind: Prohibitions\nid: p\nrules:\n  - {id: a, purposes: [immigration], clause: EO#2.8}\n");
  EXPECT_EQ(region.Mistakes().size(), 5u);
}

TEST(CompileTest, MOU_0_NoPlateRowCitesTheMemorandum) {
  EXPECT_THAT(MistakesWith(kTable, Order("id: x, to: [participating_leo], data: [plate_reads], "
                                         "actions: [search], clause: MOU#IV.B.1")),
              ElementsAre(HasSubstr("6:5 P0303 cell 'x' cites MOU#IV.B.1, which does not cover "
                                    "'plate_reads'")));
}

TEST(CompileTest, RefusesOverlappingCellsWithOtherTerms) {
  const std::string two = Order(kGoodCell) +
                          "  - {id: y, to: [participating_leo, owner], data: [mugshots], actions: "
                          "[compare], then: {retain_days: 3}, clause: EO#2.7.r1}\n";
  EXPECT_THAT(MistakesWith(kTable, two),
              ElementsAre(HasSubstr("7:5 P0302 cell 'y' overlaps 'x' with other terms")));
  std::string apart = two;
  apart.replace(apart.find("{id: y,"), 7, "{id: y, when: {person_status: witness},");
  apart.replace(apart.find("{id: x,"), 7, "{id: x, when: {person_status: suspect},");
  EXPECT_THAT(MistakesWith(kTable, apart), IsEmpty());
}

TEST(CompileTest, RefusesACellThatAProhibitionAlwaysKills) {
  EXPECT_THAT(MistakesWith(kTable, Order("id: x, to: [participating_leo], data: [mugshots], "
                                         "actions: [compare], purposes: [immigration_status], "
                                         "clause: EO#2.7.r1")),
              ElementsAre(HasSubstr("P0306 cell 'x' can never permit")));
}

TEST(CompileTest, RefusesIdsThatAreUsedTwice) {
  TestRegion region = StlRegion();
  region.Put("agencies/copy.yaml", "kind: Agency\nid: rejis\nname: Again\ntimezone: UTC\n");
  EXPECT_THAT(region.Mistakes(),
              ElementsAre(HasSubstr("P0301 agency 'rejis' is also defined in agencies/")));
}

TEST(CompileTest, NeedsOneVocabularyAndOneRelease) {
  TestRegion region = StlRegion();
  region.Remove("release.yaml");
  EXPECT_THAT(region.Mistakes(),
              ElementsAre(HasSubstr("P0308 there is no document of kind Release")));
  region = StlRegion();
  region.Put("second.yaml", "kind: Release\nrevision: 2\n");
  EXPECT_THAT(region.Mistakes(),
              ElementsAre(StartsWith("second.yaml:1:1 P0308 there is a second")));
}

TEST(CompileTest, RefusesATemplateThatWasNotFilledIn) {
  TestRegion region = StlRegion();
  region.Put("agencies/x.yaml",
             "kind: Agency\nid: x\nname: X\ntimezone: UTC\nissuers:\n  - {issuer: a, jwks: "
             "'@JWKS:x@'}\nkeys:\n  - {id: k, use: person, title: T, roles: [signatory], ed25519: "
             "\"@KEY:x/k@\"}\n");
  EXPECT_THAT(region.Mistakes(),
              ElementsAre(HasSubstr("6:23 P0316 'jwks' is not a key set; this is a template"),
                          HasSubstr("P0316 'ed25519' is not a public key; this is a template")));
}

TEST(CompileTest, RefusesAgencyMistakes) {
  TestRegion region = StlRegion();
  region.Edit("agencies/boone-county-so.yaml", "state: MO", "state: Missouri");
  region.Edit("agencies/boone-county-so.yaml", "America/Chicago", "America/St_Louis");
  region.Edit("agencies/rejis.yaml", "[software_provider]", "[owner]");
  EXPECT_THAT(region.Mistakes(),
              ElementsAre(HasSubstr("boone-county-so.yaml:6:28 P0315 a state has two capital"),
                          HasSubstr("boone-county-so.yaml:7:11 P0313 'America/St_Louis' is not"),
                          HasSubstr("P0319 'owner' is not a class that an agency can bear")));
}

TEST(CompileTest, RefusesOneKeyForTwoPurposes) {
  TestRegion region = StlRegion();
  const std::string other = region.Key("slmpd", "checkpoints-1").public_key().ToText();
  region.Edit("agencies/slmpd.yaml", region.Key("slmpd", "answers-1").public_key().ToText(), other);
  EXPECT_THAT(region.Mistakes(), ElementsAre(HasSubstr("P0318 two keys of this agency")));
}

TEST(CompileTest, RefusesAuditRulesThatLeavingOutTheIdentifierAvoids) {
  EXPECT_THAT(
      MistakesWith("audit/slmpd.yaml",
                   "kind: AuditRules\nagency: slmpd\nclause: SLMPD-AR#1\nrequire:\n  "
                   "complaint_number: {pattern: \"^[0-9]{2}$\", when: {identifier: complaint}}\n"),
      ElementsAre(StartsWith("audit/slmpd.yaml:5:21 P0325")));
  EXPECT_THAT(
      MistakesWith("audit/slmpd.yaml",
                   "kind: AuditRules\nagency: slmpd\nclause: SLMPD-AR#1\nrequire:\n  identifier: "
                   "{any_of: [complaint]}\n  complaint_number: {pattern: \"^(a+)+$\", when: "
                   "{identifier: complaint}}\n"),
      ElementsAre(StartsWith("audit/slmpd.yaml:6:31 P0324 the pattern cannot be read")));
}

TEST(CompileTest, ReleaseMayPinEveryFile) {
  TestRegion region = StlRegion();
  region.Put("release.yaml",
             "kind: Release\nrevision: 2\nfiles: {vocabulary.yaml: \"sha256:00\"}\n");
  EXPECT_THAT(region.Mistakes(), Contains(HasSubstr("P0326 'vocabulary.yaml' has changed since")));
  EXPECT_THAT(region.Mistakes(), Contains(HasSubstr("is not part of this release")));
}

TEST(CompileTest, RendersMistakesWithTheSourceLine) {
  TestRegion region = StlRegion();
  region.Put("release.yaml", "kind: Release\nrevision: 0\n");
  const auto policy = Policy::Compile(region.Files());
  ASSERT_FALSE(policy.ok());
  EXPECT_THAT(std::string(policy.status().message()),
              HasSubstr("release.yaml:2:11: error[P0106]: 'revision' is '0', out of range; write a "
                        "number from 1 to 9223372036854775807\n  revision: 0\n            ^"));
}

TEST(CompileTest, ListsWhatIsNotEnforcedAndWhatIsMissing) {
  const auto policy = StlRegion().Compile();
  std::vector<std::string> rules;
  for (const UnenforcedRule& rule : policy->UnenforcedRules()) rules.push_back(rule.rule);
  EXPECT_THAT(rules, Contains("rate"));
  EXPECT_THAT(rules, Contains("then.on_status_end"));
  EXPECT_THAT(rules, Contains("release"));
  std::vector<std::string> warnings;
  for (const PolicyWarning& warning : policy->Warnings()) warnings.push_back(warning.text);
  EXPECT_THAT(warnings, Contains("the text of EO#4 is not in hand"));
  EXPECT_THAT(warnings, Contains("REJ is not in force: its status is draft"));
}

}  // namespace
}  // namespace fusionhub::policy
