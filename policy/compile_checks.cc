// Checks that need several documents, or several cells of one.
#include "policy/compile_checks.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace fusionhub::policy {
namespace {

using Words = std::vector<std::string>;

bool Contains(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool Intersect(const Words& a, const Words& b) {
  return std::any_of(a.begin(), a.end(),
                     [&](const std::string& word) { return Contains(b, word); });
}

// True when `some` is stated and lies wholly in `all`.
bool Within(const Words& some, const Words& all) {
  return !some.empty() && std::all_of(some.begin(), some.end(),
                                      [&](const std::string& word) { return Contains(all, word); });
}

// Two cells exclude each other when the same fact must have different words.
bool Exclude(const Cell& a, const Cell& b) {
  for (const Condition& x : a.when) {
    for (const Condition& y : b.when) {
      const bool same_fact =
          x.kind == Condition::Kind::kFact && y.kind == x.kind && x.name == y.name;
      if (same_fact && !Intersect(x.words, y.words)) return true;
    }
  }
  return false;
}

bool SameTerms(const Cell& a, const Cell& b) {
  const bool same_hold = a.hold.has_value() == b.hold.has_value() &&
                         (!a.hold.has_value() || (a.hold->role == b.hold->role &&
                                                  a.hold->expires_hours == b.hold->expires_hours));
  return same_hold && a.fields == b.fields && a.records == b.records &&
         a.retain_days == b.retain_days && a.labels == b.labels && a.obligations == b.obligations;
}

bool Overlap(const Cell& a, const Cell& b) {
  const bool purposes =
      a.purposes.empty() || b.purposes.empty() || Intersect(a.purposes, b.purposes);
  const bool to = (a.to.empty() && b.to.empty()) || Intersect(a.to, b.to);
  return to && purposes && Intersect(a.data, b.data) && Intersect(a.actions, b.actions) &&
         !Exclude(a, b);
}

class Checker {
 public:
  Checker(const CompiledPolicy& policy, std::vector<Diagnostic>& diagnostics)
      : policy_(policy), diagnostics_(diagnostics) {}

  void Run() {
    CheckIds();
    for (const Agreement& agreement : policy_.agreements)
      CheckCells(agreement.head, agreement.cells);
    for (const Order& order : policy_.orders) CheckCells(order.head, order.cells);
  }

 private:
  void Report(const std::string& file, SourcePosition at, std::string code, std::string message,
              std::string hint) {
    diagnostics_.push_back({file, at, std::move(code), std::move(message), std::move(hint)});
  }

  void CheckId(const char* what, const std::string& id, const std::string& file,
               SourcePosition at) {
    const auto [first, unique] = ids_.emplace(absl::StrCat(what, " '", id, "'"), file);
    if (unique) return;
    Report(file, at, "P0301", absl::StrCat(first->first, " is also defined in ", first->second),
           "give it another id or remove one");
  }

  void CheckIds() {
    for (const Agency& agency : policy_.agencies) {
      CheckId("agency", agency.id, agency.file, agency.at);
    }
    for (const Authority& a : policy_.authorities) {
      CheckId("authority", a.head.id, a.head.file, a.head.at);
    }
    // Agreements and orders share one name space: decisions name either.
    for (const Order& o : policy_.orders) CheckId("document", o.head.id, o.head.file, o.head.at);
    for (const Agreement& a : policy_.agreements) {
      CheckId("document", a.head.id, a.head.file, a.head.at);
    }
    for (const Notice& n : policy_.notices) CheckId("notice", n.head.id, n.head.file, n.head.at);
    for (const AuditRules& r : policy_.audit_rules) {
      CheckId("audit rules", r.head.id, r.head.file, r.head.at);
    }
    for (const Prohibition& p : policy_.prohibitions) CheckId("prohibition", p.id, "", p.at);
  }

  void CheckCells(const DocumentHead& head, const std::vector<Cell>& cells) {
    for (size_t i = 0; i < cells.size(); ++i) {
      CheckCovered(head, cells[i]);
      CheckAlive(head, cells[i]);
      for (size_t j = 0; j < i; ++j) {
        if (!Overlap(cells[i], cells[j]) || SameTerms(cells[i], cells[j])) continue;
        Report(
            head.file, cells[i].at, "P0302",
            absl::StrCat("cell '", cells[i].id, "' overlaps '", cells[j].id, "' with other terms"),
            "make their classes, data, actions, purposes or facts exclude each other");
      }
    }
  }

  void CheckCovered(const DocumentHead& head, const Cell& cell) {
    const std::string document = cell.clause.substr(0, cell.clause.find('#'));
    const Authority* authority = policy_.FindAuthority(document);
    if (authority == nullptr || authority->covers.empty()) return;
    for (const std::string& data : cell.data) {
      if (Contains(authority->covers, data)) continue;
      Report(head.file, cell.at, "P0303",
             absl::StrCat("cell '", cell.id, "' cites ", cell.clause, ", which does not cover '",
                          data, "'"),
             "cite the document that governs this data");
    }
  }

  void CheckAlive(const DocumentHead& head, const Cell& cell) {
    for (const Prohibition& rule : policy_.prohibitions) {
      const bool killed = rule.authority.empty() &&
                          (rule.purposes.empty() || Within(cell.purposes, rule.purposes)) &&
                          (rule.data.empty() || Within(cell.data, rule.data)) &&
                          (rule.actions.empty() || Within(cell.actions, rule.actions)) &&
                          (rule.to.empty() || Within(cell.to, rule.to));
      if (!killed) continue;
      Report(head.file, cell.at, "P0306",
             absl::StrCat("cell '", cell.id, "' can never permit: prohibition '", rule.id, "' (",
                          rule.clause, ") covers all of it"),
             "remove the cell");
    }
  }

  const CompiledPolicy& policy_;
  std::vector<Diagnostic>& diagnostics_;
  std::map<std::string, std::string> ids_;
};

}  // namespace

void CheckDocuments(const CompiledPolicy& policy, std::vector<Diagnostic>& diagnostics) {
  Checker(policy, diagnostics).Run();
}

}  // namespace fusionhub::policy
