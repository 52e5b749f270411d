// The second gate: what leaves, what does not, and when a decision is stale.
#include "policy/release_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fusionhub::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

const absl::Time kNow = absl::FromUnixSeconds(1742000000);

Decision Permit() {
  Decision decision;
  decision.outcome = Outcome::kPermit;
  decision.t = kNow;
  decision.policy_digest = "digest";
  decision.valid_until = kNow + absl::Hours(1);
  decision.fields.show = {"name", "charge", "image"};
  decision.fields.mask = {{"name", "initials"}};
  decision.records.max_age_days = 90;
  return decision;
}

GateResult Gate(const Decision& decision, RecordAttributes record = {kNow, false, false},
                absl::Time now = kNow, absl::string_view digest = "digest") {
  return GateRecord(decision, digest, {"name", "home_address", "charge"}, record, now);
}

TEST(ReleaseGateTest, DropsUnlistedFields) {
  const GateResult result = Gate(Permit());
  EXPECT_EQ(result.verdict, GateResult::Verdict::kRelease);
  EXPECT_THAT(result.fields, ElementsAre("charge", "name"));
  EXPECT_THAT(result.mask, ElementsAre(Pair("name", "initials")));
}

TEST(ReleaseGateTest, NothingLeavesUnlessPermitted) {
  for (Outcome outcome : {Outcome::kHold, Outcome::kRefuse, Outcome::kIndeterminate}) {
    Decision decision = Permit();
    decision.outcome = outcome;
    const GateResult result = Gate(decision);
    EXPECT_EQ(result.verdict, GateResult::Verdict::kWithhold);
    EXPECT_EQ(result.why, "not_permitted");
    EXPECT_THAT(result.fields, IsEmpty());
  }
}

TEST(ReleaseGateTest, SealedAndJuvenileRecordsStay) {
  EXPECT_EQ(Gate(Permit(), {kNow, false, true}).why, "sealed");
  EXPECT_EQ(Gate(Permit(), {kNow, true, false}).why, "juvenile");
  Decision decision = Permit();
  decision.records.juvenile = true;
  EXPECT_EQ(Gate(decision, {kNow, true, false}).verdict, GateResult::Verdict::kRelease);
  EXPECT_EQ(Gate(decision, {kNow, true, true}).why, "sealed");
}

TEST(ReleaseGateTest, ALPR_4_NothingOfNinetyDaysOrMore) {
  const absl::Duration limit = absl::Hours(24 * 90);
  EXPECT_EQ(Gate(Permit(), {kNow - limit + absl::Seconds(1)}).verdict,
            GateResult::Verdict::kRelease);
  EXPECT_EQ(Gate(Permit(), {kNow - limit}).why, "too_old");
  EXPECT_EQ(Gate(Permit(), {std::nullopt}).why, "age_unknown");
}

TEST(ReleaseGateTest, AStaleDecisionIsMadeAgain) {
  const Decision decision = Permit();
  EXPECT_EQ(Gate(decision, {kNow}, kNow + absl::Hours(1) - absl::Seconds(1)).verdict,
            GateResult::Verdict::kRelease);
  EXPECT_EQ(Gate(decision, {kNow}, kNow + absl::Hours(1)).verdict, GateResult::Verdict::kRedecide);
  EXPECT_EQ(Gate(decision, {kNow}, kNow - absl::Seconds(1)).verdict,
            GateResult::Verdict::kRedecide);
  EXPECT_EQ(Gate(decision, {kNow}, kNow, "other").why, "policy_changed");
}

TEST(ReleaseGateTest, ARecordWithoutListedFieldsStays) {
  Decision decision = Permit();
  decision.fields.show = {"image"};
  EXPECT_EQ(Gate(decision).why, "no_fields");
}

}  // namespace
}  // namespace fusionhub::policy
