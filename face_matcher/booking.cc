// Bookings: closed words, age, answer fields, stored form.
#include "face_matcher/booking.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "face_matcher/byte_codec.h"

namespace fusionhub::face_matcher {
namespace {

constexpr uint32_t kMagic = 0x31424846;  // "FHB1"
constexpr absl::string_view kPostArrest = "post_arrest_booking";
constexpr absl::string_view kTypicalContact = "mugshot_typical_contact";

void PutIfKnown(std::map<std::string, std::string>& fields, const char* name, std::string value) {
  if (!value.empty()) fields[name] = std::move(value);
}

}  // namespace

absl::StatusOr<CollectionBasis> ParseCollectionBasis(absl::string_view word) {
  if (word == kPostArrest) return CollectionBasis::kPostArrestBooking;
  if (word == kTypicalContact) return CollectionBasis::kMugshotTypicalContact;
  return absl::InvalidArgumentError(
      absl::StrCat("collection_basis: neither ", kPostArrest, " nor ", kTypicalContact,
                   "; only images on these grounds may be enrolled (SO#B.5)"));
}

absl::string_view CollectionBasisWord(CollectionBasis basis) {
  return basis == CollectionBasis::kPostArrestBooking ? kPostArrest : kTypicalContact;
}

int AgeAtBooking(const Booking& booking) {
  const absl::CivilDay booked(absl::ToCivilDay(booking.booked_at, absl::UTCTimeZone()));
  const absl::CivilDay born = booking.date_of_birth;
  const bool birthday_passed =
      booked.month() != born.month() ? booked.month() > born.month() : booked.day() >= born.day();
  return static_cast<int>(booked.year() - born.year()) - (birthday_passed ? 0 : 1);
}

std::map<std::string, std::string> BookingFields(const Booking& booking) {
  std::map<std::string, std::string> fields;
  PutIfKnown(fields, "booking_number", booking.booking_number);
  PutIfKnown(fields, "name", booking.name);
  PutIfKnown(fields, "date_of_birth", absl::FormatCivilTime(booking.date_of_birth));
  PutIfKnown(fields, "sex", booking.sex);
  PutIfKnown(fields, "booked_at",
             absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", booking.booked_at, absl::UTCTimeZone()));
  PutIfKnown(fields, "charge", booking.charge);
  PutIfKnown(fields, "disposition", booking.disposition);
  return fields;
}

std::string SerializeBooking(const Booking& booking) {
  ByteWriter out;
  out.Number(kMagic);
  out.Bytes(booking.booking_number);
  out.Bytes(booking.person_number);
  out.Bytes(booking.name);
  out.Bytes(absl::FormatCivilTime(booking.date_of_birth));
  out.Bytes(booking.sex);
  out.Number<int64_t>(absl::ToUnixSeconds(booking.booked_at));
  out.Bytes(booking.charge);
  out.Bytes(booking.disposition);
  out.Bytes(CollectionBasisWord(booking.collection_basis));
  return out.Take();
}

absl::StatusOr<Booking> DeserializeBooking(absl::string_view bytes) {
  ByteReader in(bytes);
  Booking booking;
  const bool ours = in.Number<uint32_t>() == kMagic;
  booking.booking_number = std::string(in.Bytes());
  booking.person_number = std::string(in.Bytes());
  booking.name = std::string(in.Bytes());
  const bool has_birth = absl::ParseCivilTime(in.Bytes(), &booking.date_of_birth);
  booking.sex = std::string(in.Bytes());
  booking.booked_at = absl::FromUnixSeconds(in.Number<int64_t>());
  booking.charge = std::string(in.Bytes());
  booking.disposition = std::string(in.Bytes());
  const absl::StatusOr<CollectionBasis> basis = ParseCollectionBasis(in.Bytes());
  if (!ours || !has_birth || !basis.ok() || !in.AtEnd()) {
    return absl::DataLossError("stored booking: not in our format");
  }
  booking.collection_basis = *basis;
  return booking;
}

}  // namespace fusionhub::face_matcher
