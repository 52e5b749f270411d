// Checks every byte of a tiled log (any C2SP tlog-tiles log): rebuilds all hashes from the entries
// and says exactly which entry, tile or checkpoint is damaged.
#ifndef FUSIONHUB_AUDIT_FSCK_H_
#define FUSIONHUB_AUDIT_FSCK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/note.h"
#include "audit/tile_files.h"

namespace fusionhub::audit {

struct FsckOptions {
  VerifierKey log_key;
  std::string origin;         // empty: the key's name
  bool parse_leaves = false;  // also check that every entry is one of ours (docs/audit_entries.md)
  size_t max_findings = 1000;
};

struct FsckFinding {
  enum class Kind { kCheckpoint, kTile, kBundle, kEntry, kLeaf };
  Kind kind;
  std::string path;               // of the resource, e.g. "tile/entries/000"
  std::optional<uint64_t> index;  // of the entry, for kEntry and kLeaf
  std::string text;               // for a person
};

struct FsckReport {
  uint64_t size = 0;  // of the checkpoint
  uint64_t entries_hashed = 0;
  std::vector<FsckFinding> findings;  // at most max_findings
  bool truncated = false;             // there were more
  bool ok() const { return findings.empty(); }
};

// Reads as a stream, with a few tiles in memory. A checkpoint that is missing or not signed by the
// key is a finding and ends the check: without it nothing says what should be there. Errors of
// `source` other than NOT_FOUND are returned.
absl::StatusOr<FsckReport> Fsck(const TileSource& source, const FsckOptions& options);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_FSCK_H_
