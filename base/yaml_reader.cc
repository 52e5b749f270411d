// Typed reading of one mapping: the schema, not the text, says what a value is.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/yaml.h"

namespace fusionhub {
namespace {

constexpr size_t kMaxDiagnostics = 1000;
constexpr size_t kMaxQuoted = 60;  // bytes of a value in a message

absl::string_view KindName(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMapping:
      return "a mapping";
  }
  return "something else";
}

bool IsNull(const YamlNode& node) {
  return node.kind == YamlNode::Kind::kScalar && node.scalar.empty() && !node.quoted;
}

std::string Quoted(absl::string_view text) {
  if (text.size() <= kMaxQuoted) return absl::StrCat("'", text, "'");
  return absl::StrCat("'", text.substr(0, kMaxQuoted), "...'");
}

// Digits with an optional '-', no '+', no leading zero.
bool IsPlainInteger(absl::string_view text) {
  absl::ConsumePrefix(&text, "-");
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

std::string IntegerHint(absl::string_view text) {
  absl::string_view digits = text;
  while (digits.size() > 1 && digits[0] == '0') digits.remove_prefix(1);
  if (digits != text && IsPlainInteger(digits)) return absl::StrCat("write ", digits);
  return "write digits only";
}

std::string WordHint(absl::string_view word, const std::vector<std::string>& words) {
  const std::string nearest = NearestWord(word, words);
  if (!nearest.empty()) return absl::StrCat("did you mean '", nearest, "'?");
  constexpr size_t kMaxListed = 12;
  const size_t listed = std::min(words.size(), kMaxListed);
  return absl::StrCat("write one of ", absl::StrJoin(words.begin(), words.begin() + listed, ", "),
                      listed < words.size() ? ", ..." : "");
}

}  // namespace

YamlMapReader::YamlMapReader(const YamlNode& node, std::string file, std::string codes,
                             std::string what, std::vector<Diagnostic>& diagnostics)
    : node_(node),
      file_(std::move(file)),
      codes_(std::move(codes)),
      what_(std::move(what)),
      diagnostics_(diagnostics) {
  if (node_.kind != YamlNode::Kind::kMapping) {
    Report(&node_, "0101", absl::StrCat(what_, " must be a mapping, not ", KindName(node_.kind)),
           "write its keys indented below it");
  }
}

bool YamlMapReader::Has(absl::string_view key) const { return node_.Find(key) != nullptr; }

const YamlNode* YamlMapReader::Optional(absl::string_view key) {
  asked_.emplace_back(key);
  const YamlNode* value = node_.Find(key);
  return value == nullptr || IsNull(*value) ? nullptr : value;
}

const YamlNode* YamlMapReader::Required(absl::string_view key) {
  const YamlNode* value = Optional(key);
  if (value != nullptr || node_.kind != YamlNode::Kind::kMapping) return value;
  const YamlNode* null_value = node_.Find(key);
  Report(null_value, "0102",
         null_value == nullptr ? absl::StrCat(what_, " has no '", key, "'")
                               : absl::StrCat("'", key, "' has no value"),
         absl::StrCat("add '", key, ": ...'"));
  return nullptr;
}

const YamlNode* YamlMapReader::Scalar(absl::string_view key, bool required) {
  const YamlNode* value = required ? Required(key) : Optional(key);
  if (value == nullptr || value->kind == YamlNode::Kind::kScalar) return value;
  Report(value, "0103",
         absl::StrCat("'", key, "' must be a single value, not ", KindName(value->kind)));
  return nullptr;
}

std::string YamlMapReader::RequiredString(absl::string_view key) {
  const YamlNode* value = Scalar(key, /*required=*/true);
  if (value == nullptr) return "";
  if (value->scalar.empty()) Report(value, "0109", absl::StrCat("'", key, "' must not be empty"));
  return value->scalar;
}

std::string YamlMapReader::OptionalString(absl::string_view key, absl::string_view fallback) {
  const YamlNode* value = Scalar(key, /*required=*/false);
  return value == nullptr ? std::string(fallback) : value->scalar;
}

int64_t YamlMapReader::Int(absl::string_view key, const YamlNode* value, IntRange range,
                           int64_t fallback) {
  if (value == nullptr) return fallback;
  int64_t number = 0;
  const bool plain = IsPlainInteger(value->scalar);
  if (!plain) {
    Report(value, "0105",
           absl::StrCat("'", key, "' must be a whole number, not ", Quoted(value->scalar)),
           IntegerHint(value->scalar));
    return fallback;
  }
  if (absl::SimpleAtoi(value->scalar, &number) && number >= range.min && number <= range.max) {
    return number;
  }
  Report(value, "0106", absl::StrCat("'", key, "' is ", Quoted(value->scalar), ", out of range"),
         absl::StrCat("write a number from ", range.min, " to ", range.max));
  return fallback;
}

int64_t YamlMapReader::RequiredInt(absl::string_view key, int64_t min, int64_t max) {
  return Int(key, Scalar(key, /*required=*/true), {min, max}, min);
}

int64_t YamlMapReader::OptionalInt(absl::string_view key, int64_t min, int64_t max,
                                   int64_t fallback) {
  return Int(key, Scalar(key, /*required=*/false), {min, max}, fallback);
}

bool YamlMapReader::OptionalBool(absl::string_view key, bool fallback) {
  const YamlNode* value = Scalar(key, /*required=*/false);
  if (value == nullptr) return fallback;
  if (value->scalar == "true") return true;
  if (value->scalar == "false") return false;
  Report(value, "0107",
         absl::StrCat("'", key, "' must be true or false, not ", Quoted(value->scalar)),
         "write true or false");
  return fallback;
}

std::vector<std::string> YamlMapReader::StringList(absl::string_view key, bool required,
                                                   bool scalar_ok) {
  const YamlNode* value = required ? Required(key) : Optional(key);
  std::vector<std::string> list;
  if (value == nullptr) return list;
  if (value->kind == YamlNode::Kind::kScalar && scalar_ok) return {value->scalar};
  if (value->kind != YamlNode::Kind::kSequence) {
    Report(value, "0103", absl::StrCat("'", key, "' must be a list, not ", KindName(value->kind)),
           "write [a, b]");
    return list;
  }
  for (const YamlNode& item : value->items) {
    if (item.kind != YamlNode::Kind::kScalar) {
      Report(&item, "0103",
             absl::StrCat("'", key, "' lists single values, not ", KindName(item.kind)));
    } else if (item.scalar.empty()) {
      Report(&item, "0109", absl::StrCat("'", key, "' has an empty item"));
    } else {
      list.push_back(item.scalar);
    }
  }
  if (list.empty() && value->items.empty() && required) {
    Report(value, "0109", absl::StrCat("'", key, "' must not be empty"));
  }
  return list;
}

std::string YamlMapReader::Word(absl::string_view key, const std::vector<std::string>& words,
                                bool required) {
  const YamlNode* value = Scalar(key, required);
  if (value == nullptr) return "";
  if (std::find(words.begin(), words.end(), value->scalar) != words.end()) return value->scalar;
  Report(value, "0108", absl::StrCat("'", key, "' cannot be ", Quoted(value->scalar)),
         WordHint(value->scalar, words));
  return "";
}

void YamlMapReader::Report(const YamlNode* node, absl::string_view number, std::string message,
                           std::string hint) {
  if (diagnostics_.size() >= kMaxDiagnostics) return;
  diagnostics_.push_back({file_, node == nullptr ? node_.at : node->at,
                          absl::StrCat(codes_, number), std::move(message), std::move(hint)});
}

void YamlMapReader::Finish() {
  for (const YamlNode::Entry& entry : node_.entries) {
    if (diagnostics_.size() >= kMaxDiagnostics) return;
    if (std::find(asked_.begin(), asked_.end(), entry.key) != asked_.end()) continue;
    const std::string nearest = NearestWord(entry.key, asked_);
    diagnostics_.push_back(
        {file_, entry.key_at, absl::StrCat(codes_, "0104"),
         absl::StrCat(what_, " has no key ", Quoted(entry.key)),
         nearest.empty() ? "remove it" : absl::StrCat("did you mean '", nearest, "'?")});
  }
}

}  // namespace fusionhub
