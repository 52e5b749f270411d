// Merges the terms of all cells that decide.
#include "policy/terms.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

namespace fusionhub::policy {
namespace {

constexpr char kWithheld[] = "withheld";

void MergeFields(const FieldTerms& more, std::optional<FieldTerms>& merged) {
  if (!merged.has_value()) {
    merged = more;
    return;
  }
  for (auto field = merged->show.begin(); field != merged->show.end();) {
    field = more.show.count(*field) > 0 ? std::next(field) : merged->show.erase(field);
  }
  for (const auto& [field, mask] : more.mask) {
    const auto [at, added] = merged->mask.emplace(field, mask);
    if (!added) at->second = StrongerMask(at->second, mask);
  }
}

// A withheld field is not shown; masks of fields that are not shown say nothing.
FieldTerms Finished(FieldTerms fields) {
  for (const auto& [field, mask] : fields.mask) {
    if (mask == kWithheld) fields.show.erase(field);
  }
  for (auto mask = fields.mask.begin(); mask != fields.mask.end();) {
    mask = fields.show.count(mask->first) > 0 ? std::next(mask) : fields.mask.erase(mask);
  }
  return fields;
}

void TakeLess(const std::optional<int>& more, std::optional<int>& merged) {
  if (more.has_value()) merged = merged.has_value() ? std::min(*merged, *more) : *more;
}

void MergeRecords(const RecordTerms& more, std::optional<RecordTerms>& merged) {
  if (!merged.has_value()) {
    merged = more;
    return;
  }
  TakeLess(more.max_age_days, merged->max_age_days);
  merged->juvenile = merged->juvenile && more.juvenile;
}

void AddObligation(const Obligation& more, std::vector<Obligation>& obligations) {
  if (std::find(obligations.begin(), obligations.end(), more) == obligations.end()) {
    obligations.push_back(more);
  }
}

}  // namespace

std::string StrongerMask(const std::string& a, const std::string& b) {
  return a == b ? a : kWithheld;
}

Terms MergeTerms(const std::vector<DecidingCell>& cells) {
  Terms terms;
  std::optional<FieldTerms> fields;
  std::optional<RecordTerms> records;
  std::set<std::string> labels;
  for (const DecidingCell& deciding : cells) {
    const Cell& cell = *deciding.cell;
    if (cell.fields.has_value()) MergeFields(*cell.fields, fields);
    if (cell.records.has_value()) MergeRecords(*cell.records, records);
    TakeLess(cell.retain_days, terms.retain_days);
    labels.insert(cell.labels.begin(), cell.labels.end());
    for (const Obligation& obligation : cell.obligations) {
      AddObligation(obligation, terms.obligations);
    }
  }
  terms.fields = Finished(fields.value_or(FieldTerms()));
  if (records.has_value()) terms.records = *records;
  terms.labels.assign(labels.begin(), labels.end());
  std::sort(terms.obligations.begin(), terms.obligations.end(),
            [](const Obligation& a, const Obligation& b) {
              return std::tie(a.kind, a.clause, a.values) < std::tie(b.kind, b.clause, b.values);
            });
  return terms;
}

}  // namespace fusionhub::policy
