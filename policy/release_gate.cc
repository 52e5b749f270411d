// The second gate, per record and field.
#include "policy/release_gate.h"

#include <algorithm>

namespace fusionhub::policy {
namespace {

GateResult Withhold(const char* why) {
  GateResult result;
  result.why = why;
  return result;
}

GateResult Redecide(const char* why) {
  GateResult result;
  result.verdict = GateResult::Verdict::kRedecide;
  result.why = why;
  return result;
}

// Why a record as a whole may not leave, or null.
const char* WithheldRecord(const RecordTerms& terms, const RecordAttributes& record,
                           absl::Time now) {
  if (record.sealed) return "sealed";
  if (record.juvenile && !terms.juvenile) return "juvenile";
  if (!terms.max_age_days.has_value()) return nullptr;
  if (!record.recorded_at.has_value()) return "age_unknown";
  const bool too_old = now - *record.recorded_at >= absl::Hours(24) * *terms.max_age_days;
  return too_old ? "too_old" : nullptr;
}

}  // namespace

GateResult GateRecord(const Decision& decision, absl::string_view policy_digest,
                      const std::vector<std::string>& field_names, const RecordAttributes& record,
                      absl::Time now) {
  if (!decision.permitted()) return Withhold("not_permitted");
  if (decision.policy_digest != policy_digest) return Redecide("policy_changed");
  if (now >= decision.valid_until || now < decision.t) return Redecide("expired");
  const char* const withheld = WithheldRecord(decision.records, record, now);
  if (withheld != nullptr) return Withhold(withheld);

  GateResult result;
  for (const std::string& field : field_names) {
    if (decision.fields.show.count(field) == 0) continue;
    result.fields.push_back(field);
    const auto mask = decision.fields.mask.find(field);
    if (mask != decision.fields.mask.end()) result.mask[field] = mask->second;
  }
  if (result.fields.empty()) return Withhold("no_fields");
  std::sort(result.fields.begin(), result.fields.end());
  result.verdict = GateResult::Verdict::kRelease;
  return result;
}

}  // namespace fusionhub::policy
