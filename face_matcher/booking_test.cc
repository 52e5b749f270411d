// Ages, answer fields and the stored form of bookings.
#include "face_matcher/booking.h"

#include <gtest/gtest.h>

#include "base/status_matchers.h"

namespace fusionhub::face_matcher {
namespace {

using ::testing::_;
using ::testing::HasSubstr;

Booking Example() {
  Booking booking;
  booking.booking_number = "25-000123";
  booking.person_number = "P-7";
  booking.name = "Arlo Ashgrove";
  booking.date_of_birth = absl::CivilDay(2007, 3, 21);
  booking.sex = "male";
  booking.booked_at = absl::FromUnixSeconds(1742500000);  // 2025-03-20T19:46:40Z
  booking.charge = "stealing";
  booking.disposition = "pending";
  booking.collection_basis = CollectionBasis::kMugshotTypicalContact;
  return booking;
}

TEST(BookingTest, AgeChangesOnTheBirthday) {
  Booking booking = Example();
  EXPECT_EQ(AgeAtBooking(booking), 17);
  booking.booked_at += absl::Hours(24);
  EXPECT_EQ(AgeAtBooking(booking), 18);
}

TEST(BookingTest, LeapDayChildrenAgeInMarch) {
  Booking booking = Example();
  booking.date_of_birth = absl::CivilDay(2008, 2, 29);
  booking.booked_at = absl::FromCivil(absl::CivilSecond(2026, 2, 28, 12), absl::UTCTimeZone());
  EXPECT_EQ(AgeAtBooking(booking), 17);
  booking.booked_at += absl::Hours(24);
  EXPECT_EQ(AgeAtBooking(booking), 18);
}

TEST(BookingTest, FieldsBearTheVocabularysWords) {
  const std::map<std::string, std::string> expected = {{"booking_number", "25-000123"},
                                                       {"name", "Arlo Ashgrove"},
                                                       {"date_of_birth", "2007-03-21"},
                                                       {"sex", "male"},
                                                       {"booked_at", "2025-03-20T19:46:40Z"},
                                                       {"charge", "stealing"},
                                                       {"disposition", "pending"}};
  EXPECT_EQ(BookingFields(Example()), expected);
}

TEST(BookingTest, EmptyFieldsAreLeftOut) {
  Booking booking = Example();
  booking.disposition = "";
  EXPECT_EQ(BookingFields(booking).count("disposition"), 0u);
}

TEST(BookingTest, StoredFormComesBack) {
  const Booking before = Example();
  const auto after = DeserializeBooking(SerializeBooking(before));
  FUSIONHUB_ASSERT_OK(after);
  EXPECT_EQ(BookingFields(*after), BookingFields(before));
  EXPECT_EQ(after->collection_basis, before.collection_basis);
  EXPECT_EQ(after->subject_id(), "P-7");
}

TEST(BookingTest, RefusesBytesThatAreNotAStoredBooking) {
  const std::string whole = SerializeBooking(Example());
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(DeserializeBooking(whole.substr(0, size)),
                StatusIs(absl::StatusCode::kDataLoss, _));
  }
  EXPECT_THAT(DeserializeBooking(whole + "x"), StatusIs(absl::StatusCode::kDataLoss, _));
}

TEST(BookingTest, WithoutPersonNumberEachBookingStandsAlone) {
  Booking booking = Example();
  booking.person_number = "";
  EXPECT_EQ(booking.subject_id(), "25-000123");
}

TEST(BookingTest, SO_B5_KnowsTwoCollectionBases) {
  EXPECT_EQ(*ParseCollectionBasis("post_arrest_booking"), CollectionBasis::kPostArrestBooking);
  EXPECT_EQ(*ParseCollectionBasis("mugshot_typical_contact"),
            CollectionBasis::kMugshotTypicalContact);
  for (const char* word :
       {"", "demonstration", "POST_ARREST_BOOKING", "social_media", "association"}) {
    EXPECT_THAT(ParseCollectionBasis(word),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("SO#B.5")));
  }
}

}  // namespace
}  // namespace fusionhub::face_matcher
