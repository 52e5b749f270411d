// Patterns for case numbers: a small part of regular expressions that cannot run long, whatever it
// is given.
#ifndef FUSIONHUB_POLICY_PATTERN_H_
#define FUSIONHUB_POLICY_PATTERN_H_

#include <bitset>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fusionhub::policy {

// "^...$" around characters, [classes] with ranges, \d, ., and the repeats ?, {n}, {n,m}. The whole
// text must match. Thread-safe.
class Pattern {
 public:
  Pattern() = default;  // matches the empty text only
  // INVALID_ARGUMENT says what is wrong and at which character.
  static absl::StatusOr<Pattern> Parse(absl::string_view text);
  bool Matches(absl::string_view text) const;
  const std::string& text() const { return text_; }

 private:
  struct Atom {
    std::bitset<256> characters;
    int min = 1;
    int max = 1;
  };
  friend class PatternParser;
  std::string text_;
  std::vector<Atom> atoms_;
};

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_PATTERN_H_
