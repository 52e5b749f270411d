// The closed list of duties.
#include "policy/obligations.h"

namespace fusionhub::policy {

const std::vector<std::string>& ObligationWords() {
  static const auto* const kWords = new std::vector<std::string>{"evidence_hold",
                                                                 "forward_to",
                                                                 "log_to",
                                                                 "no_onward_sharing",
                                                                 "notice_text",
                                                                 "notify_owner",
                                                                 "on_bar_end",
                                                                 "on_status_end",
                                                                 "purge_on_notice",
                                                                 "report_outcome_within",
                                                                 "require_second_person",
                                                                 "unless",
                                                                 "verify_before_action",
                                                                 "watermark"};
  return *kWords;
}

// log_to: every release is logged for owner and hub. The other two are shown with every record.
bool IsEnforcedObligation(absl::string_view word) {
  return word == "log_to" || word == "no_onward_sharing" || word == "verify_before_action";
}

}  // namespace fusionhub::policy
