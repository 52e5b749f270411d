// Size and magic bytes.
#include "face_matcher/image_limits.h"

#include "absl/strings/str_format.h"
#include "face_matcher/face_error.h"

namespace fusionhub::face_matcher {
namespace {

constexpr absl::string_view kJpegMagic = "\xFF\xD8\xFF";
constexpr absl::string_view kPngMagic("\x89PNG\r\n\x1A\n", 8);

}  // namespace

absl::StatusOr<ImageFormat> SniffImage(absl::string_view encoded, const ImageLimits& limits) {
  if (encoded.empty()) {
    return MakeFaceError(FaceError::kImageEmpty,
                         "image: empty; attach a JPEG or PNG file of one face");
  }
  if (encoded.size() > limits.max_encoded_bytes) {
    return MakeFaceError(
        FaceError::kImageTooLarge,
        absl::StrFormat("image: %d bytes, more than %d; crop it to the face or save it "
                        "as JPEG of lower quality",
                        encoded.size(), limits.max_encoded_bytes));
  }
  if (encoded.substr(0, kJpegMagic.size()) == kJpegMagic) return ImageFormat::kJpeg;
  if (encoded.substr(0, kPngMagic.size()) == kPngMagic) return ImageFormat::kPng;
  return MakeFaceError(FaceError::kImageUnknownFormat,
                       "image: neither JPEG nor PNG by its first bytes; convert it to one of them");
}

}  // namespace fusionhub::face_matcher
