// Text from a peer, made safe to print on a terminal: the one function that every such text goes
// through.
#ifndef FUSIONHUB_HUBCTL_TERMINAL_TEXT_H_
#define FUSIONHUB_HUBCTL_TERMINAL_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace fusionhub::hubctl {

// `text` with every control character (so every ANSI sequence and every newline), bidirectional
// override, invisible formatting character and byte that is not UTF-8 written out as \x1b or
// \u202e, and the backslash doubled. What is printed shows what was sent, and cannot move the
// cursor, recolour, or forge a line.
std::string TerminalText(absl::string_view text);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_TERMINAL_TEXT_H_
