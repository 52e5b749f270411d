// The rules that no document of a region states: the hub's own. They are cited like a document,
// "X#4".
#ifndef FUSIONHUB_POLICY_HUB_RULES_H_
#define FUSIONHUB_POLICY_HUB_RULES_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace fusionhub::policy {

inline constexpr absl::string_view kHubDocument = "X";
inline constexpr absl::string_view kPurposeClause = "X#4";
inline constexpr absl::string_view kDenyClause = "X#deny";
inline constexpr absl::string_view kWordsClause = "X#words";
inline constexpr absl::string_view kIdentityClause = "X#identity";
inline constexpr absl::string_view kReleaseClause = "X#release";
inline constexpr absl::string_view kSignatureClause = "X#signatures";

// Citation -> short text.
const std::map<std::string, std::string>& HubClauses();

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_HUB_RULES_H_
