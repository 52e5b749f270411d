// YAML as a tree of raw text with positions, and typed reading that reports every mistake with line
// and column. Built on yaml-cpp's event interface only: YAML::Load accepts duplicate keys and turns
// `no` into false and `0123` into 83.
#ifndef FUSIONHUB_BASE_YAML_H_
#define FUSIONHUB_BASE_YAML_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fusionhub {

// 1-based; columns count bytes.
struct SourcePosition {
  int line = 0;
  int column = 0;
};

// One value of a document. Scalars keep their raw text: types come from the reader, never from the
// text.
struct YamlNode {
  enum class Kind { kScalar, kSequence, kMapping };
  Kind kind = Kind::kScalar;
  SourcePosition at;
  std::string scalar;  // kScalar; empty for null
  bool quoted = false;
  std::vector<YamlNode> items;  // kSequence
  struct Entry {
    std::string key;
    SourcePosition key_at;
    std::unique_ptr<YamlNode> value;
  };
  std::vector<Entry> entries;  // kMapping, in file order, keys unique

  // The value of `key`, or null. kMapping only.
  const YamlNode* Find(absl::string_view key) const;
};

// A mistake in a document. `code` is stable ("Y0103"); `hint` says what to write instead, may be
// empty.
struct Diagnostic {
  std::string file;
  SourcePosition at;
  std::string code;
  std::string message;
  std::string hint;
};

// "agreements/x.yaml:24:12: error[P0203]: message; hint", the source line and a caret below it.
// `source` is the file's text.
std::string RenderDiagnostic(const Diagnostic& diagnostic, absl::string_view source);

struct YamlLimits {
  size_t max_bytes = 1 << 20;
  int max_depth = 16;
};

// Parses exactly one document. Refused, each with its position: duplicate keys, anchors, aliases,
// tags, merge keys, tabs in indentation, a second document, non-UTF-8 bytes, and sizes past
// `limits`. On error returns nullptr and appends to `diagnostics`. Never throws. Codes: Y0001 too
// large, Y0002 not UTF-8, Y0003 control character, Y0004 tab, Y0005 empty, Y0006 second document,
// Y0101 syntax, Y0102 too deep, Y0103 duplicate key, Y0104 anchor, Y0105 alias, Y0106 tag, Y0107
// merge key, Y0108 key not text.
std::unique_ptr<YamlNode> ParseYaml(absl::string_view text, const std::string& file,
                                    const YamlLimits& limits, std::vector<Diagnostic>& diagnostics);

// The word of `candidates` that is nearest to `word` (edit distance at most 2 and less than half
// its length), for "did you mean"; empty if none.
std::string NearestWord(absl::string_view word, const std::vector<std::string>& candidates);

// Reads the keys of one mapping, collecting diagnostics: missing keys, wrong kinds, unknown keys.
// Call the readers for every known key, then Finish(), which reports every key that no reader asked
// for. Every reader returns its default after reporting, so one run reports every mistake. Not
// thread-safe. Its own codes: 0101 not a mapping, 0102 missing, 0103 wrong kind, 0104 unknown key,
// 0105 not a whole number, 0106 out of range, 0107 not true or false, 0108 not a word of the list,
// 0109 empty.
class YamlMapReader {
 public:
  // `node` may be of the wrong kind: that is reported. `codes` begins every code, e.g. "C" for
  // server configuration and "P" for policy. `what` names the mapping in messages ("tls", "cell
  // 'mugshot-compare'").
  YamlMapReader(const YamlNode& node, std::string file, std::string codes, std::string what,
                std::vector<Diagnostic>& diagnostics);

  bool Has(absl::string_view key) const;
  // Null if absent (reported when required) or null-valued.
  const YamlNode* Optional(absl::string_view key);
  const YamlNode* Required(absl::string_view key);

  std::string RequiredString(absl::string_view key);
  std::string OptionalString(absl::string_view key, absl::string_view fallback = "");
  // Decimal integer in [min, max]; "0123" is refused with a hint.
  int64_t RequiredInt(absl::string_view key, int64_t min, int64_t max);
  int64_t OptionalInt(absl::string_view key, int64_t min, int64_t max, int64_t fallback);
  // Only `true` and `false`.
  bool OptionalBool(absl::string_view key, bool fallback);
  // A scalar list; a single scalar is a list of one when `scalar_ok`.
  std::vector<std::string> StringList(absl::string_view key, bool required, bool scalar_ok = false);
  // One word of `words`, with "did you mean".
  std::string Word(absl::string_view key, const std::vector<std::string>& words, bool required);

  // Reports at the position of `node` (or of the mapping when null).
  void Report(const YamlNode* node, absl::string_view number, std::string message,
              std::string hint = "");

  // Reports every key not asked for, with "did you mean" among those that were. Call last.
  void Finish();

  const YamlNode& node() const { return node_; }

 private:
  struct IntRange {
    int64_t min;
    int64_t max;
  };
  // The value of `key` if it is a scalar; other kinds are reported.
  const YamlNode* Scalar(absl::string_view key, bool required);
  int64_t Int(absl::string_view key, const YamlNode* value, IntRange range, int64_t fallback);

  const YamlNode& node_;
  std::string file_;
  std::string codes_;
  std::string what_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<std::string> asked_;
};

// INVALID_ARGUMENT with every diagnostic rendered, or OK when there is none.
absl::Status DiagnosticsToStatus(const std::vector<Diagnostic>& diagnostics,
                                 absl::string_view source);

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_YAML_H_
