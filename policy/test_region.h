// A region's document set filled with made-up keys and signed, for tests. Test only.
#ifndef FUSIONHUB_POLICY_TEST_REGION_H_
#define FUSIONHUB_POLICY_TEST_REGION_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "crypto/ed25519.h"
#include "policy/policy.h"

namespace fusionhub::policy {

// Aborts on whatever cannot be read: a test cannot go on without its region. Not thread-safe.
class TestRegion {
 public:
  // `folder`: e.g. "deploy/region-stl/policy", relative to the test's working directory. Fills
  // every template and signs nothing. Keys depend on their token only, so two regions loaded alike
  // are alike.
  static TestRegion Load(const std::string& folder);
  // Loads and signs every agreement at `at`.
  static TestRegion LoadSigned(const std::string& folder, absl::Time at);

  // All signatories named first for each party sign the agreement at `path`.
  void SignAgreement(const std::string& path, absl::Time at);
  void Sign(const std::string& path, const std::string& agency, const std::string& key_id,
            absl::Time at);
  void Unsign(const std::string& path);

  void Put(const std::string& path, std::string bytes);  // replaces or adds; drops its signatures
  void Remove(const std::string& path);
  const std::string& Bytes(const std::string& path) const;
  // Replaces the first `from`, which must be there.
  void Edit(const std::string& path, const std::string& from, const std::string& to);

  const crypto::Ed25519PrivateKey& Key(const std::string& agency, const std::string& key_id);
  // Files in order of path.
  std::vector<DocumentFile> Files() const;
  std::vector<std::string> Agreements() const;
  // Fails the test and aborts when the set does not compile.
  std::shared_ptr<const Policy> Compile() const;
  // Mistakes as "path:line:col code message".
  std::vector<std::string> Mistakes() const;

 private:
  void Fill(const std::string& path, std::string bytes);
  std::map<std::string, DocumentFile> files_;
  std::map<std::string, crypto::Ed25519PrivateKey> keys_;
};

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_TEST_REGION_H_
