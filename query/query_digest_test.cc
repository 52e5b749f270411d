// Tests of the two digests: of the bytes, and of the question apart from its occasion.
#include <gtest/gtest.h>

#include "query/signed_query.h"
#include "query/test_query.h"
#include "query/timestamp.h"

namespace fusionhub::query {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

TEST(QueryDigestTest, IsSha256OfTheBytes) {
  EXPECT_EQ(crypto::ToHex(crypto::View(QueryDigest("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(QuestionDigestTest, StaysTheSameWhenAskedAgain) {
  const v1::Query first = TestHotlistCheck(kNow);
  v1::Query again = TestHotlistCheck(kNow + absl::Hours(30));
  again.set_nonce("fedcba9876543210");
  again.add_authorisations("hold-1");
  again.set_deadline_ms(9000);
  again.add_owners("slmpd");
  EXPECT_EQ(QuestionDigest(first), QuestionDigest(again));
  EXPECT_NE(QueryDigest(first.SerializeAsString()), QueryDigest(again.SerializeAsString()));
}

TEST(QuestionDigestTest, DiffersWhenTheQuestionDiffers) {
  const crypto::Digest digest = QuestionDigest(TestHotlistCheck(kNow));
  const std::vector<void (*)(v1::Query&)> changes = {
      [](v1::Query& query) { query.set_region("kc"); },
      [](v1::Query& query) { query.set_agency("slmpd"); },
      [](v1::Query& query) { query.set_operator_("u-1"); },
      [](v1::Query& query) { query.set_officer("u-1"); },
      [](v1::Query& query) { query.set_purpose("terrorism"); },
      [](v1::Query& query) { query.mutable_identifier()->set_value("26-1"); },
      [](v1::Query& query) { query.clear_identifier(); },
      [](v1::Query& query) { query.set_reason("another"); },
      [](v1::Query& query) { query.mutable_facts(0)->set_value("other"); },
      [](v1::Query& query) { query.clear_facts(); },
      [](v1::Query& query) { query.mutable_hotlist_check()->mutable_plate()->set_state("IL"); },
      [](v1::Query& query) {
        const v1::Plate plate = query.hotlist_check().plate();
        *query.mutable_plate_detail()->mutable_plate() = plate;
      }};
  for (size_t i = 0; i < changes.size(); ++i) {
    v1::Query query = TestHotlistCheck(kNow);
    changes[i](query);
    EXPECT_NE(QuestionDigest(query), digest) << "change " << i;
  }
}

TEST(QuestionDigestTest, IsPinned) {
  // Approvals that were signed before an upgrade must fit afterwards. Computed with protoc and
  // sha256sum.
  EXPECT_EQ(crypto::ToHex(crypto::View(QuestionDigest(TestHotlistCheck(kNow)))),
            "46103f44dd2de8fd04fc078757962d0593c1f0cf858a761efd0e4a4b9eb0c759");
}

}  // namespace
}  // namespace fusionhub::query
