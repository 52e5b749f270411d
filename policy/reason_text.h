// How much a reason says: words with content, not four empty ones.
#ifndef FUSIONHUB_POLICY_REASON_TEXT_H_
#define FUSIONHUB_POLICY_REASON_TEXT_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace fusionhub::policy {

// Different words of `reason` that say something: three letters or more with a vowel among them,
// and neither in `empty_words` nor in `refused`. Case does not matter.
int CountContentWords(absl::string_view reason, const std::set<std::string>& empty_words,
                      const std::vector<std::string>& refused);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_REASON_TEXT_H_
