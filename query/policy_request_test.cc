// Tests that a request to policy holds what was signed, and nothing else.
#include "query/policy_request.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cctype>

#include "query/test_query.h"

namespace fusionhub::query {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

identity::Person TestPerson() {
  return {.agency = "st_charles_pd",
          .id = "u-4471",
          .employer_ori = "MO0920000",
          .commissioned = true,
          .roles = {"analyst"},
          .trained = absl::CivilDay(2026, 1, 5),
          .vetted = absl::CivilDay(2025, 11, 1),
          .revalidated = absl::CivilDay(2026, 2, 1),
          .cjis_cleared = true,
          .authenticated_at = kNow,
          .auth_method = "pwd+otp",
          .assertion_id = "a",
          .issued_at = kNow,
          .expires_at = kNow};
}

// Every field as text, to compare requests.
std::string Show(const policy::Request& request) {
  std::string out;
  const auto add = [&](const std::string& text) { out += text + "|"; };
  const auto add_day = [&](const std::optional<absl::CivilDay>& day) {
    add(day ? absl::FormatCivilTime(*day) : "-");
  };
  for (const std::string& text :
       {request.owner, request.requester_agency, request.person.id, request.person.employer_agency,
        request.data, request.action, request.purpose, request.reason}) {
    add(text);
  }
  add(std::to_string(request.person.human) + std::to_string(request.person.commissioned) +
      std::to_string(request.person.cjis_cleared));
  for (const std::string& role : request.person.roles) add(role);
  add_day(request.person.trained);
  add_day(request.person.vetted);
  add_day(request.person.revalidated);
  if (request.identifier) {
    add(request.identifier->kind + "/" + request.identifier->value + "/" +
        request.identifier->other_name);
  }
  for (const policy::Fact& fact : request.facts) add(fact.name + "=" + fact.value);
  for (const policy::Fact& fact : request.recorded_facts) add("!" + fact.name + "=" + fact.value);
  for (const auto& approval : request.approvals) add(approval.authorisation_id + approval.role);
  return out + request.hotlist_category.value_or("");
}

TEST(PolicyRequestTest, NamesDataAndActionOfEverySubject) {
  const auto words = [](const v1::Query& query) {
    return std::string(DataOf(query)) + " " + std::string(ActionOf(query));
  };
  EXPECT_EQ(words(TestHotlistCheck(kNow)), "hotlist_entries check");
  EXPECT_EQ(words(TestPlateIndex(kNow)), "plate_reads search");
  EXPECT_EQ(words(TestPlateDetail(kNow)), "plate_reads view");
  EXPECT_EQ(words(TestFaceComparison(kNow)), "mugshots compare");
  EXPECT_EQ(words(TestSubscription(kNow)), "plate_alerts alert");
  // Words that no policy has: refused.
  EXPECT_EQ(words(TestApprovalReview(kNow)), " ");
  EXPECT_EQ(words(TestQueryWithoutSubject(kNow)), " ");
}

TEST(PolicyRequestTest, HoldsWhatWasSigned) {
  policy::VerifiedApproval approval;
  approval.authorisation_id = "h1";
  const policy::Request request =
      BuildRequest(TestHotlistCheck(kNow), TestPerson(), "slmpd", {approval});
  EXPECT_EQ(Show(request),
            "slmpd|st_charles_pd|u-4471|st_charles_pd|hotlist_entries|check|felony_investigation|"
            "robbery suspect left in this car, filmed at the counter|111|analyst|2026-01-05|"
            "2025-11-01|2026-02-01|complaint/26-004411/|investigation=active_criminal|h1|");
}

TEST(PolicyRequestTest, WhatIsAbsentStaysAbsent) {
  identity::Person person = TestPerson();
  person.trained = person.vetted = person.revalidated = std::nullopt;
  person.commissioned = person.cjis_cleared = false;
  v1::Query query = TestHotlistCheck(kNow);
  query.clear_identifier();
  query.clear_facts();
  const policy::Request request = BuildRequest(query, person, "slmpd", {});
  EXPECT_EQ(request.person.trained, std::nullopt);
  EXPECT_FALSE(request.person.commissioned);
  EXPECT_FALSE(request.person.cjis_cleared);
  EXPECT_FALSE(request.identifier.has_value());
  EXPECT_TRUE(request.facts.empty());
  EXPECT_TRUE(request.approvals.empty());
}

TEST(PolicyRequestTest, NamesEveryKindOfIdentifier) {
  v1::Query query = TestHotlistCheck(kNow);
  const auto kind = [&](v1::Identifier::Kind value) {
    query.mutable_identifier()->set_kind(value);
    return BuildRequest(query, TestPerson(), "slmpd", {}).identifier->kind;
  };
  EXPECT_EQ(kind(v1::Identifier::KIND_COMPLAINT), "complaint");
  EXPECT_EQ(kind(v1::Identifier::KIND_CAD_EVENT), "cad_event");
  EXPECT_EQ(kind(v1::Identifier::KIND_WARRANT), "warrant");
  EXPECT_EQ(kind(v1::Identifier::KIND_OTHER_NAMED), "other_named");
  EXPECT_EQ(kind(v1::Identifier::KIND_UNSPECIFIED), "");
}

// A question with random words.
v1::Query RandomQuery() {
  v1::Query query =
      *rc::gen::element(TestHotlistCheck(kNow), TestPlateIndex(kNow), TestPlateDetail(kNow),
                        TestFaceComparison(kNow), TestSubscription(kNow));
  const auto word = rc::gen::nonEmpty(rc::gen::string<std::string>());
  const auto ascii = [&] {
    std::string text = *word;
    for (char& c : text) c = static_cast<char>('a' + static_cast<unsigned char>(c) % 26);
    return text;
  };
  query.set_purpose(ascii());
  query.set_reason(ascii());
  query.mutable_identifier()->set_value(ascii());
  query.mutable_facts(0)->set_name(ascii());
  query.mutable_facts(0)->set_value(ascii());
  return query;
}

TEST(PolicyRequestTest, DependsOnlyOnTheSignedBytesAndThePerson) {
  EXPECT_TRUE(rc::check("broker and node build the same request", [] {
    const v1::Query asked = RandomQuery();
    v1::Query received;
    RC_ASSERT(received.ParseFromString(asked.SerializeAsString()));
    identity::Person person = TestPerson();
    person.commissioned = *rc::gen::arbitrary<bool>();
    person.cjis_cleared = *rc::gen::arbitrary<bool>();
    // What differs between the two sides: the moment, and the assertion's own facts.
    identity::Person at_node = person;
    at_node.issued_at = at_node.expires_at = kNow + absl::Hours(*rc::gen::inRange(0, 100));
    at_node.assertion_id = "other";
    RC_ASSERT(Show(BuildRequest(asked, person, "slmpd", {})) ==
              Show(BuildRequest(received, at_node, "slmpd", {})));
  }));
}

TEST(PolicyRequestTest, TheOccasionOfAskingChangesNothing) {
  EXPECT_TRUE(rc::check("nonce, time, deadline and owners are not policy's", [] {
    const v1::Query asked = RandomQuery();
    v1::Query again = asked;
    again.set_nonce(*rc::gen::string<std::string>());
    again.set_deadline_ms(*rc::gen::arbitrary<uint32_t>());
    again.mutable_asked_at()->set_seconds(*rc::gen::arbitrary<int32_t>());
    again.add_owners("slmpd");
    again.add_authorisations("h1");
    RC_ASSERT(Show(BuildRequest(asked, TestPerson(), "slmpd", {})) ==
              Show(BuildRequest(again, TestPerson(), "slmpd", {})));
  }));
}

}  // namespace
}  // namespace fusionhub::query
