// Strict decoding after the Unicode Standard, table 3-7.
#include "base/utf8.h"

#include "absl/strings/str_cat.h"

namespace fusionhub {
namespace {

// How many bytes the sequence has that begins with `lead`; 0 if none does.
size_t SequenceSize(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

bool IsScalarValue(uint32_t code_point, size_t size) {
  const bool overlong = (size == 3 && code_point < 0x800) || (size == 4 && code_point < 0x10000);
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  return !overlong && !surrogate && code_point <= 0x10FFFF;
}

}  // namespace

std::optional<Utf8Character> DecodeUtf8(absl::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto lead = static_cast<uint8_t>(text[0]);
  const size_t size = SequenceSize(lead);
  if (size == 0 || size > text.size()) return std::nullopt;
  if (size == 1) return Utf8Character{lead, 1};
  uint32_t code_point = lead & (0x7F >> size);
  for (size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    if ((byte & 0xC0) != 0x80) return std::nullopt;
    code_point = code_point << 6 | (byte & 0x3F);
  }
  if (!IsScalarValue(code_point, size)) return std::nullopt;
  return Utf8Character{code_point, size};
}

bool IsValidUtf8(absl::string_view text) {
  while (!text.empty()) {
    const std::optional<Utf8Character> next = DecodeUtf8(text);
    if (!next.has_value()) return false;
    text.remove_prefix(next->size);
  }
  return true;
}

bool IsControlCharacter(uint32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F) ||
         (code_point >= 0x202A && code_point <= 0x202E) ||
         (code_point >= 0x2066 && code_point <= 0x2069);
}

std::string PrintableUtf8(absl::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const std::optional<Utf8Character> next = DecodeUtf8(text);
    const size_t size = next.has_value() ? next->size : 1;
    if (next.has_value() && !IsControlCharacter(next->code_point)) {
      absl::StrAppend(&safe, text.substr(0, size));
    } else {
      safe.push_back('?');
    }
    text.remove_prefix(size);
  }
  return safe;
}

}  // namespace fusionhub
