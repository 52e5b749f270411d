#include "audit/tile_path.h"

#include <gtest/gtest.h>

namespace fusionhub::audit {
namespace {

TEST(TilePathTest, PathsAreTheSpecifications) {
  EXPECT_EQ(TilePath(0, 0, 256), "tile/0/000");
  EXPECT_EQ(TilePath(1, 1234067, 256), "tile/1/x001/x234/067");
  EXPECT_EQ(TilePath(0, 1000, 112), "tile/0/x001/000.p/112");
  EXPECT_EQ(TilePath(kEntriesLevel, 999, 1), "tile/entries/999.p/1");
}

TEST(TilePathTest, WidthsOfTheSpecificationsExample) {
  EXPECT_EQ(TileWidthAt(0, 272, 70000), 256u);
  EXPECT_EQ(TileWidthAt(0, 273, 70000), 112u);
  EXPECT_EQ(TileWidthAt(kEntriesLevel, 273, 70000), 112u);
  EXPECT_EQ(TileWidthAt(0, 274, 70000), 0u);
  EXPECT_EQ(TileWidthAt(1, 0, 70000), 256u);
  EXPECT_EQ(TileWidthAt(1, 1, 70000), 17u);
  EXPECT_EQ(TileWidthAt(2, 0, 70000), 1u);
  EXPECT_EQ(TileWidthAt(1, 0, 256), 1u);
  EXPECT_EQ(TileWidthAt(1, 0, 255), 0u);
}

}  // namespace
}  // namespace fusionhub::audit
