// Paths of the resources of a tiled log (https://c2sp.org/tlog-tiles).
#ifndef FUSIONHUB_AUDIT_TILE_PATH_H_
#define FUSIONHUB_AUDIT_TILE_PATH_H_

#include <cstdint>
#include <string>

namespace fusionhub::audit {

inline constexpr uint32_t kTileWidth = 256;
inline constexpr int kEntriesLevel = -1;  // stands for entry bundles where a level is asked for

// "tile/0/x001/x234/067", "tile/1/000.p/3", "tile/entries/000". `width` 256 means a full tile.
std::string TilePath(int level, uint64_t index, uint32_t width);
// The folder that holds partial tiles of this index: "tile/0/000.p".
std::string PartialTilesFolder(int level, uint64_t index);
// How wide tile `index` of `level` is in a tree of `size` leaves: 0 (absent) to 256. Entry bundles
// are as wide as the tile of level 0.
uint32_t TileWidthAt(int level, uint64_t index, uint64_t size);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_TILE_PATH_H_
