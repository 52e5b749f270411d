// One key per booking, in a file of fixed slots beside the store. Destroying a key overwrites its
// slot in place: a log-structured store would keep the old value in its log and its sorted files
// until a compaction.
#ifndef FUSIONHUB_FACE_MATCHER_KEY_VAULT_H_
#define FUSIONHUB_FACE_MATCHER_KEY_VAULT_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "base/random.h"

namespace fusionhub::face_matcher {

// Reads the gallery's key-encryption key: a file of 32 random bytes that only its owner can read;
// made (0600, synced) if absent. PERMISSION_DENIED when others can read it.
absl::StatusOr<std::string> LoadOrCreateGalleryKek(const std::string& path, Random& random);

// Thread-safe. Copies of the file (backups) keep keys alive: leave it out of backups or expire them
// (docs/faces.md).
class KeyVault {
 public:
  // Makes the file (0600) if absent. `random` must outlive the vault.
  static absl::StatusOr<std::unique_ptr<KeyVault>> Open(const std::string& path, std::string kek,
                                                        Random& random);
  ~KeyVault();

  struct Key {
    uint64_t slot = 0;
    std::string bytes;  // 32
  };
  // A fresh key, durable when this returns.
  absl::StatusOr<Key> Create() FUSIONHUB_EXCLUDES(mu_);
  // NOT_FOUND when destroyed or never made, UNAUTHENTICATED when the KEK is not the one it was made
  // with.
  absl::StatusOr<std::string> Get(uint64_t slot) const FUSIONHUB_EXCLUDES(mu_);
  // Overwrites the slot with zeros, synced; the slot is used again later. OK if already destroyed.
  absl::Status Destroy(uint64_t slot) FUSIONHUB_EXCLUDES(mu_);
  // Slots that hold a key.
  std::vector<uint64_t> Slots() const FUSIONHUB_EXCLUDES(mu_);

 private:
  KeyVault(int fd, std::string kek, Random& random);
  absl::StatusOr<std::string> ReadSlot(uint64_t slot) const FUSIONHUB_REQUIRES(mu_);
  absl::Status WriteSlot(uint64_t slot, absl::string_view content) FUSIONHUB_REQUIRES(mu_);

  const int fd_;
  std::string kek_;
  Random& random_;
  mutable Mutex mu_;
  uint64_t slots_ FUSIONHUB_GUARDED_BY(mu_) = 0;
  std::set<uint64_t> free_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_KEY_VAULT_H_
