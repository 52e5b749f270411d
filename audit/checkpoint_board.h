// The log's recent checkpoints with the cosignatures that came in for them.
#ifndef FUSIONHUB_AUDIT_CHECKPOINT_BOARD_H_
#define FUSIONHUB_AUDIT_CHECKPOINT_BOARD_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "base/mutex.h"

namespace fusionhub::audit {

// A checkpoint as others see it.
struct PublishedCheckpoint {
  uint64_t size = 0;
  Digest root = EmptyRoot();
  std::string note;                    // with the cosignatures so far
  std::vector<std::string> cosigners;  // key names that have cosigned it
};

// Thread-safe. Keeps the newest `kKept` checkpoints.
class CheckpointBoard {
 public:
  static constexpr size_t kKept = 64;

  // Keys whose cosignatures are taken (type cosignature); replaces those set before. Names are
  // unique, or INVALID_ARGUMENT.
  absl::Status SetCosigners(const std::vector<VerifierKey>& keys) FUSIONHUB_EXCLUDES(mu_);

  void Post(const Checkpoint& checkpoint, const Note& note) FUSIONHUB_EXCLUDES(mu_);
  PublishedCheckpoint Latest() const FUSIONHUB_EXCLUDES(mu_);
  uint64_t LatestSize() const FUSIONHUB_EXCLUDES(mu_);
  // NOT_FOUND when no checkpoint of that size was made, or it is no longer kept.
  absl::StatusOr<PublishedCheckpoint> At(uint64_t size) const FUSIONHUB_EXCLUDES(mu_);

  // Adds a cosignature line to the checkpoint of `size`. NOT_FOUND as above, PERMISSION_DENIED when
  // no known cosigner's, or not of the one named `cosigner` (empty: any), UNAUTHENTICATED when it
  // does not verify. A second one of the same cosigner replaces the first.
  absl::Status AddCosignature(uint64_t size, absl::string_view line, absl::string_view cosigner)
      FUSIONHUB_EXCLUDES(mu_);

 private:
  struct Posted {
    Checkpoint checkpoint;
    Note note;
    std::map<std::string, NoteSignature> cosignatures;  // by key name
  };
  static PublishedCheckpoint Publish(const Posted& posted);

  mutable Mutex mu_;
  std::map<uint64_t, Posted> posted_ FUSIONHUB_GUARDED_BY(mu_);
  std::map<std::string, VerifierKey> cosigners_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_CHECKPOINT_BOARD_H_
