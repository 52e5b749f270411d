// The second gate: which fields of one record may leave under a decision. Runs at the owner's node
// and again at the hub; nothing leaves without it.
#ifndef FUSIONHUB_POLICY_RELEASE_GATE_H_
#define FUSIONHUB_POLICY_RELEASE_GATE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "policy/decision.h"

namespace fusionhub::policy {

// What the gate must know about a record beside its field names.
struct RecordAttributes {
  // When it was recorded (read, booked, entered). Absent: withheld when the terms limit the age.
  std::optional<absl::Time> recorded_at;
  bool juvenile = false;
  bool sealed = false;  // sealed or expunged: never leaves
};

struct GateResult {
  enum class Verdict {
    kRelease,   // `fields` may leave
    kWithhold,  // nothing of this record may leave
    kRedecide,  // the decision is stale (time or revision): decide again, release nothing
  };
  Verdict verdict = Verdict::kWithhold;
  std::vector<std::string> fields;          // sorted; names not here are dropped
  std::map<std::string, std::string> mask;  // of those, which to mask; who cannot mask drops them
  std::string
      why;  // for kWithhold and kRedecide, a closed word: "not_permitted", "sealed", "juvenile",
            // "too_old", "age_unknown", "no_fields", "expired", "policy_changed"
};

// `now` is the time of release, `policy_digest` that of the policy in use now.
GateResult GateRecord(const Decision& decision, absl::string_view policy_digest,
                      const std::vector<std::string>& field_names, const RecordAttributes& record,
                      absl::Time now);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_RELEASE_GATE_H_
