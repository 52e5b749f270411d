// Big-endian numbers and length-prefixed strings: the pieces that canonical encodings are made of.
#ifndef FUSIONHUB_AUDIT_BYTE_CODEC_H_
#define FUSIONHUB_AUDIT_BYTE_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace fusionhub::audit {

// Thread-compatible. Strings must fit their length: the caller has checked.
class ByteWriter {
 public:
  ByteWriter& U8(uint8_t value) { return Number(value, 1); }
  ByteWriter& U16(uint16_t value) { return Number(value, 2); }
  ByteWriter& U32(uint32_t value) { return Number(value, 4); }
  ByteWriter& U64(uint64_t value) { return Number(value, 8); }
  ByteWriter& Raw(absl::string_view bytes);
  ByteWriter& String8(absl::string_view bytes);   // one length byte
  ByteWriter& String32(absl::string_view bytes);  // four length bytes

  const std::string& bytes() const { return bytes_; }
  std::string Take() { return std::move(bytes_); }

 private:
  ByteWriter& Number(uint64_t value, int size);
  std::string bytes_;
};

// After the first read past the end, ok() is false and every read gives zeroes or nothing.
// Thread-compatible.
class ByteReader {
 public:
  explicit ByteReader(absl::string_view bytes) : rest_(bytes) {}
  uint8_t U8() { return static_cast<uint8_t>(Number(1)); }
  uint16_t U16() { return static_cast<uint16_t>(Number(2)); }
  uint32_t U32() { return static_cast<uint32_t>(Number(4)); }
  uint64_t U64() { return Number(8); }
  absl::string_view Raw(size_t size);
  absl::string_view String8() { return Raw(U8()); }
  absl::string_view String32() { return Raw(U32()); }

  bool ok() const { return ok_; }
  absl::string_view rest() const { return rest_; }
  bool AtEnd() const { return ok_ && rest_.empty(); }

 private:
  uint64_t Number(size_t size);
  absl::string_view rest_;
  bool ok_ = true;
};

// Eight bytes, big-endian: numbers as store keys, so that their order is that of the numbers.
std::string BigEndian64(uint64_t value);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_BYTE_CODEC_H_
