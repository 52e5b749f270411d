// The hub's own rules.
#include "policy/hub_rules.h"

namespace fusionhub::policy {

const std::map<std::string, std::string>& HubClauses() {
  static const auto* const kClauses = new std::map<std::string, std::string>{
      {"X#1", "No receipt, no data: a node answers only what the hub has provably logged"},
      {"X#2", "Owners co-sign the log and can prove they were told of every query on their data"},
      {"X#3", "A signed completeness statement comes with every answer"},
      {"X#4", "Purpose is a code from the agreement, not prose; vague reasons are refused"},
      {"X#5", "The list published and the list enforced are the same object"},
      {"X#6", "Every policy change can be rehearsed"},
      {"X#7", "Revocation takes effect in seconds"},
      {"X#8", "Verify plate, state and the hotlist entry before acting on an alert"},
      {"X#9", "No person's name, plate or case number in metrics, logs or traces"},
      {"X#deny", "Whatever no agreement or order opens is refused"},
      {"X#words", "Unknown words and missing facts are refused"},
      {"X#identity", "A person asks only for the agency that employs them"},
      {"X#release", "Decisions are made under a policy release that is active and not expired"},
      {"X#signatures", "An agreement is in force when both parties have signed it"},
  };
  return *kClauses;
}

}  // namespace fusionhub::policy
