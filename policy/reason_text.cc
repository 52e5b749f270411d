// How much a reason says.
#include "policy/reason_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace fusionhub::policy {
namespace {

constexpr size_t kMinLetters = 3;

// Bytes of other alphabets count as letters: they are part of a word, whatever they are.
bool IsLetter(char c) { return absl::ascii_isalpha(c) || static_cast<unsigned char>(c) >= 0x80; }

bool SaysSomething(const std::string& word) {
  if (word.size() < kMinLetters) return false;
  return std::any_of(word.begin(), word.end(), [](char c) {
    return absl::string_view("aeiouy").find(c) != absl::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

}  // namespace

int CountContentWords(absl::string_view reason, const std::set<std::string>& empty_words,
                      const std::vector<std::string>& refused) {
  std::set<std::string> words;
  for (size_t at = 0; at < reason.size();) {
    std::string word;
    while (at < reason.size() && IsLetter(reason[at])) word += absl::ascii_tolower(reason[at++]);
    if (word.empty()) ++at;
    const bool refuse = std::find(refused.begin(), refused.end(), word) != refused.end();
    if (SaysSomething(word) && !refuse && empty_words.count(word) == 0) {
      words.insert(std::move(word));
    }
  }
  return static_cast<int>(words.size());
}

}  // namespace fusionhub::policy
