// Tests of reading questions: each field's bounds, named in the refusal.
#include "query/signed_query.h"

#include <gtest/gtest.h>

#include <functional>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "query/error_detail.h"
#include "query/test_query.h"
#include "query/timestamp.h"

namespace fusionhub::query {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

void ExpectRefused(const v1::Query& query, absl::string_view field) {
  const auto parsed = ParseQuery(Unsigned(query));
  EXPECT_THAT(parsed, StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr(absl::StrCat("malformed: ", field, ":"))));
  EXPECT_EQ(ReasonOf(parsed.status()), kQueryMalformed);
}

// `spoil` makes a good question one that is refused for `field`.
void ExpectSpoiled(absl::string_view field, const std::function<void(v1::Query&)>& spoil,
                   v1::Query query = TestHotlistCheck(kNow)) {
  spoil(query);
  ExpectRefused(query, field);
}
void ExpectFine(const std::function<void(v1::Query&)>& change,
                v1::Query query = TestHotlistCheck(kNow)) {
  change(query);
  FUSIONHUB_EXPECT_OK(ParseQuery(Unsigned(query)));
}

TEST(ParseQueryTest, ReadsEverySubject) {
  for (const v1::Query& query :
       {TestHotlistCheck(kNow), TestPlateIndex(kNow), TestPlateDetail(kNow),
        TestFaceComparison(kNow), TestSubscription(kNow), TestApprovalReview(kNow)}) {
    const auto parsed = ParseQuery(Unsigned(query));
    FUSIONHUB_ASSERT_OK(parsed);
    EXPECT_EQ(parsed->SerializeAsString(), query.SerializeAsString());
  }
}

TEST(ParseQueryTest, NeedsASubject) { ExpectRefused(TestQueryWithoutSubject(kNow), "subject"); }

TEST(ParseQueryTest, NeedsToKnowWhoAsks) {
  for (const char* id : {"", "STL", "s t l", "stl\n"}) {
    ExpectSpoiled("region", [&](v1::Query& query) { query.set_region(id); });
    ExpectSpoiled("agency", [&](v1::Query& query) { query.set_agency(id); });
  }
  ExpectSpoiled("agency", [](v1::Query& query) { query.set_agency(std::string(65, 'a')); });
  for (const std::string& name : {std::string(), std::string("a b"), std::string(129, 'a')}) {
    ExpectSpoiled("operator", [&](v1::Query& query) { query.set_operator_(name); });
    ExpectSpoiled("officer", [&](v1::Query& query) { query.set_officer(name); });
  }
  ExpectFine([](v1::Query& query) { query.set_officer("j.doe@stl.example"); });
}

TEST(ParseQueryTest, NeedsANonceOfSixteenBytes) {
  for (size_t size : {0u, 15u, 17u}) {
    ExpectSpoiled("nonce", [&](v1::Query& query) { query.set_nonce(std::string(size, 'n')); });
  }
}

TEST(ParseQueryTest, NeedsTheTimeOfAsking) {
  ExpectSpoiled("asked_at", [](v1::Query& query) { query.clear_asked_at(); });
  ExpectSpoiled("asked_at", [](v1::Query& query) { query.mutable_asked_at()->set_nanos(-1); });
}

TEST(ParseQueryTest, ThePurposeIsAWord) {
  for (const char* purpose : {"", "because of the robbery", "a/b"}) {
    ExpectSpoiled("purpose", [&](v1::Query& query) { query.set_purpose(purpose); });
  }
  ExpectFine([](v1::Query& query) { query.set_purpose("REJ-4.2"); });
}

TEST(ParseQueryTest, TheIdentifierIsWholeOrAbsent) {
  ExpectFine([](v1::Query& query) { query.clear_identifier(); });
  ExpectSpoiled("identifier.kind", [](v1::Query& query) {
    query.mutable_identifier()->set_kind(v1::Identifier::KIND_UNSPECIFIED);
  });
  ExpectSpoiled("identifier.kind", [](v1::Query& query) { query.mutable_identifier()->Clear(); });
  ExpectSpoiled("identifier.value",
                [](v1::Query& query) { query.mutable_identifier()->clear_value(); });
  ExpectSpoiled("identifier.value", [](v1::Query& query) {
    query.mutable_identifier()->set_value(std::string(65, '1'));
  });
  ExpectSpoiled("identifier.value",
                [](v1::Query& query) { query.mutable_identifier()->set_value("26\x1b[1m"); });
}

