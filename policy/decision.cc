// The words of outcomes, sides and fixers.
#include "policy/decision.h"

namespace fusionhub::policy {

absl::string_view OutcomeWord(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPermit:
      return "permit";
    case Outcome::kHold:
      return "hold";
    case Outcome::kRefuse:
      return "refuse";
    case Outcome::kIndeterminate:
      return "indeterminate";
  }
  return "refuse";
}

absl::string_view SideWord(Side side) { return side == Side::kOwner ? "owner" : "requester"; }

absl::string_view FixableByWord(FixableBy who) {
  switch (who) {
    case FixableBy::kRequester:
      return "requester";
    case FixableBy::kAdmin:
      return "admin";
    case FixableBy::kOwner:
      return "owner";
    case FixableBy::kNobody:
      return "nobody";
  }
  return "nobody";
}

}  // namespace fusionhub::policy
