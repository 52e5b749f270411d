// One decision in the making: what the stages read and where they put what they find.
#ifndef FUSIONHUB_POLICY_EVALUATION_H_
#define FUSIONHUB_POLICY_EVALUATION_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "policy/compiled_policy.h"
#include "policy/decision.h"
#include "policy/request.h"

namespace fusionhub::policy {

// Not thread-safe; lives for one call of Decide.
struct Evaluation {
  Evaluation(const CompiledPolicy& compiled, const Request& asked, absl::Time time);

  const CompiledPolicy& policy;
  const Request& request;
  const absl::Time t;
  const Agency* const owner;      // null if unknown
  const Agency* const requester;  // null if unknown
  const Purpose* const purpose;   // null if unknown
  const bool own_data;            // the requester is the owner

  std::vector<Failure> failures;
  bool indeterminate = false;
  absl::Time valid_until = absl::InfiniteFuture();
  std::set<std::string> approvals_used;

  void Fail(Failure failure) { failures.push_back(std::move(failure)); }
  // The decision may change at `change`, if that lies ahead.
  void MayChangeAt(absl::Time change);
  // The requester's classes hold one of `classes`; the owner itself has the class "owner".
  bool RequesterHas(const std::vector<std::string>& classes) const;
  bool RequesterHas(absl::string_view word) const;
  // `data` is the request's data, or something that its use amounts to.
  bool Involves(const std::vector<std::string>& data) const;
  // The request's purpose is, or counts as, one of `purposes`.
  bool PurposeIn(const std::vector<std::string>& purposes) const;
  // An approval by a key of the owner that bears `role`, not expired; marks it as used. Null if
  // none.
  const VerifiedApproval* FindApproval(absl::string_view role);
  bool AuthorityBinds(absl::string_view authority, absl::string_view agency);
};

// "a, b, c", at most eight.
std::string JoinWords(const std::vector<std::string>& words);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_EVALUATION_H_
