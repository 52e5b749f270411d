// Turns yaml-cpp's events into a tree, refusing what would let one text be read in two ways.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_map>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/utf8.h"
#include "base/yaml.h"

namespace fusionhub {
namespace {

constexpr size_t kMaxDiagnostics = 100;
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Ends the parse from within an event; caught in ParseYaml.
struct StopParsing {};

class Reporter {
 public:
  Reporter(const std::string& file, std::vector<Diagnostic>& diagnostics)
      : file_(file), diagnostics_(diagnostics) {}

  void Report(SourcePosition at, std::string code, std::string message, std::string hint = "") {
    diagnostics_.push_back({file_, at, std::move(code), std::move(message), std::move(hint)});
    ++count_;
  }
  size_t count() const { return count_; }

 private:
  const std::string& file_;
  std::vector<Diagnostic>& diagnostics_;
  size_t count_ = 0;
};

SourcePosition At(const YAML::Mark& mark) {
  if (mark.is_null()) return {1, 1};
  return {mark.line + 1, mark.column + 1};
}

bool IsAllowedCharacter(uint32_t c) {
  if (c == '\t' || c == '\n') return true;
  return !IsControlCharacter(c) && c != 0xFEFF && c != 0xFFFE && c != 0xFFFF;
}

// Checks the bytes before yaml-cpp sees them: it takes 0x04 for the end of the text, reads UTF-16,
// and lets tabs indent. Reports the first mistake only, because what follows bad bytes means
// little.
class ByteCheck {
 public:
  ByteCheck(absl::string_view text, Reporter& reporter) : text_(text), reporter_(reporter) {}

  bool Passes() {
    while (!text_.empty()) {
      const std::optional<Utf8Character> next = DecodeUtf8(text_);
      if (!next.has_value()) return Refuse("Y0002", "this byte is not UTF-8", "save it as UTF-8");
      if (!CharacterPasses(next->code_point)) return false;
      Advance(*next);
    }
    return true;
  }

 private:
  bool CharacterPasses(uint32_t c) {
    if (c == '\t' && indenting_) {
      return Refuse("Y0004", "a tab indents this line", "indent with spaces");
    }
    const bool windows_line_end = c == '\r' && text_.substr(1, 1) == "\n";
    if (IsAllowedCharacter(c) || windows_line_end) return true;
    return Refuse(
        "Y0003",
        absl::StrCat("the control character U+", absl::Hex(c, absl::kZeroPad4), " is not allowed"),
        "remove it");
  }

  void Advance(const Utf8Character& c) {
    if (c.code_point == '\n') {
      at_ = {at_.line + 1, 1};
      indenting_ = true;
    } else {
      at_.column += static_cast<int>(c.size);
      indenting_ = indenting_ && c.code_point == ' ';
    }
    text_.remove_prefix(c.size);
  }

  bool Refuse(std::string code, std::string message, std::string hint) {
    reporter_.Report(at_, std::move(code), std::move(message), std::move(hint));
    return false;
  }

