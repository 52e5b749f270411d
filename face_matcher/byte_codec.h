// Little-endian numbers and length-prefixed strings, for our own formats. Reading never trusts a
// length.
#ifndef FUSIONHUB_FACE_MATCHER_BYTE_CODEC_H_
#define FUSIONHUB_FACE_MATCHER_BYTE_CODEC_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"

namespace fusionhub::face_matcher {

class ByteWriter {
 public:
  template <typename T>
  void Number(T value) {
    static_assert(std::is_arithmetic_v<T>);
    out_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  void Bytes(absl::string_view bytes) {
    Number<uint32_t>(static_cast<uint32_t>(bytes.size()));
    out_.append(bytes.data(), bytes.size());
  }
  std::string Take() { return std::move(out_); }

 private:
  static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
  std::string out_;
};

// After the first read past the end every read yields zero or nothing, and ok() is false.
class ByteReader {
 public:
  explicit ByteReader(absl::string_view in) : in_(in) {}

  template <typename T>
  T Number() {
    static_assert(std::is_arithmetic_v<T>);
    T value{};
    if (in_.size() < sizeof(value)) {
      ok_ = false;
      in_ = {};
      return value;
    }
    std::memcpy(&value, in_.data(), sizeof(value));
    in_.remove_prefix(sizeof(value));
    return value;
  }
  // A view into the input.
  absl::string_view Bytes() {
    const uint32_t size = Number<uint32_t>();
    if (!ok_ || in_.size() < size) {
      ok_ = false;
      in_ = {};
      return {};
    }
    const absl::string_view bytes = in_.substr(0, size);
    in_.remove_prefix(size);
    return bytes;
  }
  bool ok() const { return ok_; }
  // Everything was read and nothing was missing.
  bool AtEnd() const { return ok_ && in_.empty(); }

 private:
  absl::string_view in_;
  bool ok_ = true;
};

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_BYTE_CODEC_H_
