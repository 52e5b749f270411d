// A log as files in the tlog-tiles layout, which any web server can publish and any C2SP tool can
// verify.
#ifndef FUSIONHUB_AUDIT_TILE_FILES_H_
#define FUSIONHUB_AUDIT_TILE_FILES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/merkle.h"
#include "audit/tile_path.h"

namespace fusionhub::audit {

// Entries with big-endian 16-bit lengths in front. INVALID_ARGUMENT when one has more than 65,535
// bytes.
absl::StatusOr<std::string> EncodeBundle(absl::Span<const std::string> leaves);
// INVALID_ARGUMENT unless the bundle has exactly `width` entries.
absl::StatusOr<std::vector<std::string>> DecodeBundle(absl::string_view bundle, uint32_t width);
std::string EncodeTile(absl::Span<const Digest> hashes);
// INVALID_ARGUMENT unless the tile has exactly `width` hashes.
absl::StatusOr<std::vector<Digest>> DecodeTile(absl::string_view tile, uint32_t width);

// Reads one resource of a log by its path ("checkpoint", "tile/0/000"); NOT_FOUND if absent.
using TileSource = std::function<absl::StatusOr<std::string>(const std::string& path)>;
// Reads from a folder. A file larger than any resource can be is RESOURCE_EXHAUSTED.
TileSource FolderSource(const std::string& folder);
// A resource that is `width` wide: the partial one or, where that is gone, the full one.
struct Resource {
  std::string path;
  uint32_t width = 0;
  std::string bytes;
};
absl::StatusOr<Resource> ReadResource(const TileSource& source, int level, uint64_t index,
                                      uint32_t width);
// A tile or bundle that is `width` wide: the partial one, or the full one cut to it, as tlog-tiles
// allows.
absl::StatusOr<std::vector<Digest>> ReadTile(const TileSource& source, int level, uint64_t index,
                                             uint32_t width);
absl::StatusOr<std::vector<std::string>> ReadBundle(const TileSource& source, uint64_t index,
                                                    uint32_t width);

// Writes a log's folder. Thread-compatible: one thread writes.
class TileFiles {
 public:
  // What the tree holds, to read tiles from.
  struct Tree {
    NodeReader node;
    std::function<absl::StatusOr<std::vector<std::string>>(uint64_t first, uint64_t count)> leaves;
  };

  // `folder` is made if absent.
  static absl::StatusOr<TileFiles> Open(const std::string& folder);

  // Writes every tile and bundle that a tree of `size` has and that one of `from` has not. Full
  // ones are fsynced before their partial ones are removed; partial ones are not: they can be
  // rebuilt.
  absl::Status WriteTiles(const Tree& tree, uint64_t from, uint64_t size);
  // Writes tiles and bundles of the tree of `size` that are missing or differ, after a crash. Tiles
  // that end before `verify_from` are only looked for.
  absl::Status RepairTiles(const Tree& tree, uint64_t size, uint64_t verify_from);
  // Replaces the file "checkpoint". Call it after WriteTiles, so that what it names is there.
  absl::Status WriteCheckpoint(absl::string_view note);

 private:
  explicit TileFiles(std::string folder) : folder_(std::move(folder)) {}
  absl::StatusOr<std::string> Content(const Tree& tree, int level, uint64_t index, uint32_t width);
  absl::Status WriteOne(const Tree& tree, int level, uint64_t index, uint32_t width);
  absl::Status RemovePartials(int level, uint64_t index);
  absl::Status RepairOne(const Tree& tree, int level, uint64_t index, uint32_t width, bool verify);

  std::string folder_;
};

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_TILE_FILES_H_
