// How the log lies in storage::Store: leaves, tree nodes, sealed payloads, wrapped keys, and
// entries by query.
#ifndef FUSIONHUB_AUDIT_LOG_STORE_H_
#define FUSIONHUB_AUDIT_LOG_STORE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/entry_sealer.h"
#include "audit/merkle.h"
#include "storage/store.h"

namespace fusionhub::audit {

// Thread-safe.
class LogStore {
 public:
  // Families that the store must have (storage::RocksDbOptions::families).
  static std::vector<std::string> Families();

  // Makes the families if absent. `store` must outlive this object.
  static absl::StatusOr<LogStore> Open(storage::Store& store);

  // Number of leaves, from the last leaf's key.
  absl::StatusOr<uint64_t> Size() const;

  absl::StatusOr<std::string> Leaf(uint64_t index) const;
  // DATA_LOSS when one of the range is missing.
  absl::StatusOr<std::vector<std::string>> Leaves(uint64_t first, uint64_t count) const;
  absl::StatusOr<Digest> Node(int level, uint64_t index) const;
  NodeReader Reader() const;
  absl::StatusOr<std::string> Ciphertext(uint64_t index) const;
  absl::StatusOr<std::string> Wrap(uint64_t index) const;
  // Indices of the query's entries, ascending; at most `max`.
  absl::StatusOr<std::vector<uint64_t>> EntriesOf(absl::string_view query_id, size_t max) const;

  // Appends to the store, on disk when it returns: entry i becomes leaf first + i, with the nodes
  // that `range` completes. `range` has the size `first` before and first + entries.size() after.
  absl::Status Append(const std::vector<const SealedEntry*>& entries, CompactRange& range);

 private:
  explicit LogStore(storage::Store& store) : store_(&store) {}
  storage::Store* store_;
};

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_LOG_STORE_H_
