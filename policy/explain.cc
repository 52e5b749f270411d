// A decision in words for the requester.
#include "policy/explain.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "crypto/digest.h"

namespace fusionhub::policy {
namespace {

constexpr size_t kShortDigest = 4;  // bytes
constexpr char kIndent[] = "  ";

std::string Pad(absl::string_view text, size_t width) {
  return absl::StrCat(text, std::string(width > text.size() ? width - text.size() : 0, ' '));
}

// "you can fix this"; empty when nobody can, because a hint would mislead.
std::string FixText(FixableBy who) {
  switch (who) {
    case FixableBy::kRequester:
      return "you can fix this";
    case FixableBy::kAdmin:
      return "your agency can fix this";
    case FixableBy::kOwner:
      return "the owner can fix this";
    case FixableBy::kNobody:
      return "";
  }
  return "";
}

std::string Headline(const Policy& policy, const Decision& decision) {
  static constexpr const char* kWords[] = {"PERMITTED", "HELD", "REFUSED", "INDETERMINATE"};
  const Agency* owner = policy.FindAgency(decision.owner);
  const absl::TimeZone zone = owner == nullptr ? absl::UTCTimeZone() : owner->timezone;
  const auto known = [](const std::string& word) { return word.empty() ? "(unknown)" : word; };
  return absl::StrCat(
      kWords[static_cast<int>(decision.outcome)], "  ", known(decision.data), "/",
      known(decision.action), " of ", known(decision.owner), " by ",
      known(decision.requester_agency), " for \"", known(decision.purpose), "\" at ",
      absl::FormatTime("%Y-%m-%d %H:%M:%S %Z", decision.t, zone), "   policy ",
      crypto::ToHex(absl::string_view(decision.policy_digest).substr(0, kShortDigest)), "... (rev ",
      decision.revision, ")\n");
}

struct Widths {
  size_t check = 0, seen = 0, needed = 0, clause = 0;
};

Widths WidthsOf(const std::vector<Failure>& failures) {
  Widths widths;
  for (const Failure& failure : failures) {
    widths.check = std::max(widths.check, failure.check.size());
    widths.seen = std::max(widths.seen, failure.seen.size());
    widths.needed = std::max(widths.needed, failure.needed.size());
    widths.clause = std::max(widths.clause, failure.clause.size());
  }
  return widths;
}

std::string FailureLine(const Failure& failure, const Widths& widths) {
  std::string line = absl::StrCat(
      kIndent, "x ", Pad(failure.check, widths.check), "  seen ", Pad(failure.seen, widths.seen),
      failure.needed.empty() ? "         " : "  needed ", Pad(failure.needed, widths.needed), "  ",
      Pad(failure.clause, widths.clause), "  ", FixText(failure.fixable_by));
  absl::StripTrailingAsciiWhitespace(&line);
  return line + "\n";
}

// The text of every clause cited, once.
std::string ClauseLines(const Policy& policy, const std::vector<std::string>& citations) {
  std::string text;
  std::vector<std::string> done;
  for (const std::string& citation : citations) {
    const std::string clause = policy.ClauseText(citation);
    if (clause.empty() || std::find(done.begin(), done.end(), citation) != done.end()) continue;
    done.push_back(citation);
    const std::string status = policy.AuthorityStatus(citation.substr(0, citation.find('#')));
    const bool plain = status.empty() || status == "in_force" || status == "excerpt";
    absl::StrAppend(&text, kIndent, ". ", citation, ": ", clause,
                    plain ? "" : absl::StrCat(" (", status, ")"), "\n");
  }
  return text;
}

std::string TermsLine(const Policy& policy, absl::string_view lead, const FieldTerms& fields,
                      const std::vector<std::string>& labels, absl::string_view keep) {
  std::string line =
      absl::StrCat(kIndent, ". ", lead, ": ",
                   fields.show.empty() ? "nothing" : absl::StrJoin(fields.show, ", "), keep);
  for (const std::string& label : labels) {
    absl::StrAppend(&line, "; label \"", policy.Title(label), "\"");
  }
  return line + "\n";
}

std::string KeepText(const std::optional<int>& days) {
  return days.has_value() ? absl::StrCat("; keep <= ", *days, " days") : "";
}

std::vector<std::string> Citations(const Decision& decision) {
  std::vector<std::string> citations;
  for (const Failure& failure : decision.failures) citations.push_back(failure.clause);
  for (const Hold& hold : decision.holds) citations.push_back(hold.clause);
  citations.insert(citations.end(), decision.clauses_for.begin(), decision.clauses_for.end());
  return citations;
}

}  // namespace

Explanation Explain(const Policy& policy, const Decision& decision) {
  Explanation explanation;
  explanation.outcome = std::string(OutcomeWord(decision.outcome));
  for (const Failure& failure : decision.failures) {
    explanation.failures.push_back({failure.check, failure.clause,
                                    policy.ClauseText(failure.clause), failure.seen, failure.needed,
                                    std::string(FixableByWord(failure.fixable_by))});
  }
  for (const Hold& hold : decision.holds) {
    explanation.holds.push_back({hold.role, hold.clause, policy.ClauseText(hold.clause),
                                 static_cast<int>(absl::ToInt64Hours(hold.expires))});
  }
  explanation.clauses_for = decision.clauses_for;
  if (decision.if_fixed.has_value()) {
    const std::set<std::string>& show = decision.if_fixed->fields.show;
    explanation.would_release.assign(show.begin(), show.end());
  }
  return explanation;
}

std::string ExplainText(const Policy& policy, const Decision& decision) {
  std::string text = Headline(policy, decision);
  const Widths widths = WidthsOf(decision.failures);
  for (const Failure& failure : decision.failures) text += FailureLine(failure, widths);
  for (const Hold& hold : decision.holds) {
    absl::StrAppend(&text, kIndent, "? waits for ", policy.Title(hold.role), " (", hold.role, ")  ",
                    hold.clause, "  for ", absl::ToInt64Hours(hold.expires), " hours\n");
  }
  text += ClauseLines(policy, Citations(decision));
  if (!decision.cell.empty()) absl::StrAppend(&text, kIndent, ". cell ", decision.cell, "\n");
  if (decision.permitted()) {
    text += TermsLine(policy, "released", decision.fields, decision.labels, "");
  } else if (decision.if_fixed.has_value()) {
    const Terms& terms = *decision.if_fixed;
    text += TermsLine(policy,
                      decision.outcome == Outcome::kHold ? "would be released once approved"
                                                         : "would be released if fixed",
                      terms.fields, terms.labels, KeepText(terms.retain_days));
  }
  return text;
}

}  // namespace fusionhub::policy
