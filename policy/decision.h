// The answer of the policy to one request, with every reason.
#ifndef FUSIONHUB_POLICY_DECISION_H_
#define FUSIONHUB_POLICY_DECISION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace fusionhub::policy {

// kRefuse > kIndeterminate > kHold > kPermit; nothing that permits is kRefuse. kIndeterminate is a
// refusal counted apart and alarmed: the policy could not be applied (for example, no trustworthy
// time).
enum class Outcome { kPermit, kHold, kRefuse, kIndeterminate };
absl::string_view OutcomeWord(Outcome outcome);  // "permit", "hold", "refuse", "indeterminate"

// Who decides. Both sides apply every instrument that binds either agency, so that the outcome is
// the same; a difference between the two is an alarm.
enum class Side { kOwner, kRequester };
absl::string_view SideWord(Side side);  // "owner", "requester"

// The order in which checks run; all of them run.
enum class Stage {
  kWellFormed = 1,
  kRelease = 2,
  kPerson = 3,
  kAgreement = 4,
  kProhibition = 5,
  kMatrix = 6,
  kConditions = 7,
  kOwnerRules = 8,
  kRequesterRules = 9,
  kHold = 12,
};

enum class FixableBy { kRequester, kAdmin, kOwner, kNobody };
absl::string_view FixableByWord(FixableBy who);  // "requester", "admin", "owner", "nobody"

// One check that failed. Texts hold no personal data: no case number, name, plate or reason text.
struct Failure {
  std::string check;   // closed word: "identifier", "training", "agreement", "region", ...
  std::string clause;  // citation, e.g. "SO#C.2"; its text: Policy::ClauseText
  Stage stage = Stage::kWellFormed;
  std::string seen;    // e.g. "none"
  std::string needed;  // e.g. "complaint number, CAD event, warrant or other (named)"
  FixableBy fixable_by = FixableBy::kNobody;
  bool waivable = false;  // always false until waivers are built
};

// An approval that is needed before anything leaves.
struct Hold {
  std::string role;    // of the approver at the owner's agency, e.g. "chief_or_designee"
  std::string clause;  // citation
  absl::Duration expires =
      absl::ZeroDuration();  // how long it waits before it lapses into a refusal
};

// A duty that comes with a release. A node that does not know `kind` refuses rather than release.
struct Obligation {
  std::string kind;                 // e.g. "log_to", "no_onward_sharing"
  std::vector<std::string> values;  // parameters, e.g. {"owner"}
  std::string clause;
  bool operator==(const Obligation& other) const = default;
};

// Which fields may leave. Anything not in `show` is dropped.
struct FieldTerms {
  std::set<std::string> show;
  std::map<std::string, std::string>
      mask;  // field -> mask word; the owner's node masks or drops the field
  bool operator==(const FieldTerms& other) const = default;
};

// Limits on single records, for the second gate.
struct RecordTerms {
  std::optional<int> max_age_days;
  bool juvenile = false;  // records of juveniles may leave; sealed records never do
  bool operator==(const RecordTerms& other) const = default;
};

// What comes with a release.
struct Terms {
  FieldTerms fields;
  RecordTerms records;
  std::vector<std::string> labels;  // sorted, e.g. "investigative_lead_only"
  std::vector<Obligation> obligations;
  std::optional<int> retain_days;
};

// A value; compares by nothing but its members' meaning.
struct Decision {
  Outcome outcome = Outcome::kRefuse;
  absl::Time t;
  Side side = Side::kOwner;
  std::string policy_digest;  // 32 bytes
  uint64_t revision = 0;
  // The request's words, empty where they are not in the vocabulary (unknown words may hold
  // personal data).
  std::string owner, requester_agency, data, action, purpose;

  std::string agreement;          // id of the agreement or order that decided; empty if none spoke
  std::string agreement_version;  // first 12 hex digits of that document's SHA-256
  std::string cell;               // "<document id>/<cell id>"
  std::vector<std::string> clauses_for;  // clauses that allow it, on both sides; kPermit and kHold
  std::vector<Failure> failures;         // by stage, then citation; empty for kPermit and kHold
  std::vector<Hold> holds;               // not yet lifted; kHold only
  std::vector<std::string> approvals_used;  // authorisation ids that lifted a hold
  std::vector<std::string> waivers_used;    // empty until waivers are built

  // Only for kPermit; empty otherwise.
  std::vector<std::string> labels;
  std::vector<Obligation> obligations;
  FieldTerms fields;
  RecordTerms records;
  absl::Time delete_by = absl::InfiniteFuture();

  // Refused or held: the terms it would be released under if everything were fixed; absent when
  // somebody cannot fix it.
  std::optional<Terms> if_fixed;

  // First instant at which the same request may be decided otherwise.
  absl::Time valid_until = absl::InfiniteFuture();
  // SHA-256 over the request. Not salted, so it is personal data: store it sealed only.
  std::string facts_digest;

  bool permitted() const { return outcome == Outcome::kPermit; }
};

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_DECISION_H_
