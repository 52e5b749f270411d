#include "audit/fsck_resolve.h"

#include <gtest/gtest.h>

#include <string>

namespace fusionhub::audit {
namespace {

class FsckResolveTest : public ::testing::Test {
 protected:
  FsckResolveTest() {
    for (int i = 0; i < 16; ++i) good_.push_back(LeafHash(std::to_string(i)));
    found_.assign(good_.begin(), good_.end());
    built_ = found_;
  }
  Resolved Resolve() { return ResolveHashes(found_, built_, root_of_, root_of_(good_)); }

  const HashesToRoot root_of_ = [](const std::vector<Digest>& hashes) {
    return RootOfHashes(hashes);
  };
  std::vector<Digest> good_;
  std::vector<MaybeDigest> found_;
  std::vector<MaybeDigest> built_;
};

TEST_F(FsckResolveTest, ASoundTileIsCertain) {
  EXPECT_TRUE(Resolve().certain);
  EXPECT_EQ(Resolve().hashes, good_);
}

TEST_F(FsckResolveTest, DamageOnEitherSideOrBothIsResolved) {
  found_[3] = LeafHash("bad");
  EXPECT_EQ(Resolve().hashes, good_);
  built_[7] = LeafHash("bad too");
  EXPECT_EQ(Resolve().hashes, good_);
  found_[9] = std::nullopt;
  EXPECT_EQ(Resolve().hashes, good_);
  EXPECT_TRUE(Resolve().certain);
}

TEST_F(FsckResolveTest, TheSameDamageOnBothSidesIsNotCertain) {
  found_[3] = LeafHash("bad");
  built_[3] = LeafHash("bad too");
  EXPECT_FALSE(Resolve().certain);
}

TEST_F(FsckResolveTest, NothingAtAllIsNotCertain) {
  found_.assign(16, std::nullopt);
  built_ = found_;
  EXPECT_FALSE(Resolve().certain);
  EXPECT_EQ(Resolve().hashes.size(), 16u);
}

TEST_F(FsckResolveTest, TheRootOfAnEdgeIsTheTrees) {
  for (const uint64_t size : {0, 1, 5, 16}) {
    const std::vector<Digest> hashes(good_.begin(), good_.begin() + static_cast<int64_t>(size));
    EXPECT_EQ(RootOfEdge(size, hashes), RootOfHashes(hashes)) << size;
  }
}

}  // namespace
}  // namespace fusionhub::audit
