// JPEG by libjpeg-turbo, PNG by libspng; limits are checked on the header, before pixels exist.
#include "face_matcher/image.h"

#include <spng.h>
#include <turbojpeg.h>

#include <memory>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "face_matcher/exif_orientation.h"
#include "face_matcher/face_error.h"

namespace fusionhub::face_matcher {
namespace {

constexpr size_t kMaxPngChunkBytes = size_t{4} << 20;

absl::Status CheckDimensions(uint64_t width, uint64_t height, const ImageLimits& limits) {
  if (width * height > limits.max_pixels) {
    return MakeFaceError(
        FaceError::kImageTooManyPixels,
        absl::StrFormat(
            "image: its header announces %d x %d pixels, more than %d; it was not decoded; "
            "send a smaller copy or crop it to the face",
            width, height, limits.max_pixels));
  }
  if (width < limits.min_side || height < limits.min_side) {
    return MakeFaceError(
        FaceError::kImageTooSmall,
        absl::StrFormat("image: %d x %d pixels; each side must have at least %d; send the "
                        "original, not an enlarged thumbnail",
                        width, height, limits.min_side));
  }
  return absl::OkStatus();
}

absl::Status Broken(absl::string_view format, absl::string_view detail) {
  return MakeFaceError(
      FaceError::kImageBroken,
      absl::StrFormat(
          "image: the %s data is damaged or cut off (%s); send the complete original file", format,
          detail));
}

struct JpegDeleter {
  void operator()(void* handle) const { tjDestroy(handle); }
};

absl::StatusOr<GrayImage> DecodeJpeg(absl::string_view encoded, const ImageLimits& limits) {
  std::unique_ptr<void, JpegDeleter> handle(tjInitDecompress());
  if (handle == nullptr) {
    return MakeFaceError(FaceError::kSandboxFailed, "image: libjpeg-turbo did not start");
  }
  const auto* data = reinterpret_cast<const unsigned char*>(encoded.data());
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colours = 0;
  if (tjDecompressHeader3(handle.get(), data, encoded.size(), &width, &height, &subsampling,
                          &colours) != 0) {
    return Broken("JPEG", tjGetErrorStr2(handle.get()));
  }
  // libjpeg-turbo takes a file that ends before its frame header for one that holds tables only.
  if (width <= 0 || height <= 0) return Broken("JPEG", "it has no frame header");
  FUSIONHUB_RETURN_IF_ERROR(CheckDimensions(width, height, limits));
  GrayImage image;
  image.width = width;
  image.height = height;
  image.pixels.resize(static_cast<size_t>(width) * height);
  // Without STOPONWARNING a truncated file would be filled up with grey; LIMITSCANS stops
  // progressive bombs.
  if (tjDecompress2(handle.get(), data, encoded.size(), image.pixels.data(), width, 0, height,
                    TJPF_GRAY, TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS) != 0) {
    return Broken("JPEG", tjGetErrorStr2(handle.get()));
  }
  return ApplyOrientation(std::move(image), ReadExifOrientation(encoded));
}

struct PngDeleter {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};

// ITU-R BT.601 luminance, as libjpeg uses.
std::vector<uint8_t> ToGray(const std::vector<uint8_t>& rgb) {
  std::vector<uint8_t> gray(rgb.size() / 3);
  for (size_t i = 0; i < gray.size(); ++i) {
    const uint32_t sum = 19595u * rgb[3 * i] + 38470u * rgb[3 * i + 1] + 7471u * rgb[3 * i + 2];
    gray[i] = static_cast<uint8_t>((sum + 32768u) >> 16);
  }
  return gray;
}

absl::StatusOr<GrayImage> DecodePng(absl::string_view encoded, const ImageLimits& limits) {
  std::unique_ptr<spng_ctx, PngDeleter> context(spng_ctx_new(0));
  if (context == nullptr) {
    return MakeFaceError(FaceError::kSandboxFailed, "image: libspng did not start");
  }
  spng_set_crc_action(context.get(), SPNG_CRC_ERROR, SPNG_CRC_ERROR);
  spng_set_chunk_limits(context.get(), kMaxPngChunkBytes, kMaxPngChunkBytes);
  int error = spng_set_png_buffer(context.get(), encoded.data(), encoded.size());
  spng_ihdr header{};
  if (error == 0) error = spng_get_ihdr(context.get(), &header);
  if (error != 0) return Broken("PNG", spng_strerror(error));
  FUSIONHUB_RETURN_IF_ERROR(CheckDimensions(header.width, header.height, limits));
  size_t size = 0;
  error = spng_decoded_image_size(context.get(), SPNG_FMT_RGB8, &size);
  if (error != 0) return Broken("PNG", spng_strerror(error));
  std::vector<uint8_t> rgb(size);
  error = spng_decode_image(context.get(), rgb.data(), rgb.size(), SPNG_FMT_RGB8, 0);
  if (error != 0) return Broken("PNG", spng_strerror(error));
  return GrayImage{header.width, header.height, ToGray(rgb)};
}

}  // namespace

absl::StatusOr<GrayImage> DecodeGray(absl::string_view encoded, const ImageLimits& limits) {
  FUSIONHUB_ASSIGN_OR_RETURN(const ImageFormat format, SniffImage(encoded, limits));
  return format == ImageFormat::kJpeg ? DecodeJpeg(encoded, limits) : DecodePng(encoded, limits);
}

}  // namespace fusionhub::face_matcher
