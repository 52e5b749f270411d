// Strict JSON over nlohmann's parser: its events let us see duplicate keys, which its tree hides.
#include "identity/strict_json.h"

#include <set>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace fusionhub::identity {
namespace {

constexpr int kMaxDepth = 8;

}  // namespace

absl::StatusOr<nlohmann::json> ParseStrictJson(absl::string_view text, size_t max_bytes,
                                               absl::string_view what) {
  using Event = nlohmann::json::parse_event_t;
  if (text.size() > max_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, " has ", text.size(), " bytes; at most ", max_bytes, " are allowed"));
  }
  std::vector<std::set<std::string>> keys;
  bool duplicate = false;
  bool too_deep = false;
  auto watch = [&](int depth, Event event, nlohmann::json& parsed) {
    too_deep = too_deep || depth > kMaxDepth;
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end && !keys.empty()) keys.pop_back();
    if (event == Event::key && !keys.back().insert(parsed.get<std::string>()).second) {
      duplicate = true;
    }
    return true;
  };
  nlohmann::json tree =
      nlohmann::json::parse(text.begin(), text.end(), watch, /*allow_exceptions=*/false);
  if (tree.is_discarded()) return absl::InvalidArgumentError(absl::StrCat(what, " is not JSON"));
  if (!tree.is_object()) {
    return absl::InvalidArgumentError(absl::StrCat(what, " is not a JSON object"));
  }
  if (duplicate) {
    return absl::InvalidArgumentError(absl::StrCat(what, " has the same key twice"));
  }
  if (too_deep) {
    return absl::InvalidArgumentError(absl::StrCat(what, " is nested deeper than ", kMaxDepth));
  }
  return tree;
}

std::string PrintableMember(const nlohmann::json& object, const char* key, size_t max_bytes) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return "";
  const auto& text = found->get_ref<const std::string&>();
  if (text.size() > max_bytes || !absl::c_all_of(text, absl::ascii_isprint)) return "";
  return text;
}

}  // namespace fusionhub::identity
