// Escapes text for a terminal.
#include "hubctl/terminal_text.h"

#include <cstdint>
#include <optional>

#include "absl/strings/str_format.h"
#include "base/utf8.h"

namespace fusionhub::hubctl {
namespace {

// Zero-width and directional marks, line separators, and the byte order mark: not controls by
// category, but two texts that differ only in them look the same.
bool IsInvisible(uint32_t code_point) {
  return (code_point >= 0x200B && code_point <= 0x200F) || code_point == 0x061C ||
         code_point == 0x2028 || code_point == 0x2029 ||
         (code_point >= 0x2060 && code_point <= 0x2065) || code_point == 0xFEFF;
}

std::string Escaped(uint32_t code_point) {
  if (code_point < 0x100) return absl::StrFormat("\\x%02x", code_point);
  return absl::StrFormat("\\u%04x", code_point);
}

}  // namespace

std::string TerminalText(absl::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const std::optional<Utf8Character> next = DecodeUtf8(text);
    const size_t size = next.has_value() ? next->size : 1;
    if (!next.has_value()) {
      safe += Escaped(static_cast<uint8_t>(text[0]));
    } else if (IsControlCharacter(next->code_point) || IsInvisible(next->code_point)) {
      safe += Escaped(next->code_point);
    } else if (next->code_point == '\\') {
      safe += "\\\\";
    } else {
      safe.append(text.data(), size);
    }
    text.remove_prefix(size);
  }
  return safe;
}

}  // namespace fusionhub::hubctl
