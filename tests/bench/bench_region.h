// Everything that a region has before its servers start: certificates, keys, policy, an identity
// provider and the owners' hotlists. Benchmark only: one process holds every party's secrets.
#ifndef FUSIONHUB_TESTS_BENCH_BENCH_REGION_H_
#define FUSIONHUB_TESTS_BENCH_BENCH_REGION_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "crypto/digest.h"
#include "fusionhub/v1/query.pb.h"
#include "identity/test_issuer.h"
#include "policy/test_region.h"
#include "rpc/test_certificates.h"
#include "rpc/tls.h"
#include "tests/bench/bench_documents.h"

namespace fusionhub::bench {

inline constexpr char kHubId[] = "spiffe://bench/agency/hub/hub/broker";

// Prints the error and ends the process: a benchmark has nobody to report to.
void CheckOk(const absl::Status& status, const std::string& what);
template <typename T>
T Must(absl::StatusOr<T> value, const std::string& what) {
  CheckOk(value.status(), what);
  return *std::move(value);
}

// Thread-safe once made.
class BenchRegion {
 public:
  // `folder` is made anew; it must lie on the disk that is to be measured.
  BenchRegion(const std::string& folder, int owners);

  int owners() const { return owners_; }
  const std::string& folder() const { return folder_; }
  const Clock& clock() const { return clock_; }
  Random& random() { return random_; }
  const rpc::TlsFiles& hub_tls() const { return hub_tls_; }
  const rpc::TlsFiles& node_tls(int owner) const { return node_tls_[static_cast<size_t>(owner)]; }
  const std::string& hotlist() const { return hotlist_; }
  std::shared_ptr<const policy::Policy> policy() const { return policy_; }
  const identity::TestIssuer& issuer() const { return issuer_; }
  const crypto::Digest& client_certificate() const { return client_certificate_; }
  // By name as in the documents, e.g. ("owner_00", "answers"); makes those that no document names.
  crypto::Ed25519PrivateKey Key(const std::string& agency, const std::string& id) {
    return documents_.Key(agency, id);
  }

  // An analyst's connection of its own.
  std::shared_ptr<grpc::Channel> ClientChannel(int port) const;
  // Questions that differ in their nonce, each with its assertion. Use them within 30 s.
  std::vector<v1::SignedQuery> Questions(int count);

 private:
  const int owners_;
  const std::string folder_;
  SystemClock clock_;
  SystemRandom random_;
  rpc::TestCa ca_;
  identity::TestIssuer issuer_;
  policy::TestRegion documents_;
  std::shared_ptr<const policy::Policy> policy_;
  rpc::TlsFiles hub_tls_;
  std::vector<rpc::TlsFiles> node_tls_;
  std::unique_ptr<rpc::TlsIdentity> client_;
  crypto::Digest client_certificate_{};
  std::string hotlist_;
};

}  // namespace fusionhub::bench

#endif  // FUSIONHUB_TESTS_BENCH_BENCH_REGION_H_
