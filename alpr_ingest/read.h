// One sighting of a plate, and which of its fields an owner may keep.
#ifndef FUSIONHUB_ALPR_INGEST_READ_H_
#define FUSIONHUB_ALPR_INGEST_READ_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace fusionhub::alpr_ingest {

// A read in the one form that every feed is turned into. Plain data.
struct PlateRead {
  // 32 lower-case hexadecimal digits (16 random bytes): says nothing about plate, place or time.
  // Set by Ingest.
  std::string read_ref;
  // Normalised: 1 to 12 of A-Z and 0-9 (query/plate.h).
  std::string plate;
  // Two-letter code, "" when the reader did not tell (plate_state.h).
  std::string state;
  // The reader's confidence in the plate's characters, 0 to 100.
  double confidence = 0;
  // The reader (camera) in the owner's device register, e.g. "kingshighway-1".
  std::string reader;
  absl::Time captured_at;  // by the reader's clock
  absl::Time received_at;  // by the node's clock
  std::optional<double> latitude;
  std::optional<double> longitude;
  // JPEG bytes, "" for none.
  std::string image;
  // What the vehicle looks like, as the feed's classifier says, e.g. "white honda sedan". "" for
  // none. Only for owners whose terms allow it: FieldPolicy drops it otherwise.
  std::string vehicle;
  // Direction of travel in degrees, 0 to 360. As `vehicle`, only where allowed.
  std::optional<double> heading;
  // Retention class of the reader: index into ReadStoreOptions::retention.
  uint8_t retention_class = 0;
  // The feed's own id of the sighting: a second delivery is recognised by it. Never stored in the
  // clear.
  std::string source_key;
};

// Fields of a read that an owner may or may not keep. Plate, state, reader and capture time are
// what the comparison and retention need and are always kept.
enum class ReadField {
  kConfidence,
  kPlace,  // latitude and longitude
  kImage,
  kVehicle,
  kHeading,
};

// Which fields one owner keeps (ALPR-3): the rest is dropped at the door, before anything is
// matched or written. Immutable, thread-safe.
class FieldPolicy {
 public:
  // The city's use plan: image, place, time, reader, plate, state, confidence, and nothing else.
  static FieldPolicy UsePlan();
  explicit FieldPolicy(std::initializer_list<ReadField> kept);
  // From configuration words: "confidence", "place", "image", "vehicle", "heading".
  // INVALID_ARGUMENT names the word that is not one of them.
  static absl::StatusOr<FieldPolicy> FromWords(absl::Span<const std::string> words);

  bool Keeps(ReadField field) const { return (kept_ & Bit(field)) != 0; }
  // Clears what is not kept. A dropped image is overwritten.
  void Apply(PlateRead& read) const;

 private:
  static uint32_t Bit(ReadField field) { return 1u << static_cast<uint32_t>(field); }
  uint32_t kept_ = 0;
};

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_READ_H_
