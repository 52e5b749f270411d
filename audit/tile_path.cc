#include "audit/tile_path.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace fusionhub::audit {
namespace {

// 1234067 becomes "x001/x234/067".
std::string IndexPath(uint64_t index) {
  std::string path = absl::StrFormat("%03d", index % 1000);
  for (index /= 1000; index > 0; index /= 1000) {
    path = absl::StrFormat("x%03d/%s", index % 1000, path);
  }
  return path;
}

std::string FullPath(int level, uint64_t index) {
  return level == kEntriesLevel ? absl::StrCat("tile/entries/", IndexPath(index))
                                : absl::StrCat("tile/", level, "/", IndexPath(index));
}

}  // namespace

std::string TilePath(int level, uint64_t index, uint32_t width) {
  if (width == kTileWidth) return FullPath(level, index);
  return absl::StrCat(PartialTilesFolder(level, index), "/", width);
}

std::string PartialTilesFolder(int level, uint64_t index) {
  return absl::StrCat(FullPath(level, index), ".p");
}

uint32_t TileWidthAt(int level, uint64_t index, uint64_t size) {
  const int shift = level == kEntriesLevel ? 0 : 8 * level;
  const uint64_t hashes = shift >= 64 ? 0 : size >> shift;
  if (index > hashes / kTileWidth) return 0;
  const uint64_t rest = hashes - index * kTileWidth;
  return rest >= kTileWidth ? kTileWidth : static_cast<uint32_t>(rest);
}

}  // namespace fusionhub::audit
