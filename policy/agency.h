// An agency as its Agency document states it: where it is, what it may be called, and whose keys
// speak for it.
#ifndef FUSIONHUB_POLICY_AGENCY_H_
#define FUSIONHUB_POLICY_AGENCY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/yaml.h"
#include "crypto/ed25519.h"

namespace fusionhub::policy {

// A territory. A city that belongs to a county states both; an independent city has no county.
// Counties are matched together with their state: Jefferson County, MO is not Jefferson County, IL.
struct Jurisdiction {
  std::string city;    // may be empty
  std::string county;  // may be empty
  std::string state;   // two letters
};

// A node's signing key.
struct NodeKey {
  enum class Use { kAnswers, kCheckpoints };
  std::string key_id;
  std::string node;  // name as in the node's certificate
  Use use = Use::kAnswers;
  crypto::Ed25519PublicKey key;
};

// Somebody who signs agreements ("signatory") or approves held requests (any other role).
struct OfficerKey {
  std::string key_id;
  std::string title;  // e.g. "Chief of Police (demo)"
  std::vector<std::string> roles;
  crypto::Ed25519PublicKey key;

  bool HasRole(absl::string_view role) const;
};

// An identity provider that may speak for the agency's people.
struct AssertionIssuer {
  std::string issuer;  // the assertion's `iss`
  std::string jwks;    // JSON Web Key Set, as text; not parsed here
};

struct Agency {
  std::string id;
  std::string name;
  std::vector<std::string> classes;
  std::vector<Jurisdiction> jurisdictions;
  absl::TimeZone timezone;
  std::string timezone_name;
  std::string ori;                // empty if it has none
  std::vector<std::string> data;  // data kinds that it contributes, e.g. "plate_reads"
  std::vector<std::string>
      usage_policies;  // technologies it has an internal usage policy on file for
  std::vector<AssertionIssuer> issuers;
  std::vector<std::string> nodes;  // names of its nodes
  std::vector<NodeKey> node_keys;
  std::vector<OfficerKey> officer_keys;
  std::string file;
  SourcePosition at;

  bool HasClass(absl::string_view word) const;
  bool ContributesData(absl::string_view word) const;
  // Null when there is none.
  const OfficerKey* FindOfficerKey(absl::string_view key_id) const;
  const NodeKey* FindNodeKey(absl::string_view key_id) const;
};

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_AGENCY_H_
