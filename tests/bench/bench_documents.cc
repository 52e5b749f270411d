// The policy documents of the benchmark's made-up region.
#include "tests/bench/bench_documents.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace fusionhub::bench {
namespace {

constexpr char kWords[] = R"(kind: Vocabulary
id: words
title: Benchmark region
classes: {member: Law-enforcement agency of the region}
data:
  hotlist_entries:
    title: Wanted vehicles
    fields: {entry_id: text, plate: text, state: text, category: text, entered_at: time, confirmed_at: time, stale: text, vehicle: text}
actions: {check: Check}
purposes:
  B-vehicle: {title: Stolen vehicle, clause: PACT#2}
conditions: {}
identifiers: {complaint: incident number}
labels: {verify_first: verify before acting}
roles: {signatory: Signs for the agency}
regions:
  bench: {title: Benchmark region, members: [{county: Bench, state: CO}]}
empty_words: [the, and, for, with, from, this, that]
)";

constexpr char kAuthority[] = R"(kind: Authority
id: PACT
title: Pact of the benchmark region
status: in_force
clauses:
  "1": In force when both have signed; ninety days' notice
  "2": Stolen vehicles
  "3": Every question names its incident and says why
  "4": Users are sworn and trained every two years
binds:
)";

constexpr char kAgency[] = R"(kind: Agency
id: $AGENCY
name: $AGENCY
classes: [$CLASS]
jurisdictions: [{county: Bench, state: CO}]
timezone: America/Denver
ori: $ORI
)";

constexpr char kOwnerPart[] = R"(data: [hotlist_entries]
nodes: [$NODE]
keys:
  - {id: answers, use: answers, node: $NODE, ed25519: "$ANSWERS"}
  - {id: checkpoints, use: checkpoints, node: $NODE, ed25519: "$CHECKPOINTS"}
  - {id: head, use: person, title: Head of agency, roles: [signatory], ed25519: "$HEAD"}
)";

constexpr char kAgreement[] = R"(kind: Agreement
id: pact-$DASHED
title: Pact of $AGENCY
parties: {owner: $AGENCY, recipient: bench_exchange}
term:      {effective: on_last_signature, ends: none, timezone: America/Denver, clause: PACT#1}
terminate: {notice_days: 90, counting: calendar, mutual: notice, clause: PACT#1}
document: none
signatories: {$AGENCY: [head], bench_exchange: [head]}
sharing:
  - id: hotlist
    to: [member]
    data: [hotlist_entries]
    actions: [check]
    purposes: [B-vehicle]
    when: {region: bench, identifier: required}
    fields: {show: [plate, state, category, entered_at, confirmed_at, vehicle]}
    then: {log_to: owner, label: verify_first}
    clause: PACT#2
)";

constexpr char kAudit[] = R"(kind: AuditRules
agency: $AGENCY
clause: PACT#3
data: [hotlist_entries]
require:
  identifier: {any_of: [complaint]}
  purpose: code
  reason_text: {min_content_words: 3, refuse: [test, case], clause: PACT#3}
users:   {training_days: 730, commissioned: true, clause: PACT#4}
)";

std::string AgencyText(const std::string& id, const std::string& word, int number) {
  return absl::StrReplaceAll(
      kAgency, {{"$AGENCY", id}, {"$CLASS", word}, {"$ORI", absl::StrFormat("CO%07d", number)}});
}

void AddOwner(policy::TestRegion& region, const std::string& owner, int number) {
  const std::string dashed = absl::StrReplaceAll(owner, {{"_", "-"}});
  const auto key = [&](const std::string& id) {
    return region.Key(owner, id).public_key().ToText();
  };
  region.Put(absl::StrCat("agencies/", dashed, ".yaml"),
             AgencyText(owner, "member", number) +
                 absl::StrReplaceAll(kOwnerPart, {{"$NODE", kNode},
                                                  {"$ANSWERS", key("answers")},
                                                  {"$CHECKPOINTS", key("checkpoints")},
                                                  {"$HEAD", key("head")}}));
  region.Put(absl::StrCat("agreements/pact-", dashed, ".yaml"),
             absl::StrReplaceAll(kAgreement, {{"$AGENCY", owner}, {"$DASHED", dashed}}));
  region.Put(absl::StrCat("audit/", dashed, ".yaml"),
             absl::StrReplaceAll(kAudit, {{"$AGENCY", owner}}));
}

}  // namespace

std::string OwnerName(int index) { return absl::StrFormat("owner_%02d", index); }

policy::TestRegion BenchDocuments(int owners, const std::string& jwks, absl::Time signed_at) {
  policy::TestRegion region;
  region.Put("words.yaml", kWords);
  region.Put("release.yaml", "kind: Release\nrevision: 1\n");
  std::string authority =
      absl::StrCat(kAuthority, "  - {agency: ", kAsker, ", from: \"2024-01-01\"}\n");
  for (int i = 0; i < owners; ++i) {
    absl::StrAppend(&authority, "  - {agency: ", OwnerName(i), ", from: \"2024-01-01\"}\n");
    AddOwner(region, OwnerName(i), i + 1);
  }
  region.Put("authorities/pact.yaml", authority);
  region.Put("agencies/bench-exchange.yaml",
             absl::StrCat(
                 AgencyText("bench_exchange", "hub", 901),
                 "keys:\n  - {id: head, use: person, title: Head, roles: [signatory], ed25519: \"",
                 region.Key("bench_exchange", "head").public_key().ToText(), "\"}\n"));
  region.Put("agencies/asker-pd.yaml", absl::StrCat(AgencyText(kAsker, "member", 902),
                                                    "issuers:\n  - {issuer: \"https://idp.", kAsker,
                                                    ".example\", jwks: '", jwks, "'}\n"));
  for (const std::string& path : region.Agreements()) region.SignAgreement(path, signed_at);
  return region;
}

}  // namespace fusionhub::bench
