// What several stages need to know about one request.
#include "policy/evaluation.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace fusionhub::policy {
namespace {

const Purpose* FindPurpose(const CompiledPolicy& policy, const std::string& code) {
  const auto found = policy.vocabulary.purposes.find(code);
  return found == policy.vocabulary.purposes.end() ? nullptr : &found->second;
}

bool Contains(const std::vector<std::string>& words, absl::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

Evaluation::Evaluation(const CompiledPolicy& compiled, const Request& asked, absl::Time time)
    : policy(compiled),
      request(asked),
      t(time),
      owner(compiled.FindAgency(asked.owner)),
      requester(compiled.FindAgency(asked.requester_agency)),
      purpose(FindPurpose(compiled, asked.purpose)),
      own_data(asked.owner == asked.requester_agency) {}

void Evaluation::MayChangeAt(absl::Time change) {
  if (change > t) valid_until = std::min(valid_until, change);
}

bool Evaluation::RequesterHas(absl::string_view word) const {
  return (own_data && word == kOwnerClass) || (requester != nullptr && requester->HasClass(word));
}

bool Evaluation::RequesterHas(const std::vector<std::string>& classes) const {
  return std::any_of(classes.begin(), classes.end(),
                     [&](const std::string& word) { return RequesterHas(word); });
}

bool Evaluation::Involves(const std::vector<std::string>& data) const {
  if (Contains(data, request.data)) return true;
  const auto category = policy.vocabulary.data.find(request.data);
  if (category == policy.vocabulary.data.end()) return false;
  return std::any_of(category->second.uses.begin(), category->second.uses.end(),
                     [&](const std::string& used) { return Contains(data, used); });
}

bool Evaluation::PurposeIn(const std::vector<std::string>& purposes) const {
  if (purpose == nullptr) return false;
  return std::any_of(purposes.begin(), purposes.end(), [&](const std::string& code) {
    return code == request.purpose || purpose->counts_as.count(code) > 0;
  });
}

const VerifiedApproval* Evaluation::FindApproval(absl::string_view role) {
  if (owner == nullptr) return nullptr;
  for (const VerifiedApproval& approval : request.approvals) {
    if (approval.role != role || t >= approval.expires_at) continue;
    const OfficerKey* key = owner->FindOfficerKey(approval.key_id);
    if (key == nullptr || !key->HasRole(role)) continue;
    approvals_used.insert(approval.authorisation_id);
    MayChangeAt(approval.expires_at);
    return &approval;
  }
  return nullptr;
}

bool Evaluation::AuthorityBinds(absl::string_view authority, absl::string_view agency) {
  const Authority* found = policy.FindAuthority(authority);
  if (found == nullptr) return false;
  for (const Authority::Binding& binding : found->binds) {
    if (binding.agency != agency) continue;
    MayChangeAt(binding.from);
    MayChangeAt(binding.to);
  }
  return found->Binds(agency, t);
}

std::string JoinWords(const std::vector<std::string>& words) {
  constexpr size_t kMaxShown = 8;
  if (words.empty()) return "nothing";
  const size_t shown = std::min(words.size(), kMaxShown);
  return absl::StrCat(absl::StrJoin(words.begin(), words.begin() + shown, ", "),
                      shown < words.size() ? ", ..." : "");
}

}  // namespace fusionhub::policy
