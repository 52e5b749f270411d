// A log on a temporary folder with all that it needs, for tests.
#ifndef FUSIONHUB_AUDIT_TEST_LOG_H_
#define FUSIONHUB_AUDIT_TEST_LOG_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "audit/log.h"
#include "base/random.h"
#include "crypto/ed25519.h"
#include "storage/store.h"

namespace fusionhub::audit {

// Parts of a log that outlive it, so that a test can close it, tamper, and open it again. Test
// only.
class TestLog {
 public:
  explicit TestLog(const std::string& name);

  absl::StatusOr<std::unique_ptr<Log>> Open();
  LogOptions Options() const;
  // Folder of the test; removed and made anew by the constructor.
  const std::string& folder() const { return folder_; }
  std::string tiles() const { return folder_ + "/tiles"; }
  std::string signer_state() const { return folder_ + "/signer/state"; }
  storage::Store& store() { return *store_; }
  void ReplaceStore();  // by an empty one
  const VerifierKey& vkey() const { return vkey_; }
  const crypto::Ed25519PrivateKey& key() const { return key_; }
  SeededRandom& random() { return random_; }

  Sequencer::Options sequencer;

 private:
  std::string folder_;
  SeededRandom random_;
  crypto::Ed25519PrivateKey key_;
  VerifierKey vkey_;
  std::unique_ptr<storage::Store> store_;
};

inline constexpr absl::string_view kTestOrigin = "hub.test/log";

// 2026-03-02 14:25:36 UTC.
absl::Time TestTime();
// 16 bytes that end in `number`.
std::string TestId(uint64_t number);
// Drafts that are complete for their type.
EntryDraft IntentDraft(uint64_t query, std::vector<std::string> owners);
EntryDraft ReleaseDraft(uint64_t query, uint64_t intent, const std::string& owner);
EntryDraft RefuseDraft(uint64_t query, uint64_t intent, const std::string& owner);
EntryDraft CloseDraft(uint64_t query, uint64_t opening);

std::string ReadWholeFile(const std::string& path);
void WriteWholeFile(const std::string& path, absl::string_view content);
bool FileExists(const std::string& path);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_TEST_LOG_H_
