// Renders explanations for people and programs.
#include "hubctl/explanation.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "hubctl/terminal_text.h"

namespace fusionhub::hubctl {
namespace {

constexpr size_t kWidestColumn = 48;

std::string WhoCanFix(const std::string& word) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"requester", "you can fix this"},
      {"admin", "your agency can fix this"},
      {"owner", "only the owner can change this"},
      {"nobody", ""},
  };
  for (const auto& [known, text] : kWords) {
    if (word == known) return std::string(text);
  }
  return TerminalText(word);
}

size_t Widest(const v1::Explanation& explanation, std::string (*text)(const v1::Failure&)) {
  size_t widest = 0;
  for (const v1::Failure& failure : explanation.failures()) {
    widest = std::max(widest, text(failure).size());
  }
  return std::min(widest, kWidestColumn);
}

std::string CheckText(const v1::Failure& failure) { return TerminalText(failure.check()); }
std::string SeenText(const v1::Failure& failure) {
  return failure.seen().empty() ? "" : absl::StrCat("seen ", TerminalText(failure.seen()));
}
std::string NeededText(const v1::Failure& failure) {
  return failure.needed().empty() ? "" : absl::StrCat("needed ", TerminalText(failure.needed()));
}

std::string WithoutTrailingSpaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::vector<std::string> ExplanationLines(const v1::Explanation& explanation) {
  const size_t check = Widest(explanation, CheckText);
  const size_t seen = Widest(explanation, SeenText);
  const size_t needed = Widest(explanation, NeededText);
  std::vector<std::string> lines;
  for (const v1::Failure& failure : explanation.failures()) {
    lines.push_back(WithoutTrailingSpaces(absl::StrFormat(
        "x %-*s  %-*s  %-*s  %s   %s", static_cast<int>(check), CheckText(failure),
        static_cast<int>(seen), SeenText(failure), static_cast<int>(needed), NeededText(failure),
        TerminalText(failure.clause()), WhoCanFix(failure.fixable_by()))));
    if (!failure.clause_text().empty()) {
      lines.push_back(absl::StrCat("    ", TerminalText(failure.clause()), ": ",
                                   TerminalText(failure.clause_text())));
    }
  }
  for (const v1::Hold& hold : explanation.holds()) {
    lines.push_back(absl::StrFormat("= hold  waits for %s of the owner, lapses after %d hours   %s",
                                    TerminalText(hold.role()), hold.expires_hours(),
                                    TerminalText(hold.clause())));
    if (!hold.clause_text().empty()) {
      lines.push_back(absl::StrCat("    ", TerminalText(hold.clause()), ": ",
                                   TerminalText(hold.clause_text())));
    }
  }
  return lines;
}

Json ExplanationJson(const v1::Explanation& explanation) {
  Json failures = Json::array();
  for (const v1::Failure& failure : explanation.failures()) {
    failures.push_back(Json{{"check", failure.check()},
                            {"clause", failure.clause()},
                            {"clause_text", failure.clause_text()},
                            {"seen", failure.seen()},
                            {"needed", failure.needed()},
                            {"fixable_by", failure.fixable_by()}});
  }
  Json holds = Json::array();
  for (const v1::Hold& hold : explanation.holds()) {
    holds.push_back(Json{{"role", hold.role()},
                         {"clause", hold.clause()},
                         {"clause_text", hold.clause_text()},
                         {"expires_hours", hold.expires_hours()}});
  }
  return Json{{"failures", std::move(failures)}, {"holds", std::move(holds)}};
}

}  // namespace fusionhub::hubctl
