// Checkpoints of a log (https://c2sp.org/tlog-checkpoint): origin, size and root, in a signed note.
#ifndef FUSIONHUB_AUDIT_CHECKPOINT_H_
#define FUSIONHUB_AUDIT_CHECKPOINT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/merkle.h"
#include "audit/note.h"

namespace fusionhub::audit {

// What a checkpoint says.
struct Checkpoint {
  std::string origin;  // names the log, e.g. "hub.stl.example/log"
  uint64_t size = 0;
  Digest root = EmptyRoot();
  std::vector<std::string> extensions;  // opaque lines; we write none
};

// The note's text.
std::string CheckpointBody(const Checkpoint& checkpoint);
// INVALID_ARGUMENT for anything that CheckpointBody would not write byte for byte, and for sizes
// above 2^63 - 1.
absl::StatusOr<Checkpoint> ParseCheckpointBody(absl::string_view text);

// A checkpoint with its note.
struct SignedCheckpoint {
  Checkpoint checkpoint;
  Note note;
};

// Parses `note` and checks that `key` signed it and that its origin is `origin` (empty: the key's
// name). INVALID_ARGUMENT when it is no checkpoint, UNAUTHENTICATED when signature or origin are
// others.
absl::StatusOr<SignedCheckpoint> OpenCheckpoint(absl::string_view note, const VerifierKey& key,
                                                absl::string_view origin);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_CHECKPOINT_H_
