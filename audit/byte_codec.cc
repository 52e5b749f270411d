#include "audit/byte_codec.h"

namespace fusionhub::audit {

ByteWriter& ByteWriter::Number(uint64_t value, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
    bytes_.push_back(static_cast<char>(value >> shift));
  }
  return *this;
}

ByteWriter& ByteWriter::Raw(absl::string_view bytes) {
  bytes_.append(bytes.data(), bytes.size());
  return *this;
}

ByteWriter& ByteWriter::String8(absl::string_view bytes) {
  return U8(static_cast<uint8_t>(bytes.size())).Raw(bytes);
}

ByteWriter& ByteWriter::String32(absl::string_view bytes) {
  return U32(static_cast<uint32_t>(bytes.size())).Raw(bytes);
}

uint64_t ByteReader::Number(size_t size) {
  uint64_t value = 0;
  for (const char c : Raw(size)) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

absl::string_view ByteReader::Raw(size_t size) {
  if (!ok_ || size > rest_.size()) {
    ok_ = false;
    return {};
  }
  const absl::string_view bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return bytes;
}

std::string BigEndian64(uint64_t value) { return ByteWriter().U64(value).Take(); }

}  // namespace fusionhub::audit
