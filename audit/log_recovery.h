// What a log finds when it starts: it compares its store with what its signer signed, and trusts
// neither blindly (crash rules of audit.md).
#ifndef FUSIONHUB_AUDIT_LOG_RECOVERY_H_
#define FUSIONHUB_AUDIT_LOG_RECOVERY_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "audit/checkpoint.h"
#include "audit/log_store.h"
#include "audit/merkle.h"

namespace fusionhub::audit {

struct RecoveredTree {
  CompactRange range;          // the tree in the store, its last leaves hashed anew
  uint64_t verified_from = 0;  // leaves from here on were hashed
  bool behind_signer = false;  // the store has fewer leaves than were signed: read only
};

// Hashes the last `rehash` leaves (rounded up to tiles) from their bytes and compares every node
// above them with the store. DATA_LOSS, naming entry or node, when one differs, or when the tree
// differs from `signed_tree` at its size.
absl::StatusOr<RecoveredTree> RecoverTree(const LogStore& store, const Checkpoint& signed_tree,
                                          uint64_t rehash);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_LOG_RECOVERY_H_
