#include "audit/log_recovery.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/tile_path.h"
#include "base/status_macros.h"

namespace fusionhub::audit {
namespace {

constexpr uint64_t kLeavesAtOnce = 1024;

absl::Status NodeDiffers(int level, uint64_t index) {
  if (level == 0) {
    return absl::DataLossError(
        absl::StrCat("log entry ", index,
                     " does not have the hash that the tree has for it. Keep the store as "
                     "evidence and restore the entry from a mirror; nothing is signed until then"));
  }
  return absl::DataLossError(absl::StrCat("tree node ", index, " of level ", level,
                                          " does not follow from the entries below it. Keep the "
                                          "store as evidence; nothing is signed until then"));
}

// Appends leaves [from, size) to `range`, hashed from their bytes, and compares every node with the
// store's.
absl::Status RehashFrom(const LogStore& store, uint64_t size, CompactRange& range) {
  absl::Status differs;
  const auto compare = [&](int level, uint64_t index, const Digest& hash) {
    if (!differs.ok()) return;
    const absl::StatusOr<Digest> stored = store.Node(level, index);
    differs.Update(stored.status());
    if (stored.ok() && *stored != hash) differs = NodeDiffers(level, index);
  };
  while (range.size() < size) {
    const uint64_t count = std::min(kLeavesAtOnce, size - range.size());
    FUSIONHUB_ASSIGN_OR_RETURN(const auto leaves, store.Leaves(range.size(), count));
    for (const std::string& leaf : leaves) range.Append(LeafHash(leaf), compare);
    FUSIONHUB_RETURN_IF_ERROR(differs);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RecoveredTree> RecoverTree(const LogStore& store, const Checkpoint& signed_tree,
                                          uint64_t rehash) {
  FUSIONHUB_ASSIGN_OR_RETURN(const uint64_t size, store.Size());
  RecoveredTree tree;
  const uint64_t from = size > rehash ? size - rehash : 0;
  tree.verified_from = from - from % kTileWidth;
  FUSIONHUB_ASSIGN_OR_RETURN(std::vector<Digest> peaks,
                             ReadPeaks(tree.verified_from, store.Reader()));
  FUSIONHUB_ASSIGN_OR_RETURN(tree.range,
                             CompactRange::FromPeaks(tree.verified_from, std::move(peaks)));
  FUSIONHUB_RETURN_IF_ERROR(RehashFrom(store, size, tree.range));
  if (size < signed_tree.size) {
    tree.behind_signer = true;
    return tree;
  }
  FUSIONHUB_ASSIGN_OR_RETURN(const Digest root, ReadRoot(signed_tree.size, store.Reader()));
  if (root != signed_tree.root) {
    return absl::DataLossError(absl::StrCat(
        "the log's store has another tree of ", signed_tree.size,
        " entries than was signed. Keep store and signer state as evidence, compare with the "
        "nodes' checkpoints and restore the store that was signed; nothing is signed until then"));
  }
  return tree;
}

}  // namespace fusionhub::audit
