// Signs checkpoints and remembers what it signed, in a file of its own, so that no restored or
// forked database can make the hub sign two histories.
#ifndef FUSIONHUB_AUDIT_SIGNER_H_
#define FUSIONHUB_AUDIT_SIGNER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "audit/checkpoint.h"
#include "audit/merkle.h"
#include "base/file.h"
#include "crypto/ed25519.h"

namespace fusionhub::audit {

// Thread-compatible. One process per state file.
class CheckpointSigner {
 public:
  struct Options {
    std::string state_path;  // best on another disk than the log's store
    std::string origin;      // the log's origin, and the key's name
    crypto::Ed25519PrivateKey key;
  };
  // Whether a state file must be there already.
  enum class Expect {
    kExisting,  // FAILED_PRECONDITION when absent: a log with entries has one
    kNew,       // absent means that nothing was signed yet
  };

  // FAILED_PRECONDITION when another process holds the state, or it belongs to another origin;
  // DATA_LOSS when it cannot be read.
  static absl::StatusOr<std::unique_ptr<CheckpointSigner>> Open(const Options& options,
                                                                Expect expect);

  // What was signed last, or the empty tree.
  const Checkpoint& last() const { return last_; }

  // The signed note for (size, root). The state is on disk before the signature exists.
  // FAILED_PRECONDITION when the tree is smaller than the last one, has the same size and another
  // root, or `proof` does not show that it continues the last one; nothing is signed then.
  // DATA_LOSS when the state cannot be written.
  absl::StatusOr<Note> Sign(uint64_t size, const Digest& root, absl::Span<const Digest> proof);

  const VerifierKey& verifier_key() const { return verifier_key_; }

 private:
  CheckpointSigner(Options options, FileLock lock, Checkpoint last, VerifierKey verifier_key);

  const Options options_;
  const FileLock lock_;
  Checkpoint last_;
  const VerifierKey verifier_key_;
};

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_SIGNER_H_
