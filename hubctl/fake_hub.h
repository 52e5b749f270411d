// A hub in memory that answers one question truthfully, for tests: every proof and signature of the
// course it makes holds, so that a test can spoil one thing.
#ifndef FUSIONHUB_HUBCTL_FAKE_HUB_H_
#define FUSIONHUB_HUBCTL_FAKE_HUB_H_

#include <string>
#include <vector>

#include "audit/entry.h"
#include "audit/receipt.h"
#include "base/random.h"
#include "crypto/ed25519.h"
#include "fusionhub/v1/receipt.pb.h"

namespace fusionhub::hubctl {

inline constexpr char kFakeOwner[] = "slmpd";          // releases one record
inline constexpr char kFakeRefuser[] = "st_louis_pd";  // refuses

class FakeHub {
 public:
  FakeHub();
  // The keys that this hub and its owners sign with.
  audit::ReceiptTrust Trust() const;
  // One question to two owners: one releases a record with fields "charge" and "name", one refuses.
  v1::SavedReceipt Course();
  // One question that is refused for every owner.
  v1::SavedReceipt RefusedCourse();

 private:
  uint64_t Append(audit::Entry entry);
  audit::Entry NewEntry(audit::EntryType type);
  v1::LogProof Proof(uint64_t index) const;
  std::string Checkpoint() const;
  v1::OwnerResult Released(uint64_t intent);
  void Close(uint64_t opening, v1::SavedReceipt& course);

  SeededRandom random_{11};
  const crypto::Ed25519PrivateKey log_key_;
  const crypto::Ed25519PrivateKey statement_key_;
  const crypto::Ed25519PrivateKey answer_key_;
  std::string query_id_;
  std::vector<std::string> leaves_;
};

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_FAKE_HUB_H_
