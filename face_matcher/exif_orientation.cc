// Walks JPEG segments to APP1 "Exif" and the first TIFF directory in it, every offset checked.
#include "face_matcher/exif_orientation.h"

#include <cstddef>
#include <utility>

namespace fusionhub::face_matcher {
namespace {

constexpr absl::string_view kExifHeader("Exif\0\0", 6);
constexpr uint16_t kOrientationTag = 0x0112;
constexpr uint16_t kShortType = 3;

uint8_t At(absl::string_view bytes, size_t offset) { return static_cast<uint8_t>(bytes[offset]); }

uint32_t Number(absl::string_view bytes, size_t offset, size_t size, bool little_endian) {
  uint32_t value = 0;
  for (size_t i = 0; i < size; ++i) {
    const size_t byte = little_endian ? size - 1 - i : i;
    value = value << 8 | At(bytes, offset + byte);
  }
  return value;
}

// The body of the first Exif APP1 segment; empty if there is none before the picture begins.
absl::string_view FindExif(absl::string_view jpeg) {
  size_t offset = 2;  // after the start-of-image marker
  while (offset + 4 <= jpeg.size() && At(jpeg, offset) == 0xFF) {
    const uint8_t marker = At(jpeg, offset + 1);
    const size_t length = Number(jpeg, offset + 2, 2, false);
    if (marker == 0xDA || length < 2 || jpeg.size() - offset - 2 < length) return {};
    const absl::string_view body = jpeg.substr(offset + 4, length - 2);
    if (marker == 0xE1 && body.substr(0, kExifHeader.size()) == kExifHeader) {
      return body.substr(kExifHeader.size());
    }
    offset += 2 + length;
  }
  return {};
}

}  // namespace

int ReadExifOrientation(absl::string_view jpeg) {
  const absl::string_view tiff = FindExif(jpeg);
  if (tiff.size() < 10) return 1;
  const bool little = tiff.substr(0, 2) == "II";
  if (!little && tiff.substr(0, 2) != "MM") return 1;
  const size_t directory = Number(tiff, 4, 4, little);
  if (directory > tiff.size() - 2) return 1;
  const size_t entries = Number(tiff, directory, 2, little);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + i * 12;
    if (entry + 12 > tiff.size()) return 1;
    if (Number(tiff, entry, 2, little) != kOrientationTag) continue;
    const uint32_t value = Number(tiff, entry + 8, 2, little);
    const bool valid = Number(tiff, entry + 2, 2, little) == kShortType && value >= 1 && value <= 8;
    return valid ? static_cast<int>(value) : 1;
  }
  return 1;
}

GrayImage ApplyOrientation(GrayImage image, int orientation) {
  if (orientation <= 1 || orientation > 8) return image;
  const uint32_t w = image.width;
  const uint32_t h = image.height;
  const bool swap_axes = orientation >= 5;
  // Of the stored image.
  constexpr absl::string_view kMirrorX = "2378";
  constexpr absl::string_view kMirrorY = "3467";
  const auto digit = static_cast<char>('0' + orientation);
  const bool mirror_x = kMirrorX.find(digit) != absl::string_view::npos;
  const bool mirror_y = kMirrorY.find(digit) != absl::string_view::npos;
  GrayImage out;
  out.width = swap_axes ? h : w;
  out.height = swap_axes ? w : h;
  out.pixels.resize(image.pixels.size());
  for (uint32_t y = 0; y < out.height; ++y) {
    for (uint32_t x = 0; x < out.width; ++x) {
      const uint32_t along = swap_axes ? y : x;
      const uint32_t down = swap_axes ? x : y;
      const uint32_t sx = mirror_x ? w - 1 - along : along;
      const uint32_t sy = mirror_y ? h - 1 - down : down;
      out.pixels[static_cast<size_t>(y) * out.width + x] =
          image.pixels[static_cast<size_t>(sy) * w + sx];
    }
  }
  return out;
}

}  // namespace fusionhub::face_matcher
