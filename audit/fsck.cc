#include "audit/fsck.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/byte_codec.h"
#include "audit/checkpoint.h"
#include "audit/entry.h"
#include "audit/fsck_resolve.h"
#include "audit/merkle.h"
#include "base/status_macros.h"

namespace fusionhub::audit {
namespace {

using Kind = FsckFinding::Kind;

// Errors that say that the log is damaged; others (I/O, a server's) say nothing about it.
bool IsDamage(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsInvalidArgument(status) ||
         absl::IsResourceExhausted(status);
}

std::vector<Digest> Slice(const std::vector<Digest>& hashes, size_t first, size_t count) {
  const auto begin = hashes.begin() + static_cast<std::ptrdiff_t>(first);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

// A partial tile at the right edge: hashes [first, first + width) of its level.
struct EdgeTile {
  int level = 0;
  uint64_t index = 0;
  uint32_t width = 0;
};

// Walks from the checkpoint down. What is above is certain, so what differs from it below is
// damaged; where a tile does not fit, what lies below it tells whether the tile or something below
// is at fault.
class Checker {
 public:
  Checker(const TileSource& source, const FsckOptions& options)
      : source_(source), options_(options) {}

  absl::StatusOr<FsckReport> Run();

 private:
  void Report(Kind kind, std::string path, std::optional<uint64_t> index, std::string text);
  absl::StatusOr<bool> ReadCheckpoint();
  std::vector<EdgeTile> EdgeTiles() const;
  // The tile's hashes, or nothing when it is missing or malformed.
  absl::StatusOr<std::vector<MaybeDigest>> LoadTile(int level, uint64_t index, uint32_t width);
  // The same hashes, made from what is one step below.
  absl::StatusOr<std::vector<MaybeDigest>> BuildTile(int level, uint64_t index, uint32_t width);
  // The hashes that lead to `expected`, and a finding when they are not the tile's.
  absl::StatusOr<std::vector<Digest>> CertainHashes(int level, uint64_t index,
                                                    const Digest& expected);
  absl::StatusOr<std::vector<Digest>> CertainEdge(const std::vector<EdgeTile>& tiles);
  void ReportTile(int level, uint64_t index, uint32_t width, const std::vector<MaybeDigest>& found,
                  const std::vector<Digest>& certain);
  absl::Status CheckFullTile(int level, uint64_t index, const Digest& expected);
  absl::Status CheckBelow(int level, uint64_t index, const std::vector<Digest>& certain);
  absl::Status CheckEntries(uint64_t index, const std::vector<Digest>& certain);
  bool CheckEntry(ByteReader& reader, bool well_formed, const std::string& path, uint64_t index,
                  const Digest& certain);

  const TileSource& source_;
  const FsckOptions& options_;
  FsckReport report_;
  Digest root_{};
};

void Checker::Report(Kind kind, std::string path, std::optional<uint64_t> index, std::string text) {
  if (report_.findings.size() >= options_.max_findings) {
    report_.truncated = true;
    return;
  }
  report_.findings.push_back({kind, std::move(path), index, std::move(text)});
}

absl::StatusOr<bool> Checker::ReadCheckpoint() {
  const absl::StatusOr<std::string> note = source_("checkpoint");
  if (!note.ok() && !IsDamage(note.status())) return note.status();
  const absl::StatusOr<SignedCheckpoint> opened =
      note.ok() ? OpenCheckpoint(*note, options_.log_key, options_.origin)
                : absl::StatusOr<SignedCheckpoint>(note.status());
  if (!opened.ok()) {
    Report(Kind::kCheckpoint, "checkpoint", std::nullopt,
           absl::StrCat("the checkpoint cannot be trusted: ", opened.status().message()));
    return false;
  }
  report_.size = opened->checkpoint.size;
  root_ = opened->checkpoint.root;
  return true;
}

std::vector<EdgeTile> Checker::EdgeTiles() const {
  std::vector<EdgeTile> tiles;  // highest level first, as the tree's peaks are ordered
  for (int level = 7; level >= 0; --level) {
    const uint64_t hashes = report_.size >> (8 * level);
    const auto width = static_cast<uint32_t>(hashes % kTileWidth);
    if (width > 0) tiles.push_back({level, hashes / kTileWidth, width});
  }
  return tiles;
}

absl::StatusOr<std::vector<MaybeDigest>> Checker::LoadTile(int level, uint64_t index,
                                                           uint32_t width) {
  const absl::StatusOr<std::vector<Digest>> hashes = ReadTile(source_, level, index, width);
  if (!hashes.ok() && !IsDamage(hashes.status())) return hashes.status();
  if (!hashes.ok()) return std::vector<MaybeDigest>(width);
  return std::vector<MaybeDigest>(hashes->begin(), hashes->end());
}

absl::StatusOr<std::vector<MaybeDigest>> Checker::BuildTile(int level, uint64_t index,
                                                            uint32_t width) {
  std::vector<MaybeDigest> built(width);
  if (level == 0) {
    const auto leaves = ReadBundle(source_, index, width);
    if (!leaves.ok() && !IsDamage(leaves.status())) return leaves.status();
    for (uint32_t i = 0; leaves.ok() && i < width; ++i) built[i] = LeafHash((*leaves)[i]);
    return built;
  }
  for (uint32_t i = 0; i < width; ++i) {
    const auto child = ReadTile(source_, level - 1, index * kTileWidth + i, kTileWidth);
    if (!child.ok() && !IsDamage(child.status())) return child.status();
    if (child.ok()) built[i] = RootOfHashes(*child);
  }
  return built;
}

void Checker::ReportTile(int level, uint64_t index, uint32_t width,
                         const std::vector<MaybeDigest>& found,
                         const std::vector<Digest>& certain) {
  for (uint32_t i = 0; i < width; ++i) {
    if (found[i] == certain[i]) continue;
    const std::string text = found[i].has_value()
                                 ? absl::StrCat("tile: hash ", i, " does not fit the tree")
                                 : "tile: missing, or of a wrong length";
    Report(Kind::kTile, TilePath(level, index, width), std::nullopt, text);
    return;
  }
}

absl::StatusOr<std::vector<Digest>> Checker::CertainHashes(int level, uint64_t index,
                                                           const Digest& expected) {
  const HashesToRoot root_of = [](const std::vector<Digest>& hashes) {
    return RootOfHashes(hashes);
  };
  FUSIONHUB_ASSIGN_OR_RETURN(const auto found, LoadTile(level, index, kTileWidth));
  Resolved resolved = ResolveHashes(found, found, root_of, expected);
  if (!resolved.certain) {
    FUSIONHUB_ASSIGN_OR_RETURN(const auto built, BuildTile(level, index, kTileWidth));
    resolved = ResolveHashes(found, built, root_of, expected);
    if (!resolved.certain) {
      Report(Kind::kTile, TilePath(level, index, kTileWidth), std::nullopt,
             "tile: neither it nor what is below it fits the tree");
    }
  }
  ReportTile(level, index, kTileWidth, found, resolved.hashes);
  return std::move(resolved.hashes);
}

absl::StatusOr<std::vector<Digest>> Checker::CertainEdge(const std::vector<EdgeTile>& tiles) {
  std::vector<MaybeDigest> found;
  std::vector<MaybeDigest> built;
  for (const EdgeTile& tile : tiles) {
    FUSIONHUB_ASSIGN_OR_RETURN(const auto part, LoadTile(tile.level, tile.index, tile.width));
    found.insert(found.end(), part.begin(), part.end());
  }
  const HashesToRoot root_of = [size = report_.size](const std::vector<Digest>& hashes) {
    return RootOfEdge(size, hashes);
  };
  Resolved resolved = ResolveHashes(found, found, root_of, root_);
  if (!resolved.certain) {
    for (const EdgeTile& tile : tiles) {
      FUSIONHUB_ASSIGN_OR_RETURN(const auto part, BuildTile(tile.level, tile.index, tile.width));
      built.insert(built.end(), part.begin(), part.end());
    }
    resolved = ResolveHashes(found, built, root_of, root_);
    if (!resolved.certain) {
      Report(Kind::kCheckpoint, "checkpoint", std::nullopt,
             found == built
                 ? "its root does not follow from the tiles, which agree with what is "
                   "below them"
                 : "its root follows neither from the tiles nor from what is below them");
    }
  }
  size_t first = 0;
  for (const EdgeTile& tile : tiles) {
    const auto begin = found.begin() + static_cast<std::ptrdiff_t>(first);
    ReportTile(tile.level, tile.index, tile.width, {begin, begin + tile.width},
               Slice(resolved.hashes, first, tile.width));
    first += tile.width;
  }
  return std::move(resolved.hashes);
}

// True when the entries behind this one can be read.
bool Checker::CheckEntry(ByteReader& reader, bool well_formed, const std::string& path,
                         uint64_t index, const Digest& certain) {
  const absl::string_view leaf = reader.Raw(reader.U16());
  const bool fits = reader.ok() && LeafHash(leaf) == certain;
  if (!fits && (!well_formed || !reader.ok())) {
    Report(Kind::kEntry, path, index,
           absl::StrCat("entry ", index,
                        ": its length or content was changed; the entries behind it in this "
                        "bundle cannot be read"));
    return false;
  }
  ++report_.entries_hashed;
  if (!fits) {
    Report(Kind::kEntry, path, index,
           absl::StrCat("entry ", index, ": hash differs from the tree"));
  } else if (options_.parse_leaves) {
    if (const auto entry = ParseLeaf(leaf); !entry.ok()) {
      Report(Kind::kLeaf, path, index,
             absl::StrCat("entry ", index, ": ", entry.status().message()));
    }
  }
  return true;
}

absl::Status Checker::CheckEntries(uint64_t index, const std::vector<Digest>& certain) {
  const auto width = static_cast<uint32_t>(certain.size());
  const absl::StatusOr<Resource> bundle = ReadResource(source_, kEntriesLevel, index, width);
  if (!bundle.ok() && !IsDamage(bundle.status())) return bundle.status();
  if (!bundle.ok()) {
    Report(Kind::kBundle, TilePath(kEntriesLevel, index, width), std::nullopt,
           absl::StrCat("entries ", index * kTileWidth, " to ", index * kTileWidth + width - 1,
                        " cannot be read: ", bundle.status().message()));
    return absl::OkStatus();
  }
  const bool well_formed = DecodeBundle(bundle->bytes, bundle->width).ok();
  ByteReader reader(bundle->bytes);
  for (uint32_t i = 0; i < width; ++i) {
    if (!CheckEntry(reader, well_formed, bundle->path, index * kTileWidth + i, certain[i])) {
      return absl::OkStatus();
    }
  }
  if (!well_formed) {
    Report(Kind::kBundle, bundle->path, std::nullopt, "bundle: bytes behind its last entry");
  }
  return absl::OkStatus();
}

absl::Status Checker::CheckBelow(int level, uint64_t index, const std::vector<Digest>& certain) {
  if (level == 0) return CheckEntries(index, certain);
  for (size_t i = 0; i < certain.size(); ++i) {
    FUSIONHUB_RETURN_IF_ERROR(CheckFullTile(level - 1, index * kTileWidth + i, certain[i]));
  }
  return absl::OkStatus();
}

absl::Status Checker::CheckFullTile(int level, uint64_t index, const Digest& expected) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<Digest> certain,
                             CertainHashes(level, index, expected));
  return CheckBelow(level, index, certain);
}

absl::StatusOr<FsckReport> Checker::Run() {
  FUSIONHUB_ASSIGN_OR_RETURN(const bool readable, ReadCheckpoint());
  if (!readable) return std::move(report_);
  const std::vector<EdgeTile> tiles = EdgeTiles();
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<Digest> edge, CertainEdge(tiles));
  size_t first = 0;
  for (const EdgeTile& tile : tiles) {
    FUSIONHUB_RETURN_IF_ERROR(CheckBelow(tile.level, tile.index, Slice(edge, first, tile.width)));
    first += tile.width;
  }
  return std::move(report_);
}

}  // namespace

absl::StatusOr<FsckReport> Fsck(const TileSource& source, const FsckOptions& options) {
  return Checker(source, options).Run();
}

}  // namespace fusionhub::audit
