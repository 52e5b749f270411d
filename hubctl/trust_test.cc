// Tests that nothing that the hub or a peer changed is taken for proven.
#include "hubctl/trust.h"

#include <gtest/gtest.h>

#include <functional>

#include "hubctl/fake_hub.h"

namespace fusionhub::hubctl {
namespace {

using Spoil = std::function<void(v1::QueryAccepted&)>;

TEST(TrustTest, AcceptsATrueIntent) {
  FakeHub hub;
  const v1::SavedReceipt course = hub.Course();
  EXPECT_TRUE(CheckAccepted(course.signed_query(), course.accepted(), hub.Trust()).ok());
}

TEST(TrustTest, RefusesAnIntentInWhichAnythingIsChanged) {
  const Spoil spoils[] = {
      [](v1::QueryAccepted& a) { a.set_query_id("0123456789abcdef"); },
      [](v1::QueryAccepted& a) { a.set_query_salt(std::string(32, 'x')); },
      [](v1::QueryAccepted& a) { a.mutable_plan(1)->set_asked(true); },
      [](v1::QueryAccepted& a) { a.mutable_plan(0)->set_asked(false); },
      [](v1::QueryAccepted& a) { a.mutable_intent()->set_index(a.intent().index() - 1); },
      [](v1::QueryAccepted& a) { a.mutable_intent()->mutable_leaf()->back() ^= 1; },
      [](v1::QueryAccepted& a) { a.mutable_intent()->mutable_proof(0)->back() ^= 1; },
      [](v1::QueryAccepted& a) { a.mutable_intent()->mutable_proof()->RemoveLast(); },
      [](v1::QueryAccepted& a) { a.mutable_intent()->mutable_checkpoint()->at(30) ^= 1; },
      [](v1::QueryAccepted& a) { a.mutable_intent()->clear_checkpoint(); },
      [](v1::QueryAccepted& a) { a.clear_intent(); },
  };
  FakeHub hub;
  const v1::SavedReceipt course = hub.Course();
  for (size_t i = 0; i < std::size(spoils); ++i) {
    v1::QueryAccepted accepted = course.accepted();
    spoils[i](accepted);
    EXPECT_EQ(CheckAccepted(course.signed_query(), accepted, hub.Trust()).code(),
              absl::StatusCode::kDataLoss)
        << i;
  }
}

TEST(TrustTest, RefusesTheIntentOfAnotherQuestion) {
  FakeHub hub;
  const v1::SavedReceipt course = hub.Course();
  v1::SignedQuery other = course.signed_query();
  other.set_query("another question");
  EXPECT_FALSE(CheckAccepted(other, course.accepted(), hub.Trust()).ok());
}

TEST(TrustTest, RefusesTheCheckpointOfAnotherHub) {
  FakeHub hub;
  const v1::SavedReceipt course = hub.Course();
  SeededRandom random(99);
  audit::ReceiptTrust trust = hub.Trust();
  trust.log_key =
      *audit::VerifierKey::Create(trust.log_key.name(), audit::KeyType::kEd25519,
                                  crypto::Ed25519PrivateKey::Generate(random)->public_key());
  EXPECT_FALSE(CheckAccepted(course.signed_query(), course.accepted(), trust).ok());
}

TEST(TrustTest, AcceptsAnAnswerAsItsOwnerSignedIt) {
  FakeHub hub;
  const v1::SavedReceipt course = hub.Course();
  for (const v1::OwnerResult& result : course.results()) {
    EXPECT_TRUE(CheckResult(course.accepted().query_id(), result, hub.Trust()).ok());
  }
}

TEST(TrustTest, AcceptsAnAnswerFromWhichTheHubWithheldAField) {
  FakeHub hub;
  v1::SavedReceipt course = hub.Course();
  v1::OwnerResult result = course.results(1);
  v1::Field& field =
      *result.mutable_answer()->mutable_answer()->mutable_records(0)->mutable_fields(1);
  field.clear_salt();
  field.clear_value();
  EXPECT_TRUE(CheckResult(course.accepted().query_id(), result, hub.Trust()).ok());
}

TEST(TrustTest, RefusesAnAnswerInWhichAnythingIsChanged) {
  using SpoilAnswer = std::function<void(v1::OwnerResult&)>;
  const SpoilAnswer spoils[] = {
      [](v1::OwnerResult& r) {
        r.mutable_answer()->mutable_answer()->mutable_records(0)->mutable_fields(0)->set_value("x");
      },
      [](v1::OwnerResult& r) {
        r.mutable_answer()->mutable_answer()->mutable_records()->RemoveLast();
      },
      [](v1::OwnerResult& r) { r.mutable_answer()->mutable_answer()->set_node("other"); },
      [](v1::OwnerResult& r) { r.mutable_answer()->mutable_signature()->set_key_id("other"); },
      [](v1::OwnerResult& r) {
        r.mutable_answer()->mutable_signature()->mutable_signature()->back() ^= 1;
      },
      [](v1::OwnerResult& r) { r.mutable_answer()->clear_signature(); },
      [](v1::OwnerResult& r) { r.set_owner("st_charles_pd"); },
      [](v1::OwnerResult& r) { r.clear_answer(); },
  };
  FakeHub hub;
  const v1::SavedReceipt course = hub.Course();
  for (size_t i = 0; i < std::size(spoils); ++i) {
    v1::OwnerResult result = course.results(1);
    spoils[i](result);
    EXPECT_EQ(CheckResult(course.accepted().query_id(), result, hub.Trust()).code(),
              absl::StatusCode::kDataLoss)
        << i;
  }
}

TEST(TrustTest, RefusesAnAnswerToAnotherQuestion) {
  FakeHub hub;
  const v1::SavedReceipt course = hub.Course();
  EXPECT_FALSE(CheckResult("0123456789abcdef", course.results(1), hub.Trust()).ok());
}

}  // namespace
}  // namespace fusionhub::hubctl
