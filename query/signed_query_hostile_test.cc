// Byte strings that are not questions: unknown fields and words at any depth, two subjects,
// rubbish.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/status_matchers.h"
#include "query/signed_query.h"
#include "query/test_query.h"

namespace fusionhub::query {
namespace {

using ::testing::_;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

absl::StatusOr<v1::Query> ParseBytes(const std::string& bytes) {
  v1::SignedQuery signed_query;
  signed_query.set_query(bytes);
  return ParseQuery(signed_query);
}

TEST(HostileQueryTest, RefusesEmptyAndTooLong) {
  EXPECT_THAT(ParseBytes(""), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("query:")));
  EXPECT_THAT(ParseBytes(std::string(3 * 1024 * 1024 + 1, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("3145728 bytes")));
}

TEST(HostileQueryTest, RefusesWhatIsNotProtobuf) {
  for (const std::string& bytes :
       {std::string("hello"), std::string("\xFF"), std::string(100, '\0'),
        std::string("\x0A\xFF\xFF\xFF\xFF\x0F")}) {
    EXPECT_THAT(ParseBytes(bytes), StatusIs(absl::StatusCode::kInvalidArgument, _));
  }
}

TEST(HostileQueryTest, RefusesInvalidUtf8) {
  v1::Query query = TestHotlistCheck(kNow);
  std::string bytes = query.SerializeAsString();
  bytes += std::string("\x4A\x02\xC3\x28", 4);  // reason: an invalid sequence
  EXPECT_THAT(ParseBytes(bytes), StatusIs(absl::StatusCode::kInvalidArgument, _));
}

TEST(HostileQueryTest, RefusesUnknownFieldsAtTheTop) {
  const std::string bytes = TestHotlistCheck(kNow).SerializeAsString();
  // Field 99, varint 1; field 39, where a newer subject could be.
  EXPECT_THAT(ParseBytes(bytes + "\x98\x06\x01"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("does not know")));
  EXPECT_THAT(ParseBytes(bytes + std::string("\xBA\x02\x00", 3)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("does not know")));
}

// Adds an unknown field to the message that `pick` chooses.
template <typename Pick>
void ExpectUnknownFieldRefused(v1::Query query, absl::string_view where, Pick pick) {
  google::protobuf::Message& message = pick(query);
  message.GetReflection()->MutableUnknownFields(&message)->AddVarint(99, 1);
  EXPECT_THAT(ParseQuery(Unsigned(query)),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr(absl::StrCat("malformed: ", where, ": has a field"))));
}

TEST(HostileQueryTest, RefusesUnknownFieldsAtAnyDepth) {
  using google::protobuf::Message;
  ExpectUnknownFieldRefused(TestHotlistCheck(kNow), "identifier",
                            [](v1::Query& q) -> Message& { return *q.mutable_identifier(); });
  ExpectUnknownFieldRefused(TestHotlistCheck(kNow), "facts",
                            [](v1::Query& q) -> Message& { return *q.mutable_facts(0); });
  ExpectUnknownFieldRefused(TestHotlistCheck(kNow), "asked_at",
                            [](v1::Query& q) -> Message& { return *q.mutable_asked_at(); });
  ExpectUnknownFieldRefused(
      TestHotlistCheck(kNow), "hotlist_check.plate",
      [](v1::Query& q) -> Message& { return *q.mutable_hotlist_check()->mutable_plate(); });
  ExpectUnknownFieldRefused(TestPlateIndex(kNow), "plate_index.to", [](v1::Query& q) -> Message& {
    return *q.mutable_plate_index()->mutable_to();
  });
  ExpectUnknownFieldRefused(
      TestFaceComparison(kNow), "face_comparison.box",
      [](v1::Query& q) -> Message& { return *q.mutable_face_comparison()->mutable_box(); });
}

TEST(HostileQueryTest, RefusesUnknownEnumWords) {
  for (int kind : {5, 99, -1}) {
    v1::Query query = TestHotlistCheck(kNow);
    query.mutable_identifier()->set_kind(static_cast<v1::Identifier::Kind>(kind));
    EXPECT_THAT(ParseQuery(Unsigned(query)),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("identifier.kind: " + std::to_string(kind))));
  }
}

TEST(HostileQueryTest, OfTwoSubjectsOnlyOneIsEverSeen) {
  // Protobuf keeps the last one of a oneof. Whoever reads these bytes here, at the broker or at a
  // node, sees the same one: there is one parser.
  const std::string both = TestHotlistCheck(kNow).SerializeAsString() + [] {
    v1::Query second;
    second.mutable_alert_subscription()->add_categories("stolen_vehicle");
    return second.SerializeAsString();
  }();
  const auto query = ParseBytes(both);
  FUSIONHUB_ASSERT_OK(query);
  EXPECT_EQ(query->subject_case(), v1::Query::kAlertSubscription);
  EXPECT_FALSE(query->has_hotlist_check());
}

TEST(HostileQueryTest, MutatedBytesNeverCrash) {
  SeededRandom random(20261121);
  const std::string valid = TestPlateIndex(kNow).SerializeAsString();
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = valid;
    const std::string dice = random.Bytes(6);
    const size_t at =
        (static_cast<uint8_t>(dice[0]) * 256u + static_cast<uint8_t>(dice[1])) % bytes.size();
    switch (static_cast<uint8_t>(dice[2]) % 3) {
      case 0:
        bytes[at] = dice[3];
        break;
      case 1:
        bytes.erase(at, 1 + static_cast<uint8_t>(dice[4]) % 5);
        break;
      default:
        bytes.insert(at, 1, dice[3]);
    }
    const auto query = ParseBytes(bytes);
    if (!query.ok()) {
      EXPECT_TRUE(absl::IsInvalidArgument(query.status()));
      continue;
    }
    ++accepted;
    // What is accepted has only what the schema knows, so it serialises to an accepted question
    // again.
    FUSIONHUB_EXPECT_OK(ParseQuery(Unsigned(*query)));
  }
  EXPECT_GT(accepted, 0);
}

}  // namespace
}  // namespace fusionhub::query
