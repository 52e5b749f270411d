// Texts that go with labels.
#include "broker/notices.h"

#include <algorithm>
#include <array>
#include <utility>

namespace fusionhub::broker {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 4> kNotices = {{
    // SO C.4 and A.2.
    {"investigative_lead_only",
     "INVESTIGATIVE LEAD ONLY. Facial comparison is nonscientific. A candidate is not a positive "
     "identification and must never be the sole basis of a decision; any further step needs proper "
     "legal authority and corroboration of another kind."},
    // face.md: the baseline may not be used.
    {"engine_not_operational",
     "TEST ENGINE: made by a texture baseline for installation testing, not by a face recognition "
     "algorithm. No result may be used in an investigation."},
    //
    {"verify_before_action", "Verify plate and state before acting."},
    // REJ VII.A, SMRT sharing c.
    {"not_onward", "Not to be passed on to anyone who is not authorised."},
}};

}  // namespace

std::string TestModeNotice() {
  return "TEST MODE: this hub runs for testing only. Nothing it shows may be used operationally.";
}

std::string NoticeFor(const std::vector<std::string>& labels) {
  std::string out;
  for (const auto& [label, text] : kNotices) {
    if (std::find(labels.begin(), labels.end(), label) == labels.end()) continue;
    if (!out.empty()) out += ' ';
    out += text;
  }
  return out;
}

}  // namespace fusionhub::broker
