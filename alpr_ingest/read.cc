// Drops the fields of a read that its owner may not keep.
#include "alpr_ingest/read.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "crypto/digest.h"

namespace fusionhub::alpr_ingest {
namespace {

struct FieldWord {
  absl::string_view word;
  ReadField field;
};
constexpr FieldWord kFieldWords[] = {
    {"confidence", ReadField::kConfidence}, {"place", ReadField::kPlace},
    {"image", ReadField::kImage},           {"vehicle", ReadField::kVehicle},
    {"heading", ReadField::kHeading},
};

}  // namespace

FieldPolicy FieldPolicy::UsePlan() {
  return FieldPolicy({ReadField::kConfidence, ReadField::kPlace, ReadField::kImage});
}

FieldPolicy::FieldPolicy(std::initializer_list<ReadField> kept) {
  for (const ReadField field : kept) kept_ |= Bit(field);
}

absl::StatusOr<FieldPolicy> FieldPolicy::FromWords(absl::Span<const std::string> words) {
  FieldPolicy policy({});
  for (const std::string& word : words) {
    bool known = false;
    for (const FieldWord& candidate : kFieldWords) {
      if (candidate.word != word) continue;
      policy.kept_ |= Bit(candidate.field);
      known = true;
    }
    if (!known) {
      return absl::InvalidArgumentError(absl::StrCat(
          "'", word, "' is not a field of a plate read that can be kept: use confidence, ",
          "place, image, vehicle or heading"));
    }
  }
  return policy;
}

void FieldPolicy::Apply(PlateRead& read) const {
  if (!Keeps(ReadField::kConfidence)) read.confidence = 0;
  if (!Keeps(ReadField::kPlace)) {
    read.latitude.reset();
    read.longitude.reset();
  }
  if (!Keeps(ReadField::kImage)) {
    crypto::Cleanse(read.image);
    read.image.clear();
  }
  if (!Keeps(ReadField::kVehicle)) read.vehicle.clear();
  if (!Keeps(ReadField::kHeading)) read.heading.reset();
}

}  // namespace fusionhub::alpr_ingest
