#include "audit/merkle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

constexpr uint64_t kMaxSize = 130;

// The definition in RFC 6962, section 2.1, word for word.
Digest ReferenceRoot(absl::Span<const Digest> leaves) {
  if (leaves.empty()) return EmptyRoot();
  if (leaves.size() == 1) return leaves[0];
  size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  return NodeHash(ReferenceRoot(leaves.subspan(0, split)), ReferenceRoot(leaves.subspan(split)));
}

std::vector<Digest> ReferencePath(size_t index, absl::Span<const Digest> leaves) {
  if (leaves.size() <= 1) return {};
  size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  const bool left = index < split;
  std::vector<Digest> path = left ? ReferencePath(index, leaves.subspan(0, split))
                                  : ReferencePath(index - split, leaves.subspan(split));
  path.push_back(ReferenceRoot(left ? leaves.subspan(split) : leaves.subspan(0, split)));
  return path;
}

std::vector<Digest> ReferenceSubproof(size_t old_size, absl::Span<const Digest> leaves,
                                      bool whole) {
  if (old_size == leaves.size()) {
    return whole ? std::vector<Digest>() : std::vector<Digest>{ReferenceRoot(leaves)};
  }
  size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  const bool left = old_size <= split;
  std::vector<Digest> proof =
      left ? ReferenceSubproof(old_size, leaves.subspan(0, split), whole)
           : ReferenceSubproof(old_size - split, leaves.subspan(split), false);
  proof.push_back(ReferenceRoot(left ? leaves.subspan(split) : leaves.subspan(0, split)));
  return proof;
}

// A tree of kMaxSize leaves with all its complete nodes.
class MerkleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    CompactRange range;
    roots_.push_back(range.Root());
    for (uint64_t i = 0; i < kMaxSize; ++i) {
      leaves_.push_back(LeafHash("leaf " + std::to_string(i)));
      range.Append(leaves_.back(), [this](int level, uint64_t index, const Digest& hash) {
        EXPECT_TRUE(nodes_.emplace(std::make_pair(level, index), hash).second);
      });
      roots_.push_back(range.Root());
      peaks_.push_back(range.peaks());
    }
  }
  NodeReader Reader() const {
    return [this](int level, uint64_t index) -> absl::StatusOr<Digest> {
      const auto node = nodes_.find({level, index});
      if (node == nodes_.end()) return absl::DataLossError("no such node");
      return node->second;
    };
  }
  absl::Span<const Digest> First(uint64_t count) const {
    return absl::MakeConstSpan(leaves_).subspan(0, count);
  }

  std::vector<Digest> leaves_;
  std::vector<Digest> roots_;
  std::vector<std::vector<Digest>> peaks_;
  std::map<std::pair<int, uint64_t>, Digest> nodes_;
};

TEST_F(MerkleTest, HashesHaveTheKnownValues) {
  EXPECT_EQ(crypto::ToHex(crypto::View(EmptyRoot())),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(crypto::ToHex(crypto::View(LeafHash(""))),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST_F(MerkleTest, RootsEqualTheDefinitionAtEverySize) {
  for (uint64_t size = 0; size <= kMaxSize; ++size) {
    EXPECT_EQ(roots_[size], ReferenceRoot(First(size))) << size;
    EXPECT_EQ(RootOfHashes(First(size)), roots_[size]) << size;
    const auto read = ReadRoot(size, Reader());
    FUSIONHUB_ASSERT_OK(read);
    EXPECT_EQ(*read, roots_[size]) << size;
  }
}

TEST_F(MerkleTest, InclusionProofsEqualTheDefinitionAndVerify) {
  for (uint64_t size = 1; size <= kMaxSize; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      const auto proof = MakeInclusionProof(index, size, Reader());
      FUSIONHUB_ASSERT_OK(proof);
      ASSERT_EQ(*proof, ReferencePath(index, First(size))) << index << " of " << size;
      FUSIONHUB_ASSERT_OK(VerifyInclusion(index, size, leaves_[index], *proof, roots_[size]));
    }
  }
}

TEST_F(MerkleTest, ConsistencyProofsEqualTheDefinitionAndVerify) {
  for (uint64_t to = 1; to <= kMaxSize; ++to) {
    for (uint64_t from = 1; from <= to; ++from) {
      const auto proof = MakeConsistencyProof(from, to, Reader());
      FUSIONHUB_ASSERT_OK(proof);
      ASSERT_EQ(*proof, ReferenceSubproof(from, First(to), true)) << from << " to " << to;
      FUSIONHUB_ASSERT_OK(VerifyConsistency(from, to, *proof, roots_[from], roots_[to]));
    }
  }
}

TEST_F(MerkleTest, AnAlteredInclusionProofIsRefused) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    const uint64_t size = 2 + random() % (kMaxSize - 1);
    const uint64_t index = random() % size;
    std::vector<Digest> proof = *MakeInclusionProof(index, size, Reader());
    switch (random() % 4) {
      case 0:
        proof[random() % proof.size()][random() % 32] ^= 1 << random() % 8;
        break;
      case 1:
        proof.pop_back();
        break;
      case 2:
        proof.insert(proof.begin() + random() % (proof.size() + 1), leaves_[random() % kMaxSize]);
        break;
      default:
        proof.erase(proof.begin());
    }
    EXPECT_FALSE(VerifyInclusion(index, size, leaves_[index], proof, roots_[size]).ok());
  }
}

