// Parses a feed's JSON within bounds, and says in which line and column it is broken.
#include "alpr_ingest/feed_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"

namespace fusionhub::alpr_ingest {
namespace {

constexpr size_t kSmallBytes = 256u << 10;

// Walks a document that simdjson refused, to find the place: simdjson does not tell. Stops at the
// first thing that is wrong. nlohmann's SAX parser keeps its own stack, so depth costs no machine
// stack.
class ErrorFinder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit ErrorFinder(size_t max_depth) : max_depth_(max_depth) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return Enter(); }
  bool start_array(std::size_t) override { return Enter(); }
  bool end_object() override { return Leave(); }
  bool end_array() override { return Leave(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception&) override {
    position_ = position;
    return false;
  }

  // Number of bytes up to and with the offending one; 0 when nothing was found.
  size_t position() const { return position_; }
  bool too_deep() const { return depth_ > max_depth_; }

 private:
  bool Enter() { return ++depth_ <= max_depth_; }
  bool Leave() {
    --depth_;
    return true;
  }
  const size_t max_depth_;
  size_t depth_ = 0;
  size_t position_ = 0;
};

absl::string_view WhatIsWrong(simdjson::error_code code) {
  switch (code) {
    case simdjson::EMPTY:
      return "the body is empty; a JSON object is expected";
    case simdjson::UTF8_ERROR:
      return "not UTF-8 text";
    case simdjson::UNCLOSED_STRING:
      return "a string that begins here or before is not closed";
    case simdjson::UNESCAPED_CHARS:
      return "a control character inside a string";
    case simdjson::NUMBER_ERROR:
      return "not a number that JSON allows";
    default:
      return "not JSON: a comma, brace, quote or value is missing or too much";
  }
}

FeedError Explain(absl::string_view body, const FeedJsonLimits& limits, simdjson::error_code code) {
  if (code == simdjson::MEMALLOC) {
    return {RejectReason::kStorage, "the body", "not enough memory to parse it; send it again"};
  }
  ErrorFinder finder(limits.max_depth);
  nlohmann::json::sax_parse(body.begin(), body.end(), &finder);
  if (code == simdjson::DEPTH_ERROR || finder.too_deep()) {
    return {RejectReason::kTooDeep, "the body",
            absl::StrCat("nested deeper than ", limits.max_depth, " levels")};
  }
  std::string where = "the body";
  if (finder.position() > 0 && !body.empty()) where = LineAndColumn(body, finder.position() - 1);
  return {RejectReason::kNotJson, std::move(where), std::string(WhatIsWrong(code))};
}

std::optional<FeedError> ParseWith(simdjson::dom::parser& parser, absl::string_view body,
                                   const FeedJsonLimits& limits,
                                   const std::function<void(simdjson::dom::element)>& use) {
  if (parser.capacity() < body.size() || parser.max_depth() != limits.max_depth) {
    const size_t capacity = std::max<size_t>(body.size(), 64u << 10);
    const simdjson::error_code code = parser.allocate(capacity, limits.max_depth);
    if (code != simdjson::SUCCESS) return Explain(body, limits, code);
  }
  simdjson::dom::element root;
  const simdjson::error_code code = parser.parse(body.data(), body.size()).get(root);
  if (code != simdjson::SUCCESS) return Explain(body, limits, code);
  use(root);
  return std::nullopt;
}

}  // namespace

std::optional<FeedError> WithFeedJson(absl::string_view body, const FeedJsonLimits& limits,
                                      const std::function<void(simdjson::dom::element)>& use) {
  if (body.size() > limits.max_bytes) {
    return FeedError{
        RejectReason::kTooLarge, "the body",
        absl::StrCat(body.size(), " bytes; at most ", limits.max_bytes, " are accepted")};
  }
  if (body.size() <= kSmallBytes) {
    thread_local simdjson::dom::parser parser(kSmallBytes);
    return ParseWith(parser, body, limits, use);
  }
  static Mutex one_large_at_a_time;
  MutexLock lock(one_large_at_a_time);
  simdjson::dom::parser parser(limits.max_bytes);
  return ParseWith(parser, body, limits, use);
}

std::string LineAndColumn(absl::string_view body, size_t position) {
  const absl::string_view before = body.substr(0, std::min(position, body.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const size_t newline = before.rfind('\n');
  const size_t column =
      newline == absl::string_view::npos ? before.size() + 1 : before.size() - newline;
  return absl::StrCat("line ", line, ", column ", column);
}

}  // namespace fusionhub::alpr_ingest
