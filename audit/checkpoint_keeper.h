// A node's view of the hub's log: it keeps the newest checkpoint it has verified, cosigns only what
// continues it, and believes a work order only if its INTENT is in a tree that it keeps (I3).
#ifndef FUSIONHUB_AUDIT_CHECKPOINT_KEEPER_H_
#define FUSIONHUB_AUDIT_CHECKPOINT_KEEPER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "audit/checkpoint.h"
#include "audit/entry.h"
#include "audit/merkle.h"
#include "base/mutex.h"
#include "crypto/ed25519.h"
#include "storage/store.h"

namespace fusionhub::audit {

// Thread-safe.
class CheckpointKeeper {
 public:
  // Family of the store.
  static constexpr absl::string_view kFamily = "checkpoint";
  // How many sizes are kept, so that an order may rely on a slightly older checkpoint.
  static constexpr size_t kKept = 64;

  struct Options {
    VerifierKey log_key;  // the hub's, pinned in the node's configuration
    std::string origin;   // the log's name; empty: the key's name
    std::string
        cosigner_name;  // e.g. "spiffe://stl/agency/slmpd/node/n1" or "n1.slmpd.example/cosign"
    crypto::Ed25519PrivateKey cosigner_key;
    // What a join token pins: the first checkpoint must continue this one. Absent: the first one
    // seen is trusted.
    std::optional<Checkpoint> pinned;
  };

  // `store` must outlive this object.
  static absl::StatusOr<std::unique_ptr<CheckpointKeeper>> Open(Options options,
                                                                storage::Store& store);

  // The newest checkpoint that is kept (size and root), or that of the empty tree.
  // NodeHello::log_size is its size.
  Checkpoint kept() const FUSIONHUB_EXCLUDES(mu_);

  struct Cosigned {
    uint64_t size = 0;
    std::string line;  // Cosignature::signature_line
  };
  // Verifies the note and that it continues the kept one, keeps it on disk, and cosigns it. The
  // kept checkpoint again is cosigned again. An error keeps and signs nothing; RefusalReason says
  // why for CheckpointRefused. DATA_LOSS with an empty reason: the store failed, end the process.
  absl::StatusOr<Cosigned> Accept(absl::string_view note, absl::Span<const Digest> proof,
                                  uint64_t from_size, absl::Time now) FUSIONHUB_EXCLUDES(mu_);
  // "bad_signature", "bad_proof", "smaller", "different_root"; empty for an error that is not a
  // refusal.
  static std::string RefusalReason(const absl::Status& status);

  // A work order's claim that it was logged.
  struct Ticket {
    uint64_t index = 0;
    absl::string_view leaf;
    absl::Span<const Digest> proof;
    uint64_t checkpoint_size = 0;
    absl::string_view query_id;     // of the order
    crypto::Digest query_digest{};  // SHA-256 of the signed query bytes that came with the order
    absl::string_view query_salt;
    absl::string_view agency;  // this node's
  };
  // The INTENT entry, when the leaf is in the kept tree of exactly that size, is an INTENT of this
  // query, names this agency, its commitment opens to the digest, and it has not expired at `now`.
  // PERMISSION_DENIED otherwise, with what failed; NOT_FOUND when no checkpoint of that size is
  // kept.
  absl::StatusOr<Entry> VerifyIntent(const Ticket& ticket, absl::Time now) const
      FUSIONHUB_EXCLUDES(mu_);

  // For the hub's configuration.
  const VerifierKey& cosigner_verifier_key() const { return cosigner_verifier_key_; }

 private:
  CheckpointKeeper(Options options, VerifierKey cosigner_verifier_key, storage::Store& store);
  absl::Status Load();
  absl::Status CheckContinues(const Checkpoint& next, absl::Span<const Digest> proof,
                              uint64_t from_size) const FUSIONHUB_REQUIRES(mu_);
  absl::Status Keep(const Checkpoint& next) FUSIONHUB_REQUIRES(mu_);

  const Options options_;
  const VerifierKey cosigner_verifier_key_;
  storage::Store& store_;
  mutable Mutex mu_;
  std::map<uint64_t, Digest> roots_ FUSIONHUB_GUARDED_BY(mu_);  // by size; never empty
};

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_CHECKPOINT_KEEPER_H_
