// What documents and diagnostics have in common: lookup, rendering, "did you mean".
#include "base/yaml.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace fusionhub {
namespace {

constexpr size_t kMaxShownColumns = 120;   // of a source line
constexpr size_t kMaxShownMessage = 1000;  // bytes of a message, which may quote the document
constexpr size_t kMaxShownDiagnostics = 100;
constexpr size_t kMaxEditDistance = 2;

absl::string_view SourceLine(absl::string_view source, int number) {
  for (int line = 1; line < number; ++line) {
    const size_t end = source.find('\n');
    if (end == absl::string_view::npos) return "";
    source.remove_prefix(end + 1);
  }
  source = source.substr(0, source.find('\n'));
  if (!source.empty() && source.back() == '\r') source.remove_suffix(1);
  return source;
}

// The start of a character at or before `offset`.
size_t CharacterStart(absl::string_view text, size_t offset) {
  while (offset > 0 && offset < text.size() && (text[offset] & 0xC0) == 0x80) --offset;
  return std::min(offset, text.size());
}

size_t CharacterCount(absl::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// The source line and a caret below it; a long line is cut around the caret.
std::string Excerpt(SourcePosition at, absl::string_view source) {
  std::string line(SourceLine(source, at.line));
  if (line.empty()) return "";
  std::replace(line.begin(), line.end(), '\t', ' ');  // one column each, so that the caret fits
  const size_t caret = CharacterStart(line, static_cast<size_t>(std::max(at.column, 1) - 1));
  const size_t half = kMaxShownColumns / 2;
  const size_t begin = caret > half ? CharacterStart(line, caret - half) : 0;
  const size_t end = CharacterStart(line, std::min(line.size(), begin + kMaxShownColumns));
  const size_t indent =
      CharacterCount(PrintableUtf8(absl::string_view(line).substr(begin, caret - begin)));
  return absl::StrCat("\n  ", PrintableUtf8(absl::string_view(line).substr(begin, end - begin)),
                      "\n  ", std::string(indent, ' '), "^");
}

size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

bool Before(const Diagnostic* a, const Diagnostic* b) {
  return std::tie(a->file, a->at.line, a->at.column) < std::tie(b->file, b->at.line, b->at.column);
}

}  // namespace

const YamlNode* YamlNode::Find(absl::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return entry.value.get();
  }
  return nullptr;
}

std::string RenderDiagnostic(const Diagnostic& diagnostic, absl::string_view source) {
  std::string text = absl::StrCat(diagnostic.file, ":");
  if (diagnostic.at.line > 0) {
    absl::StrAppend(&text, diagnostic.at.line, ":", diagnostic.at.column, ":");
  }
  absl::StrAppend(&text, " error[", diagnostic.code,
                  "]: ", absl::string_view(diagnostic.message).substr(0, kMaxShownMessage));
  if (!diagnostic.hint.empty()) {
    absl::StrAppend(&text, "; ", absl::string_view(diagnostic.hint).substr(0, kMaxShownMessage));
  }
  text = PrintableUtf8(text);
  if (diagnostic.at.line > 0) text += Excerpt(diagnostic.at, source);
  return text;
}

std::string NearestWord(absl::string_view word, const std::vector<std::string>& candidates) {
  std::string nearest;
  size_t best = kMaxEditDistance + 1;
  for (const std::string& candidate : candidates) {
    const size_t longer = std::max(word.size(), candidate.size());
    const size_t shorter = std::min(word.size(), candidate.size());
    if (longer - shorter > kMaxEditDistance) continue;
    const size_t distance = EditDistance(word, candidate);
    if (distance < best && 2 * distance < word.size()) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

absl::Status DiagnosticsToStatus(const std::vector<Diagnostic>& diagnostics,
                                 absl::string_view source) {
  if (diagnostics.empty()) return absl::OkStatus();
  std::vector<const Diagnostic*> sorted;
  for (const Diagnostic& diagnostic : diagnostics) sorted.push_back(&diagnostic);
  std::stable_sort(sorted.begin(), sorted.end(), Before);
  std::string text;
  for (size_t i = 0; i < std::min(sorted.size(), kMaxShownDiagnostics); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : "\n", RenderDiagnostic(*sorted[i], source));
  }
  if (sorted.size() > kMaxShownDiagnostics) {
    absl::StrAppend(&text, "\nand ", sorted.size() - kMaxShownDiagnostics, " more");
  }
  return absl::InvalidArgumentError(text);
}

}  // namespace fusionhub
