// Enrolment templates as bytes.
#include "face_matcher/face_template.h"

#include "absl/status/status.h"
#include "face_matcher/byte_codec.h"

namespace fusionhub::face_matcher {
namespace {

constexpr uint32_t kMagic = 0x31544846;  // "FHT1"

}  // namespace

std::string EnrollTemplate::Serialize() const {
  ByteWriter out;
  out.Number(kMagic);
  out.Bytes(model_id_);
  out.Bytes({reinterpret_cast<const char*>(values_.data()), values_.size()});
  return out.Take();
}

absl::StatusOr<EnrollTemplate> EnrollTemplate::Parse(absl::string_view bytes) {
  ByteReader in(bytes);
  const bool ours = in.Number<uint32_t>() == kMagic;
  const absl::string_view model_id = in.Bytes();
  const absl::string_view values = in.Bytes();
  if (!ours || !in.AtEnd()) return absl::DataLossError("stored face template: not in our format");
  const auto* begin = reinterpret_cast<const int8_t*>(values.data());
  return EnrollTemplate(std::string(model_id), std::vector<int8_t>(begin, begin + values.size()),
                        {});
}

}  // namespace fusionhub::face_matcher
