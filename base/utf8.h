// UTF-8: one character at a time, and text made safe to print on a terminal.
#ifndef FUSIONHUB_BASE_UTF8_H_
#define FUSIONHUB_BASE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace fusionhub {

struct Utf8Character {
  uint32_t code_point;
  size_t size;  // bytes, 1 to 4
};

// The character at the start of `text`, or nullopt when the bytes are not well-formed UTF-8
// (overlong, surrogate, above U+10FFFF, cut off) or `text` is empty.
std::optional<Utf8Character> DecodeUtf8(absl::string_view text);

bool IsValidUtf8(absl::string_view text);

// C0 and C1 control characters, DEL, and the bidirectional overrides that make a text look like
// another.
bool IsControlCharacter(uint32_t code_point);

// `text` with '?' for each byte that is not UTF-8 and each control character.
std::string PrintableUtf8(absl::string_view text);

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_UTF8_H_
