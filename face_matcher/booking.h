// One booking of an agency: the data that may accompany a mugshot (SO A.3), and why the image may
// be in a gallery at all (SO B.5).
#ifndef FUSIONHUB_FACE_MATCHER_BOOKING_H_
#define FUSIONHUB_FACE_MATCHER_BOOKING_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace fusionhub::face_matcher {

// SO B.5: the only two grounds on which an image may be enrolled. Anything else is refused at
// import.
enum class CollectionBasis {
  kPostArrestBooking = 1,  // "post_arrest_booking"
  kMugshotTypicalContact =
      2,  // "mugshot_typical_contact": a contact for which mugshots are generally taken
};
absl::StatusOr<CollectionBasis> ParseCollectionBasis(absl::string_view word);
absl::string_view CollectionBasisWord(CollectionBasis basis);

struct Booking {
  std::string booking_number;  // unique within the agency; the gallery's booking id
  std::string person_number;   // the agency's id of the person; empty: this booking stands alone
  std::string name;
  absl::CivilDay date_of_birth;
  std::string sex;  // "female", "male", "nonbinary" or "unknown"
  absl::Time booked_at;
  std::string charge;
  std::string disposition;
  CollectionBasis collection_basis = CollectionBasis::kPostArrestBooking;

  // person_number, or the booking number when there is none: what candidates are consolidated by.
  const std::string& subject_id() const {
    return person_number.empty() ? booking_number : person_number;
  }
};

// Whole years of age on the (UTC) day of booking.
int AgeAtBooking(const Booking& booking);

// The fields that may go into an answer, by the vocabulary's words: booking_number, name,
// date_of_birth (YYYY-MM-DD), sex, booked_at (RFC 3339, UTC), charge, disposition. Empty ones are
// left out.
std::map<std::string, std::string> BookingFields(const Booking& booking);

// For the encrypted store. Deserialize: DATA_LOSS when the bytes are not ours.
std::string SerializeBooking(const Booking& booking);
absl::StatusOr<Booking> DeserializeBooking(absl::string_view bytes);

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_BOOKING_H_
