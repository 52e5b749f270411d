#include "audit/tile_files.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "audit/byte_codec.h"
#include "audit/note.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace fusionhub::audit {
namespace {

constexpr size_t kMaxEntrySize = 65535;
constexpr size_t kMaxResourceSize = kTileWidth * (kMaxEntrySize + 2);
constexpr int kFileMode = 0644;  // the files are published

int HighestLevel(uint64_t size) {
  int level = 0;
  while (8 * (level + 1) < 64 && (size >> (8 * (level + 1))) > 0) ++level;
  return level;
}

absl::Status FileError(absl::string_view what, const std::string& path,
                       const std::error_code& code) {
  return absl::DataLossError(absl::StrCat(what, " ", path, ": ", code.message()));
}

}  // namespace

absl::StatusOr<std::string> EncodeBundle(absl::Span<const std::string> leaves) {
  ByteWriter writer;
  for (const std::string& leaf : leaves) {
    if (leaf.size() > kMaxEntrySize) {
      return absl::InvalidArgumentError("an entry of a bundle has at most 65,535 bytes");
    }
    writer.U16(static_cast<uint16_t>(leaf.size())).Raw(leaf);
  }
  return writer.Take();
}

absl::StatusOr<std::vector<std::string>> DecodeBundle(absl::string_view bundle, uint32_t width) {
  ByteReader reader(bundle);
  std::vector<std::string> leaves;
  for (uint32_t i = 0; i < width; ++i) leaves.emplace_back(reader.Raw(reader.U16()));
  if (!reader.AtEnd()) {
    return absl::InvalidArgumentError(
        absl::StrCat("an entry bundle does not hold ", width, " entries"));
  }
  return leaves;
}

std::string EncodeTile(absl::Span<const Digest> hashes) {
  std::string tile;
  tile.reserve(hashes.size() * crypto::kDigestSize);
  for (const Digest& hash : hashes) absl::StrAppend(&tile, crypto::View(hash));
  return tile;
}

absl::StatusOr<std::vector<Digest>> DecodeTile(absl::string_view tile, uint32_t width) {
  if (tile.size() != width * crypto::kDigestSize) {
    return absl::InvalidArgumentError(absl::StrCat("a tile does not hold ", width, " hashes"));
  }
  std::vector<Digest> hashes(width);
  for (uint32_t i = 0; i < width; ++i) {
    const absl::string_view bytes = tile.substr(i * crypto::kDigestSize, crypto::kDigestSize);
    std::copy(bytes.begin(), bytes.end(), hashes[i].begin());
  }
  return hashes;
}

TileSource FolderSource(const std::string& folder) {
  return [folder](const std::string& path) {
    return ReadFile(absl::StrCat(folder, "/", path), kMaxResourceSize);
  };
}

absl::StatusOr<Resource> ReadResource(const TileSource& source, int level, uint64_t index,
                                      uint32_t width) {
  Resource resource{TilePath(level, index, width), width, ""};
  absl::StatusOr<std::string> bytes = source(resource.path);
  if (width != kTileWidth && absl::IsNotFound(bytes.status())) {
    Resource full{TilePath(level, index, kTileWidth), kTileWidth, ""};
    absl::StatusOr<std::string> full_bytes = source(full.path);
    if (!absl::IsNotFound(full_bytes.status())) {
      resource = std::move(full);
      bytes = std::move(full_bytes);
    }
  }
  FUSIONHUB_RETURN_IF_ERROR(bytes.status());
  resource.bytes = *std::move(bytes);
  return resource;
}

absl::StatusOr<std::vector<Digest>> ReadTile(const TileSource& source, int level, uint64_t index,
                                             uint32_t width) {
  FUSIONHUB_ASSIGN_OR_RETURN(const Resource tile, ReadResource(source, level, index, width));
  FUSIONHUB_ASSIGN_OR_RETURN(std::vector<Digest> hashes, DecodeTile(tile.bytes, tile.width));
  hashes.resize(width);
  return hashes;
}

absl::StatusOr<std::vector<std::string>> ReadBundle(const TileSource& source, uint64_t index,
                                                    uint32_t width) {
  FUSIONHUB_ASSIGN_OR_RETURN(const Resource bundle,
                             ReadResource(source, kEntriesLevel, index, width));
  FUSIONHUB_ASSIGN_OR_RETURN(std::vector<std::string> leaves,
                             DecodeBundle(bundle.bytes, bundle.width));
  leaves.resize(width);
  return leaves;
}

