// All documents of one revision, linked, with the lookups that decisions need. Immutable once
// compiled.
#ifndef FUSIONHUB_POLICY_COMPILED_POLICY_H_
#define FUSIONHUB_POLICY_COMPILED_POLICY_H_

#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "policy/agency.h"
#include "policy/document_set.h"
#include "policy/documents.h"
#include "policy/vocabulary.h"

namespace fusionhub::policy {

struct CompiledPolicy {
  std::string digest;
  Vocabulary vocabulary;
  std::vector<Agency> agencies;        // sorted by id
  std::vector<Authority> authorities;  // sorted by id, as are the next three
  std::vector<Order> orders;
  std::vector<Agreement> agreements;
  std::vector<AuditRules> audit_rules;
  std::vector<Prohibition> prohibitions;
  std::vector<Notice> notices;
  Release release;
  std::map<std::string, std::string> clauses;  // citation -> short text
  std::vector<UnenforcedRule> unenforced;
  std::vector<PolicyWarning> warnings;

  const Agency* FindAgency(absl::string_view id) const;
  const Authority* FindAuthority(absl::string_view id) const;
  const std::vector<const Agreement*>& AgreementsOf(absl::string_view owner) const;
  const std::vector<const AuditRules*>& AuditRulesOf(absl::string_view agency) const;

  // Built by Index() when everything above is final.
  void Index();
  absl::flat_hash_map<std::string, std::vector<const Agreement*>> agreements_by_owner;
  absl::flat_hash_map<std::string, std::vector<const Agreement*>> use_agreements_by_user;
  absl::flat_hash_map<std::string, std::vector<const AuditRules*>> audit_rules_by_agency;
};

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_COMPILED_POLICY_H_