TEST(ParseQueryTest, OnlyAnotherKindHasAName) {
  ExpectSpoiled("identifier.other_name",
                [](v1::Query& query) { query.mutable_identifier()->set_other_name("coroner"); });
  ExpectSpoiled("identifier.other_name", [](v1::Query& query) {
    query.mutable_identifier()->set_kind(v1::Identifier::KIND_OTHER_NAMED);
  });
  ExpectFine([](v1::Query& query) {
    query.mutable_identifier()->set_kind(v1::Identifier::KIND_OTHER_NAMED);
    query.mutable_identifier()->set_other_name("coroner case");
  });
}

TEST(ParseQueryTest, BoundsTheReason) {
  ExpectFine([](v1::Query& query) { query.set_reason(std::string(2000, 'x')); });
  ExpectFine([](v1::Query& query) { query.set_reason("two\nlines, \xC3\xBC"); });
  ExpectFine([](v1::Query& query) { query.clear_reason(); });  // policy judges it
  ExpectSpoiled("reason", [](v1::Query& query) { query.set_reason(std::string(2001, 'x')); });
  ExpectSpoiled("reason", [](v1::Query& query) { query.set_reason(std::string("a\0b", 3)); });
}

TEST(ParseQueryTest, FactsAreUniqueWords) {
  ExpectSpoiled("facts.name", [](v1::Query& query) { *query.add_facts() = query.facts(0); });
  ExpectSpoiled("facts.name", [](v1::Query& query) { query.add_facts(); });
  ExpectSpoiled("facts.value", [](v1::Query& query) { query.add_facts()->set_name("a"); });
  ExpectSpoiled("facts", [](v1::Query& query) {
    for (int i = 0; i < 32; ++i) {
      query.add_facts()->set_name(absl::StrCat("n", i));
      query.mutable_facts(query.facts_size() - 1)->set_value("v");
    }
  });
}

TEST(ParseQueryTest, ListsAreUniqueAndBounded) {
  ExpectFine([](v1::Query& query) { query.add_owners("slmpd"); });
  ExpectSpoiled("owners", [](v1::Query& query) { query.add_owners("SLMPD"); });
  ExpectSpoiled("owners", [](v1::Query& query) {
    query.add_owners("slmpd");
    query.add_owners("slmpd");
  });
  ExpectSpoiled("owners", [](v1::Query& query) {
    for (int i = 0; i < 257; ++i) query.add_owners(absl::StrCat("a", i));
  });
  ExpectSpoiled("authorisations", [](v1::Query& query) { query.add_authorisations("a b"); });
  ExpectSpoiled("authorisations", [](v1::Query& query) {
    query.add_authorisations("h1");
    query.add_authorisations("h1");
  });
}

