// Encoders of the same libraries, and surgery on their bytes.
#include "face_matcher/test_images.h"

#include <spng.h>
#include <turbojpeg.h>

#include <array>
#include <cstdlib>
#include <vector>

#include "absl/strings/string_view.h"

namespace fusionhub::face_matcher {
namespace {

std::vector<uint8_t> Gradient(uint32_t width, uint32_t height) {
  std::vector<uint8_t> gray(static_cast<size_t>(width) * height);
  for (size_t i = 0; i < gray.size(); ++i) {
    gray[i] = static_cast<uint8_t>(i % width * 200 / width + i / width * 50 / height);
  }
  return gray;
}

}  // namespace

std::string JpegOf(uint32_t width, uint32_t height) {
  const std::vector<uint8_t> gray = Gradient(width, height);
  tjhandle handle = tjInitCompress();
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  tjCompress2(handle, gray.data(), static_cast<int>(width), 0, static_cast<int>(height), TJPF_GRAY,
              &bytes, &size, TJSAMP_GRAY, 90, 0);
  std::string jpeg(reinterpret_cast<char*>(bytes), size);
  tjFree(bytes);
  tjDestroy(handle);
  return jpeg;
}

std::string PngOf(uint32_t width, uint32_t height) {
  const std::vector<uint8_t> gray = Gradient(width, height);
  spng_ctx* context = spng_ctx_new(SPNG_CTX_ENCODER);
  spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1);
  spng_ihdr header{};
  header.width = width;
  header.height = height;
  header.bit_depth = 8;
  header.color_type = SPNG_COLOR_TYPE_GRAYSCALE;
  spng_set_ihdr(context, &header);
  spng_encode_image(context, gray.data(), gray.size(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
  size_t size = 0;
  int error = 0;
  void* bytes = spng_get_png_buffer(context, &size, &error);
  std::string png(static_cast<char*>(bytes), size);
  std::free(bytes);
  spng_ctx_free(context);
  return png;
}

std::string WithJpegSize(std::string jpeg, uint16_t width, uint16_t height) {
  const size_t frame = jpeg.find("\xFF\xC0");  // baseline start of frame
  jpeg[frame + 5] = static_cast<char>(height >> 8);
  jpeg[frame + 6] = static_cast<char>(height & 0xFF);
  jpeg[frame + 7] = static_cast<char>(width >> 8);
  jpeg[frame + 8] = static_cast<char>(width & 0xFF);
  return jpeg;
}

std::string PngBomb(uint32_t width, uint32_t height) {
  std::string png = PngOf(64, 64);
  for (int i = 0; i < 4; ++i) {
    png[16 + i] = static_cast<char>(width >> (24 - 8 * i));
    png[20 + i] = static_cast<char>(height >> (24 - 8 * i));
  }
  // CRC-32 over the chunk's type and data.
  uint32_t crc = ~0u;
  for (int i = 12; i < 29; ++i) {
    crc ^= static_cast<uint8_t>(png[i]);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320u : 0u);
  }
  crc = ~crc;
  for (int i = 0; i < 4; ++i) png[29 + i] = static_cast<char>(crc >> (24 - 8 * i));
  return png;
}

std::string WithExifOrientation(const std::string& jpeg, uint8_t orientation) {
  constexpr std::array<uint8_t, 36> kSegment = {
      0xFF, 0xE1, 0,    34,   'E', 'x', 'i', 'f', 0, 0,  // APP1, length 34
      'M',  'M',  0,    42,   0,   0,   0,   8,          // TIFF header, directory at 8
      0,    1,    0x01, 0x12, 0,   3,   0,   0,   0, 1, 0, 0 /* value */, 0, 0,  // one entry
      0,    0,    0,    0};
  std::string segment(kSegment.begin(), kSegment.end());
  segment[29] = static_cast<char>(orientation);
  return jpeg.substr(0, 2) + segment + jpeg.substr(2);
}

}  // namespace fusionhub::face_matcher