absl::StatusOr<TileFiles> TileFiles::Open(const std::string& folder) {
  FUSIONHUB_RETURN_IF_ERROR(MakeDirectories(folder));
  return TileFiles(folder);
}

absl::StatusOr<std::string> TileFiles::Content(const Tree& tree, int level, uint64_t index,
                                               uint32_t width) {
  const uint64_t first = index * kTileWidth;
  if (level == kEntriesLevel) {
    FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<std::string> leaves, tree.leaves(first, width));
    return EncodeBundle(leaves);
  }
  std::vector<Digest> hashes;
  for (uint32_t i = 0; i < width; ++i) {
    FUSIONHUB_ASSIGN_OR_RETURN(Digest hash, tree.node(8 * level, first + i));
    hashes.push_back(hash);
  }
  return EncodeTile(hashes);
}

absl::Status TileFiles::RemovePartials(int level, uint64_t index) {
  const std::string path = absl::StrCat(folder_, "/", PartialTilesFolder(level, index));
  std::error_code code;
  std::filesystem::remove_all(path, code);
  return code ? FileError("cannot remove", path, code) : absl::OkStatus();
}

absl::Status TileFiles::WriteOne(const Tree& tree, int level, uint64_t index, uint32_t width) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string content, Content(tree, level, index, width));
  const std::string path = absl::StrCat(folder_, "/", TilePath(level, index, width));
  FUSIONHUB_RETURN_IF_ERROR(MakeDirectories(std::filesystem::path(path).parent_path()));
  const bool full = width == kTileWidth;
  FUSIONHUB_RETURN_IF_ERROR(WriteFileAtomically(
      path, content, kFileMode, full ? Durability::kSynced : Durability::kUnsynced));
  return full ? RemovePartials(level, index) : absl::OkStatus();
}

absl::Status TileFiles::WriteTiles(const Tree& tree, uint64_t from, uint64_t size) {
  for (int level = kEntriesLevel; level <= HighestLevel(size); ++level) {
    const int shift = level == kEntriesLevel ? 0 : 8 * level;
    if ((from >> shift) == (size >> shift)) continue;  // nothing new on this level
    for (uint64_t index = (from >> shift) / kTileWidth;; ++index) {
      const uint32_t width = TileWidthAt(level, index, size);
      if (width == 0) break;
      FUSIONHUB_RETURN_IF_ERROR(WriteOne(tree, level, index, width));
    }
  }
  return absl::OkStatus();
}

absl::Status TileFiles::RepairOne(const Tree& tree, int level, uint64_t index, uint32_t width,
                                  bool verify) {
  const std::string path = absl::StrCat(folder_, "/", TilePath(level, index, width));
  std::error_code code;
  const bool present = std::filesystem::exists(path, code);
  if (code) return FileError("cannot look for", path, code);
  if (present && !verify) return absl::OkStatus();
  if (present) {
    FUSIONHUB_ASSIGN_OR_RETURN(const std::string content, Content(tree, level, index, width));
    const absl::StatusOr<std::string> found = ReadFile(path, kMaxResourceSize);
    if (found.ok() && *found == content) return absl::OkStatus();
  }
  return WriteOne(tree, level, index, width);
}

absl::Status TileFiles::RepairTiles(const Tree& tree, uint64_t size, uint64_t verify_from) {
  for (int level = kEntriesLevel; level <= HighestLevel(size); ++level) {
    const int shift = level == kEntriesLevel ? 0 : 8 * level;
    for (uint64_t index = 0;; ++index) {
      const uint32_t width = TileWidthAt(level, index, size);
      if (width == 0) break;
      const bool verify = ((index + 1) * kTileWidth) << shift > verify_from;
      FUSIONHUB_RETURN_IF_ERROR(RepairOne(tree, level, index, width, verify));
    }
  }
  return absl::OkStatus();
}

absl::Status TileFiles::WriteCheckpoint(absl::string_view note) {
  return WriteFileAtomically(absl::StrCat(folder_, "/checkpoint"), note, kFileMode,
                             Durability::kUnsynced);
}

}  // namespace fusionhub::audit
