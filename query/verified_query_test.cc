// Tests of the one door: question and person together.
#include "query/verified_query.h"

#include <gtest/gtest.h>

#include "base/status_matchers.h"
#include "identity/reasons.h"
#include "identity/test_issuer.h"
#include "query/error_detail.h"
#include "query/test_query.h"

namespace fusionhub::query {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

class VerifiedQueryTest : public ::testing::Test {
 protected:
  VerifiedQueryTest() {
    expected_.region = "stl";
    expected_.peer_agency = "st_charles_pd";
    expected_.client_certificate = identity::TestIssuer::Certificate();
    expected_.now = kNow;
  }

  v1::SignedQuery Sign(const v1::Query& query, absl::Time issued_at = kNow) const {
    v1::SignedQuery signed_query = Unsigned(query);
    signed_query.set_assertion(issuer_.Issue(QueryDigest(signed_query.query()), issued_at));
    return signed_query;
  }
  absl::StatusOr<VerifiedQuery> Verify(const v1::SignedQuery& signed_query) const {
    return VerifySignedQuery(signed_query, issuer_.directory(), expected_);
  }
  std::string Reason(const v1::SignedQuery& signed_query) const {
    return ReasonOf(Verify(signed_query).status());
  }

  const identity::TestIssuer issuer_;
  QueryExpectations expected_;
};

TEST_F(VerifiedQueryTest, TheBrokerGetsQuestionAndPerson) {
  const v1::SignedQuery signed_query = Sign(TestHotlistCheck(kNow));
  const auto verified = Verify(signed_query);
  FUSIONHUB_ASSERT_OK(verified);
  EXPECT_EQ(verified->person.id, "u-4471");
  EXPECT_EQ(verified->digest, QueryDigest(signed_query.query()));
  EXPECT_EQ(verified->question_digest, QuestionDigest(verified->query));
}

TEST_F(VerifiedQueryTest, ANodeGetsTheSameWithoutSeeingTheConnection) {
  expected_.peer_agency = std::nullopt;
  expected_.client_certificate = std::nullopt;
  FUSIONHUB_EXPECT_OK(Verify(Sign(TestHotlistCheck(kNow))));
}

TEST_F(VerifiedQueryTest, RefusesOneChangedByteOfTheQuestion) {
  v1::SignedQuery signed_query = Sign(TestHotlistCheck(kNow));
  v1::Query changed = TestHotlistCheck(kNow);
  changed.mutable_hotlist_check()->mutable_plate()->set_text("ABC 124");
  signed_query.set_query(changed.SerializeAsString());
  EXPECT_EQ(Reason(signed_query), identity::kAssertionOtherRequest);
}

TEST_F(VerifiedQueryTest, TheHubCannotInventAnAnalyst) {
  // A node's view: the bytes name an agency whose issuer did not sign.
  expected_.peer_agency = std::nullopt;
  expected_.client_certificate = std::nullopt;
  const identity::TestIssuer invented;
  v1::SignedQuery signed_query = Unsigned(TestHotlistCheck(kNow));
  signed_query.set_assertion(invented.Issue(QueryDigest(signed_query.query()), kNow));
  EXPECT_EQ(Reason(signed_query), identity::kAssertionBadSignature);
  signed_query.clear_assertion();
  EXPECT_EQ(Reason(signed_query), identity::kAssertionMalformed);
}

TEST_F(VerifiedQueryTest, RefusesAnAgencyThatIsNotThePeers) {
  expected_.peer_agency = "slmpd";
  EXPECT_EQ(Reason(Sign(TestHotlistCheck(kNow))), identity::kAssertionOtherAgency);
}

TEST_F(VerifiedQueryTest, RefusesAnAgencyWithoutAnIssuer) {
  v1::Query query = TestHotlistCheck(kNow);
  query.set_agency("slmpd");
  expected_.peer_agency = "slmpd";
  EXPECT_EQ(Reason(Sign(query)), identity::kAssertionOtherAgency);
}

TEST_F(VerifiedQueryTest, RefusesAnotherOperatorThanThePerson) {
  v1::Query query = TestHotlistCheck(kNow);
  query.set_operator_("u-1");
  EXPECT_EQ(Reason(Sign(query)), identity::kAssertionOtherPerson);
}

TEST_F(VerifiedQueryTest, RefusesAnotherRegion) {
  v1::Query query = TestHotlistCheck(kNow);
  query.set_region("kc");
  EXPECT_EQ(Reason(Sign(query)), kQueryMalformed);
}

TEST_F(VerifiedQueryTest, RefusesAnotherCertificate) {
  expected_.client_certificate = crypto::Sha256("stolen");
  EXPECT_EQ(Reason(Sign(TestHotlistCheck(kNow))), identity::kAssertionOtherCertificate);
}

TEST_F(VerifiedQueryTest, RefusesClocksThatDiffer) {
  EXPECT_EQ(Reason(Sign(TestHotlistCheck(kNow - absl::Seconds(31)))), kQueryClock);
  FUSIONHUB_EXPECT_OK(Verify(Sign(TestHotlistCheck(kNow - absl::Seconds(30)))));
}

TEST_F(VerifiedQueryTest, RefusesMalformedQuestionsBeforeAnythingElse) {
  v1::Query query = TestHotlistCheck(kNow);
  query.clear_nonce();
  EXPECT_EQ(Reason(Sign(query)), kQueryMalformed);
}

TEST_F(VerifiedQueryTest, ASubscriptionStandsUntilItsAssertionExpires) {
  const v1::SignedQuery subscription = Sign(TestSubscription(kNow));
  expected_.standing = true;
  expected_.now = kNow + absl::Minutes(5) - absl::Seconds(1);
  FUSIONHUB_EXPECT_OK(Verify(subscription));
  expected_.now = kNow + absl::Minutes(5);
  EXPECT_EQ(Reason(subscription), identity::kAssertionExpired);
  expected_.standing = false;
  expected_.now = kNow + absl::Minutes(3);
  EXPECT_EQ(Reason(subscription), identity::kAssertionNotFresh);
}

TEST_F(VerifiedQueryTest, AQuestionNeverStands) {
  expected_.standing = true;
  EXPECT_THAT(Verify(Sign(TestHotlistCheck(kNow))),
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("subscription")));
}

}  // namespace
}  // namespace fusionhub::query
