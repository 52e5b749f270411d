// Parses and matches case number patterns.
#include "policy/pattern.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace fusionhub::policy {
namespace {

constexpr size_t kMaxPatternLength = 200;
constexpr int kMaxRepeat = 64;

size_t Byte(char c) { return static_cast<unsigned char>(c); }

}  // namespace

class PatternParser {
 public:
  explicit PatternParser(absl::string_view text) : text_(text) {}

  absl::StatusOr<Pattern> Parse() {
    if (text_.size() > kMaxPatternLength) return Error("it is longer than 200 characters");
    if (text_.size() < 2 || text_.front() != '^' || text_.back() != '$') {
      return Error("write it between ^ and $");
    }
    pattern_.text_ = std::string(text_);
    at_ = 1;
    while (at_ + 1 < text_.size()) {
      Pattern::Atom atom;
      FUSIONHUB_RETURN_IF_ERROR(ReadAtom(atom));
      FUSIONHUB_RETURN_IF_ERROR(ReadRepeat(atom));
      pattern_.atoms_.push_back(atom);
    }
    return std::move(pattern_);
  }

 private:
  absl::Status Error(absl::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrCat("the pattern cannot be read at character ", at_ + 1, ": ", what));
  }
  bool AtEnd() const { return at_ + 1 >= text_.size(); }
  char Peek() const { return text_[at_]; }

  absl::Status ReadAtom(Pattern::Atom& atom) {
    const char c = text_[at_++];
    if (c == '[') return ReadClass(atom);
    if (c == '.') {
      atom.characters.set();
      return absl::OkStatus();
    }
    if (c == '\\') return ReadEscape(atom);
    if (absl::string_view("()|*+?{}]^$").find(c) != absl::string_view::npos) {
      --at_;
      return Error("only characters, [classes], \\d, ., ?, {n} and {n,m} are understood");
    }
    atom.characters.set(Byte(c));
    return absl::OkStatus();
  }

  absl::Status ReadEscape(Pattern::Atom& atom) {
    if (AtEnd()) return Error("nothing follows the backslash");
    const char c = text_[at_++];
    if (c == 'd') {
      for (char digit = '0'; digit <= '9'; ++digit) atom.characters.set(Byte(digit));
    } else if (absl::ascii_isalnum(c)) {
      return Error("of the escapes with a letter only \\d is understood");
    } else {
      atom.characters.set(Byte(c));
    }
    return absl::OkStatus();
  }

  absl::Status ReadClass(Pattern::Atom& atom) {
    while (!AtEnd() && Peek() != ']') {
      const char first = text_[at_++];
      if (first == '[' || first == '\\' || first == '^') return Error("not understood in a class");
      char last = first;
      if (!AtEnd() && Peek() == '-' && at_ + 2 < text_.size() && text_[at_ + 1] != ']') {
        last = text_[at_ + 1];
        at_ += 2;
      }
      if (Byte(last) < Byte(first)) return Error("the range runs backwards");
      for (size_t c = Byte(first); c <= Byte(last); ++c) atom.characters.set(c);
    }
    if (AtEnd() || atom.characters.none()) return Error("the class is empty or has no ]");
    ++at_;
    return absl::OkStatus();
  }

  absl::Status ReadRepeat(Pattern::Atom& atom) {
    if (AtEnd()) return absl::OkStatus();
    if (Peek() == '?') {
      ++at_;
      atom.min = 0;
      return absl::OkStatus();
    }
    if (Peek() != '{') return absl::OkStatus();
    ++at_;
    FUSIONHUB_RETURN_IF_ERROR(ReadNumber(atom.min));
    atom.max = atom.min;
    if (!AtEnd() && Peek() == ',') {
      ++at_;
      FUSIONHUB_RETURN_IF_ERROR(ReadNumber(atom.max));
    }
    if (AtEnd() || Peek() != '}') return Error("the repeat has no }");
    if (atom.max < atom.min || atom.max == 0) return Error("the repeat is empty");
    ++at_;
    return absl::OkStatus();
  }

  absl::Status ReadNumber(int& number) {
    number = 0;
    if (AtEnd() || !absl::ascii_isdigit(Peek())) return Error("a number is needed");
    while (!AtEnd() && absl::ascii_isdigit(Peek())) {
      number = number * 10 + (text_[at_++] - '0');
      if (number > kMaxRepeat) return Error("repeats go up to 64");
    }
    return absl::OkStatus();
  }

  const absl::string_view text_;
  size_t at_ = 0;
  Pattern pattern_;
};

absl::StatusOr<Pattern> Pattern::Parse(absl::string_view text) {
  return PatternParser(text).Parse();
}

// Positions reachable after each atom: linear in text times repeats, with no backtracking.
bool Pattern::Matches(absl::string_view text) const {
  std::vector<bool> reached(text.size() + 1, false);
  reached[0] = true;
  for (const Atom& atom : atoms_) {
    std::vector<bool> next(text.size() + 1, false);
    for (size_t start = 0; start <= text.size(); ++start) {
      if (!reached[start]) continue;
      for (int count = 0; count <= atom.max; ++count) {
        const size_t end = start + static_cast<size_t>(count);
        if (count >= atom.min) next[end] = true;
        if (end >= text.size() || !atom.characters[Byte(text[end])]) break;
      }
    }
    reached = std::move(next);
  }
  return reached[text.size()];
}

}  // namespace fusionhub::policy
