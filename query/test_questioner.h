// Somebody who asks in the St. Louis region, and the policy that judges it. Test only.
#ifndef FUSIONHUB_QUERY_TEST_QUESTIONER_H_
#define FUSIONHUB_QUERY_TEST_QUESTIONER_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "crypto/ed25519.h"
#include "fusionhub/v1/query.pb.h"
#include "identity/test_issuer.h"
#include "policy/policy.h"
#include "policy/test_region.h"

namespace fusionhub::query {

// The shipped documents of the St. Louis region, signed with made-up keys, and a person of St.
// Charles who asks. Aborts the test binary on errors.
class TestQuestioner {
 public:
  TestQuestioner();

  // 2025-03-10 17:00 UTC: every agreement is in force.
  static absl::Time Now();
  // A plate that the questioner asks slmpd's hotlist about; slmpd permits it.
  v1::Query Question() const;
  // A facial comparison that slmpd and st_louis_county_pd permit, with every fact it needs.
  v1::Query FaceQuestion() const;
  v1::SignedQuery Sign(const v1::Query& query, absl::Time now = Now()) const;
  v1::SignedQuery Ask() const { return Sign(Question()); }

  const identity::TestIssuer& issuer() const { return issuer_; }
  const identity::IssuerDirectory& issuers() const { return issuers_; }
  const std::shared_ptr<const policy::Policy>& policy() const { return policy_; }
  crypto::Ed25519PrivateKey Key(const std::string& agency, const std::string& key_id) {
    return region_.Key(agency, key_id);
  }

 private:
  identity::TestIssuer issuer_;
  identity::IssuerDirectory issuers_;
  policy::TestRegion region_;
  std::shared_ptr<const policy::Policy> policy_;
};

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_TEST_QUESTIONER_H_