TEST(ParseQueryTest, BoundsTheDeadline) {
  for (uint32_t deadline : {0u, 100u, 30'000u}) {
    ExpectFine([&](v1::Query& query) { query.set_deadline_ms(deadline); });
  }
  for (uint32_t deadline : {1u, 99u, 30'001u, 0xFFFFFFFFu}) {
    ExpectSpoiled("deadline_ms", [&](v1::Query& query) { query.set_deadline_ms(deadline); });
  }
}

TEST(ParseQueryTest, ThePlateCanBeRead) {
  const auto spoil_plate = [](absl::string_view field, const char* text, const char* state) {
    ExpectSpoiled(field, [&](v1::Query& query) {
      query.mutable_hotlist_check()->mutable_plate()->set_text(text);
      query.mutable_hotlist_check()->mutable_plate()->set_state(state);
    });
  };
  spoil_plate("hotlist_check.plate.text", "", "MO");
  spoil_plate("hotlist_check.plate.text", "ABC*", "MO");
  spoil_plate("hotlist_check.plate.state", "ABC123", "Missouri");
  ExpectFine(
      [](v1::Query& query) { query.mutable_hotlist_check()->mutable_plate()->clear_state(); });
  ExpectSpoiled("hotlist_check.plate.text",
                [](v1::Query& query) { query.mutable_hotlist_check()->Clear(); });
}

TEST(ParseQueryTest, TheWindowIsAtMostNinetyDays) {
  const auto window = [](absl::Duration length) {
    v1::Query query = TestPlateIndex(kNow);
    *query.mutable_plate_index()->mutable_from() = ToProto(kNow - length);
    return query;
  };
  FUSIONHUB_EXPECT_OK(ParseQuery(Unsigned(window(absl::Hours(24 * 90)))));
  ExpectRefused(window(absl::Hours(24 * 90) + absl::Nanoseconds(1)), "plate_index.to");
  ExpectRefused(window(absl::ZeroDuration()), "plate_index.to");
  ExpectRefused(window(-absl::Seconds(1)), "plate_index.to");
  v1::Query query = TestPlateIndex(kNow);
  query.mutable_plate_index()->clear_from();
  ExpectRefused(query, "plate_index.from");
}

TEST(ParseQueryTest, ADetailLookupNamesTheRead) {
  ExpectSpoiled(
      "plate_detail.read_ref",
      [](v1::Query& query) { query.mutable_plate_detail()->clear_read_ref(); },
      TestPlateDetail(kNow));
}

TEST(ParseQueryTest, BoundsTheFace) {
  const auto spoil = [](absl::string_view field,
                        const std::function<void(v1::FaceComparison&)>& change) {
    ExpectSpoiled(
        field, [&](v1::Query& query) { change(*query.mutable_face_comparison()); },
        TestFaceComparison(kNow));
  };
  spoil("face_comparison.image", [](v1::FaceComparison& face) { face.clear_image(); });
  spoil("face_comparison.image",
        [](v1::FaceComparison& face) { face.set_image(std::string(2 * 1024 * 1024 + 1, 'x')); });
  spoil("face_comparison.box", [](v1::FaceComparison& face) { face.mutable_box()->set_width(9); });
  spoil("face_comparison.box", [](v1::FaceComparison& face) {
    face.mutable_box()->set_width(9);
    face.mutable_box()->set_height(70'000);
  });
  for (uint32_t count : {1u, 51u}) {
    spoil("face_comparison.max_candidates",
          [&](v1::FaceComparison& face) { face.set_max_candidates(count); });
  }
  spoil("face_comparison.image_source",
        [](v1::FaceComparison& face) { face.set_image_source(std::string(201, 'x')); });
}

TEST(ParseQueryTest, AnImageOfTwoMebibytesFits) {
  v1::Query query = TestFaceComparison(kNow);
  query.mutable_face_comparison()->set_image(std::string(2 * 1024 * 1024, 'x'));
  FUSIONHUB_EXPECT_OK(ParseQuery(Unsigned(query)));
}

TEST(ParseQueryTest, ASubscriptionHasCategories) {
  v1::Query query = TestSubscription(kNow);
  query.mutable_alert_subscription()->clear_categories();
  ExpectRefused(query, "alert_subscription.categories");
  query.mutable_alert_subscription()->add_categories("not a word");
  ExpectRefused(query, "alert_subscription.categories");
}

TEST(ParseQueryTest, AReviewNamesAHoldOrNone) {
  v1::Query query = TestApprovalReview(kNow);
  query.mutable_approval_review()->set_hold_id("hold-1");
  FUSIONHUB_EXPECT_OK(ParseQuery(Unsigned(query)));
  query.mutable_approval_review()->set_hold_id("hold 1");
  ExpectRefused(query, "approval_review.hold_id");
}

TEST(ParseQueryTest, NeverRepeatsWhatItRefuses) {
  v1::Query query = TestHotlistCheck(kNow);
  query.mutable_hotlist_check()->mutable_plate()->set_text("SECRET*");
  EXPECT_THAT(ParseQuery(Unsigned(query)),
              StatusIs(absl::StatusCode::kInvalidArgument, Not(HasSubstr("SECRET"))));
}

TEST(CheckAskedAtTest, AllowsThirtySecondsEitherWay) {
  const v1::Query query = TestHotlistCheck(kNow);
  FUSIONHUB_EXPECT_OK(CheckAskedAt(query, kNow + absl::Seconds(30)));
  FUSIONHUB_EXPECT_OK(CheckAskedAt(query, kNow - absl::Seconds(30)));
  for (const absl::Duration off : {absl::Seconds(30), -absl::Seconds(30)}) {
    const absl::Time now = kNow + off + off / 30'000'000;
    const absl::Status status = CheckAskedAt(query, now);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("asked_at")));
    EXPECT_EQ(ReasonOf(status), kQueryClock);
  }
}

TEST(DeadlineOfTest, ZeroIsTheDefault) {
  v1::Query query = TestHotlistCheck(kNow);
  EXPECT_EQ(DeadlineOf(query), absl::Seconds(5));
  query.set_deadline_ms(250);
  EXPECT_EQ(DeadlineOf(query), absl::Milliseconds(250));
}

}  // namespace
}  // namespace fusionhub::query