TEST_F(MerkleTest, AnotherLeafIndexSizeOrRootIsRefused) {
  const std::vector<Digest> proof = *MakeInclusionProof(37, 100, Reader());
  EXPECT_FALSE(VerifyInclusion(37, 100, leaves_[36], proof, roots_[100]).ok());
  EXPECT_FALSE(VerifyInclusion(36, 100, leaves_[37], proof, roots_[100]).ok());
  EXPECT_FALSE(VerifyInclusion(37, 100, leaves_[37], proof, roots_[99]).ok());
  EXPECT_FALSE(VerifyInclusion(100, 100, leaves_[37], proof, roots_[100]).ok());
  EXPECT_FALSE(VerifyInclusion(37, 300, leaves_[37], proof, roots_[100]).ok());
}

TEST_F(MerkleTest, AnAlteredConsistencyProofIsRefused) {
  std::mt19937 random(2);
  for (int round = 0; round < 2000; ++round) {
    const uint64_t to = 3 + random() % (kMaxSize - 2);
    const uint64_t from = 1 + random() % (to - 1);
    std::vector<Digest> proof = *MakeConsistencyProof(from, to, Reader());
    if (random() % 2 == 0) {
      proof[random() % proof.size()][random() % 32] ^= 1 << random() % 8;
    } else if (random() % 2 == 0) {
      proof.pop_back();
    } else {
      proof.push_back(leaves_[random() % kMaxSize]);
    }
    EXPECT_FALSE(VerifyConsistency(from, to, proof, roots_[from], roots_[to]).ok());
  }
}

TEST_F(MerkleTest, AForkedTreeHasNoConsistencyProof) {
  std::vector<Digest> forked = leaves_;
  forked[10] = LeafHash("another leaf");
  const Digest forked_root = RootOfHashes(absl::MakeConstSpan(forked).subspan(0, 100));
  const std::vector<Digest> proof = *MakeConsistencyProof(50, 100, Reader());
  EXPECT_FALSE(VerifyConsistency(50, 100, proof, roots_[50], forked_root).ok());
}

TEST_F(MerkleTest, NothingIsProvenFromTheEmptyTreeButGrowthIsAccepted) {
  EXPECT_FALSE(VerifyConsistency(0, 5, {}, roots_[0], roots_[5]).ok());
  EXPECT_TRUE(MakeConsistencyProof(0, 5, Reader())->empty());
  FUSIONHUB_EXPECT_OK(VerifyGrowth(0, 5, {}, roots_[0], roots_[5]));
  FUSIONHUB_EXPECT_OK(VerifyGrowth(0, 0, {}, roots_[0], roots_[0]));
  EXPECT_FALSE(VerifyGrowth(0, 0, {}, roots_[0], roots_[1]).ok());
  EXPECT_FALSE(VerifyGrowth(0, 5, {leaves_[0]}, roots_[0], roots_[5]).ok());
  EXPECT_FALSE(VerifyGrowth(0, 5, {}, roots_[1], roots_[5]).ok());
}

TEST_F(MerkleTest, ARangeGoesOnFromItsPeaks) {
  auto range = CompactRange::FromPeaks(77, peaks_[76]);
  FUSIONHUB_ASSERT_OK(range);
  for (uint64_t i = 77; i < kMaxSize; ++i) range->Append(leaves_[i]);
  EXPECT_EQ(range->Root(), roots_[kMaxSize]);
  EXPECT_FALSE(CompactRange::FromPeaks(77, peaks_[75]).ok());
}

TEST_F(MerkleTest, ProofsOutsideTheTreeAreNotMade) {
  EXPECT_FALSE(MakeInclusionProof(5, 5, Reader()).ok());
  EXPECT_FALSE(MakeConsistencyProof(6, 5, Reader()).ok());
  EXPECT_EQ(MakeInclusionProof(0, kMaxSize + 70, Reader()).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(MerkleTest, ProofBytesAreBounded) {
  const std::string hash(32, 'x');
  FUSIONHUB_EXPECT_OK(ParseProof(std::vector<std::string>(64, hash)));
  EXPECT_FALSE(ParseProof(std::vector<std::string>(65, hash)).ok());
  EXPECT_FALSE(ParseProof(std::vector<std::string>{hash.substr(1)}).ok());
}

}  // namespace
}  // namespace fusionhub::audit
