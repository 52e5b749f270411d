// storage::Store over an embedded RocksDB.
#ifndef FUSIONHUB_STORAGE_ROCKSDB_STORE_H_
#define FUSIONHUB_STORAGE_ROCKSDB_STORE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace fusionhub::storage {

struct RocksDbOptions {
  std::string path;                      // folder, made if absent
  std::vector<std::string> families;     // made if absent; those found on disk are opened as well
  size_t write_buffer_bytes = 64 << 20;  // of all families together
  size_t block_cache_bytes = 64 << 20;
  int max_open_files = 512;
};

// Opens with checks for flipped bits on (per-key protection, paranoid checks, file checksums).
// FAILED_PRECONDITION when another process has it open, DATA_LOSS when its files are damaged.
// After a write failed with DATA_LOSS every later write fails too: what reached the disk is
// unknown.
absl::StatusOr<std::unique_ptr<Store>> OpenRocksDb(const RocksDbOptions& settings);

}  // namespace fusionhub::storage

#endif  // FUSIONHUB_STORAGE_ROCKSDB_STORE_H_
