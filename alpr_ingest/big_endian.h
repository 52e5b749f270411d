// Numbers as bytes that sort like the numbers, for keys of the store.
#ifndef FUSIONHUB_ALPR_INGEST_BIG_ENDIAN_H_
#define FUSIONHUB_ALPR_INGEST_BIG_ENDIAN_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace fusionhub::alpr_ingest {

// 8 bytes.
inline std::string BigEndian64(uint64_t value) {
  std::string out(8, '\0');
  for (int i = 7; i >= 0; --i, value >>= 8) out[static_cast<size_t>(i)] = static_cast<char>(value);
  return out;
}

// Of the first 8 bytes; `bytes` has them.
inline uint64_t FromBigEndian64(absl::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

// Signed numbers, negative ones first.
inline std::string BigEndianSigned(int64_t value) {
  return BigEndian64(static_cast<uint64_t>(value) ^ (uint64_t{1} << 63));
}
inline int64_t FromBigEndianSigned(absl::string_view bytes) {
  return static_cast<int64_t>(FromBigEndian64(bytes) ^ (uint64_t{1} << 63));
}

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_BIG_ENDIAN_H_