  absl::string_view text_;
  Reporter& reporter_;
  SourcePosition at_{1, 1};
  bool indenting_ = true;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(absl::string_view text, int max_depth, Reporter& reporter)
      : text_(text), max_depth_(max_depth), reporter_(reporter) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    reporter_.Report(At(mark), "Y0006", "a second document begins here",
                     "write each document in a file of its own");
    throw StopParsing();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    CheckProperties(mark, anchor);
    Deliver(Scalar(NullPosition(At(mark)), "", /*quoted=*/false));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Refuse(At(mark), "Y0105", "aliases ('*name') are not allowed", "repeat the value");
    Deliver(Scalar(At(mark), "", /*quoted=*/false));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    CheckProperties(mark, anchor);
    CheckText(mark, value);
    Deliver(Scalar(At(mark), value, /*quoted=*/tag != "?"));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kSequence, mark, anchor);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kMapping, mark, anchor);
  }
  void OnMapEnd() override { Close(); }

  std::unique_ptr<YamlNode> TakeRoot() { return std::move(root_); }

 private:
  struct Frame {
    YamlNode node;
    std::unordered_map<std::string, SourcePosition> seen;  // keys of a mapping
    bool has_key = false;                                  // a key was read, its value is next
    bool discard = false;                                  // the key was refused: drop its value
    std::string key;
    SourcePosition key_at;
  };

  static YamlNode Scalar(SourcePosition at, std::string text, bool quoted) {
    YamlNode node;
    node.at = at;
    node.scalar = std::move(text);
    node.quoted = quoted;
    return node;
  }

  void Refuse(SourcePosition at, std::string code, std::string message, std::string hint) {
    reporter_.Report(at, std::move(code), std::move(message), std::move(hint));
    if (reporter_.count() >= kMaxDiagnostics) throw StopParsing();
  }

  // What yaml-cpp lets pass in a scalar: control characters written as escapes ("\\u0000"), and a
  // quote that the end of the text cuts off, so that a truncated file would read as a whole one.
  void CheckText(const YAML::Mark& mark, absl::string_view value) {
    if (!IsClosed(mark)) {
      reporter_.Report(At(mark), "Y0101", "not valid YAML: the quote is never closed");
      throw StopParsing();
    }
    while (!value.empty()) {
      const std::optional<Utf8Character> next = DecodeUtf8(value);
      if (!next.has_value() || !IsAllowedCharacter(next->code_point)) {
        Refuse(At(mark), "Y0003", "the text holds an escaped control character", "remove it");
        return;
      }
      value.remove_prefix(next->size);
    }
  }

  // Whether the quoted scalar at `mark` ends with its quote; true for others.
  bool IsClosed(const YAML::Mark& mark) const {
    size_t offset = Offset(mark);
    const char quote = offset < text_.size() ? text_[offset] : '\0';
    if (quote != '"' && quote != '\'') return true;
    for (++offset; offset < text_.size(); ++offset) {
      if (quote == '"' && text_[offset] == '\\') {
        ++offset;
      } else if (text_[offset] == quote) {
        if (quote == '"' || text_.substr(offset + 1, 1) != "'") return true;
        ++offset;
      }
    }
    return false;
  }

  static size_t Offset(const YAML::Mark& mark) {
    return static_cast<size_t>(std::max(mark.pos, 0));
  }

  // Anchors and tags stand before a value, so that a tag shows as '!' where the value begins:
  // yaml-cpp itself gives the tag "!" for every quoted scalar.
  void CheckProperties(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) {
      Refuse(At(mark), "Y0104", "anchors ('&name') are not allowed", "repeat the value instead");
    }
    const size_t offset = Offset(mark);
    if (offset < text_.size() && text_[offset] == '!' && tag_reported_at_ != offset) {
      tag_reported_at_ = offset;  // yaml-cpp places a mapping and its first key alike
      Refuse(At(mark), "Y0106", "tags ('!name') are not allowed", "remove the tag");
    }
  }

  // yaml-cpp places an absent value at the token after it, often the next key: its own key says
  // more.
  SourcePosition NullPosition(SourcePosition at) const {
    if (stack_.empty() || !stack_.back().has_key) return at;
    const SourcePosition key = stack_.back().key_at;
    return at.line == key.line && at.column > key.column ? at : key;
  }

  void Open(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    CheckProperties(mark, anchor);
    if (stack_.size() >= static_cast<size_t>(std::max(max_depth_, 0))) {
      reporter_.Report(At(mark), "Y0102",
                       absl::StrCat("values are nested more than ", max_depth_, " deep"));
      throw StopParsing();
    }
    Frame& frame = stack_.emplace_back();
    frame.node.kind = kind;
    frame.node.at = At(mark);
  }

  void Close() {
    YamlNode node = std::move(stack_.back().node);
    stack_.pop_back();
    Deliver(std::move(node));
  }

  // Hands a finished value to what encloses it.
  void Deliver(YamlNode node) {
    if (stack_.empty()) {
      root_ = std::make_unique<YamlNode>(std::move(node));
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node.kind == YamlNode::Kind::kSequence) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.has_key) {
      TakeKey(frame, std::move(node));
    } else {
      if (!frame.discard) {
        frame.node.entries.push_back(
            {std::move(frame.key), frame.key_at, std::make_unique<YamlNode>(std::move(node))});
      }
      frame.has_key = false;
    }
  }

  void TakeKey(Frame& frame, YamlNode key) {
    frame.has_key = true;
    frame.key_at = key.at;
    frame.discard = !KeyPasses(frame, key);
    frame.key = std::move(key.scalar);
  }

  bool KeyPasses(Frame& frame, const YamlNode& key) {
    if (key.kind != YamlNode::Kind::kScalar || key.scalar.empty()) {
      Refuse(key.at, "Y0108", "a key must be one word of text", "write 'key: value'");
      return false;
    }
    if (key.scalar == "<<" && !key.quoted) {
      Refuse(key.at, "Y0107", "merge keys ('<<') are not allowed", "repeat the keys instead");
      return false;
    }
    const auto [first, inserted] = frame.seen.try_emplace(key.scalar, key.at);
    if (inserted) return true;
    Refuse(key.at, "Y0103", absl::StrCat("the key '", key.scalar, "' stands twice"),
           absl::StrCat("it was first given at line ", first->second.line));
    return false;
  }

  const absl::string_view text_;
  const int max_depth_;
  Reporter& reporter_;
  int documents_ = 0;
  std::optional<size_t> tag_reported_at_;
  std::vector<Frame> stack_;
  std::unique_ptr<YamlNode> root_;
};

void ReadDocuments(absl::string_view text, TreeBuilder& builder, Reporter& reporter) {
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      reporter.Report({1, 1}, "Y0005", "the document is empty");
      return;
    }
    parser.HandleNextDocument(builder);  // a second document is reported by the builder
  } catch (const StopParsing&) {
    // What was wrong has been reported.
  } catch (const YAML::Exception& e) {
    reporter.Report(At(e.mark), "Y0101", absl::StrCat("not valid YAML: ", e.msg));
  } catch (const std::exception& e) {
    reporter.Report({1, 1}, "Y0101", absl::StrCat("not valid YAML: ", e.what()));
  }
}

}  // namespace

std::unique_ptr<YamlNode> ParseYaml(absl::string_view text, const std::string& file,
                                    const YamlLimits& limits,
                                    std::vector<Diagnostic>& diagnostics) {
  Reporter reporter(file, diagnostics);
  if (text.size() > limits.max_bytes) {
    reporter.Report({1, 1}, "Y0001",
                    absl::StrCat("the document has ", text.size(), " bytes; at most ",
                                 limits.max_bytes, " are allowed"));
    return nullptr;
  }
  absl::ConsumePrefix(&text, kByteOrderMark);
  if (!ByteCheck(text, reporter).Passes()) return nullptr;
  TreeBuilder builder(text, limits.max_depth, reporter);
  ReadDocuments(text, builder, reporter);
  return reporter.count() == 0 ? builder.TakeRoot() : nullptr;
}

}  // namespace fusionhub
