#include "audit/merkle.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace fusionhub::audit {
namespace {

constexpr absl::string_view kLeafPrefix("\x00", 1);
constexpr absl::string_view kNodePrefix("\x01", 1);

absl::Status BadProof(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("Merkle proof refused: ", what));
}

// Root over leaves [begin, end) of a tree whose complete subtrees `read` gives; begin is a multiple
// of the largest power of two that fits.
absl::StatusOr<Digest> RangeRoot(uint64_t begin, uint64_t end, const NodeReader& read) {
  const uint64_t count = end - begin;
  if (std::has_single_bit(count)) {
    const int level = std::countr_zero(count);
    return read(level, begin >> level);
  }
  const uint64_t split = begin + std::bit_floor(count);
  FUSIONHUB_ASSIGN_OR_RETURN(const Digest left, RangeRoot(begin, split, read));
  FUSIONHUB_ASSIGN_OR_RETURN(const Digest right, RangeRoot(split, end, read));
  return NodeHash(left, right);
}

// The larger part of [begin, end) that is a complete subtree, as RFC 6962 splits it. More than one
// leaf.
uint64_t SplitPoint(uint64_t begin, uint64_t end) {
  return begin + std::bit_floor(end - begin - 1);
}

}  // namespace

Digest LeafHash(absl::string_view leaf) { return crypto::Sha256({kLeafPrefix, leaf}); }

Digest NodeHash(const Digest& left, const Digest& right) {
  return crypto::Sha256({kNodePrefix, crypto::View(left), crypto::View(right)});
}

Digest EmptyRoot() {
  static const Digest root = crypto::Sha256("");
  return root;
}

Digest RootOfHashes(absl::Span<const Digest> leaf_hashes) {
  CompactRange range;
  for (const Digest& hash : leaf_hashes) range.Append(hash);
  return range.Root();
}

Digest RootOfLeaves(absl::Span<const std::string> leaves) {
  CompactRange range;
  for (const std::string& leaf : leaves) range.Append(LeafHash(leaf));
  return range.Root();
}

absl::StatusOr<CompactRange> CompactRange::FromPeaks(uint64_t size, std::vector<Digest> peaks) {
  if (peaks.size() != static_cast<size_t>(std::popcount(size))) {
    return absl::InvalidArgumentError(absl::StrCat("a tree of ", size, " leaves has ",
                                                   std::popcount(size), " complete subtrees, not ",
                                                   peaks.size()));
  }
  CompactRange range;
  range.size_ = size;
  range.peaks_ = std::move(peaks);
  return range;
}

void CompactRange::Append(const Digest& leaf_hash, const NodeSink& sink) {
  Digest hash = leaf_hash;
  if (sink) sink(0, size_, hash);
  // Each trailing one bit of the size is a complete subtree that the new leaf doubles.
  int level = 0;
  for (uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    hash = NodeHash(peaks_.back(), hash);
    peaks_.pop_back();
    ++level;
    if (sink) sink(level, size_ >> level, hash);
  }
  peaks_.push_back(hash);
  ++size_;
}

Digest CompactRange::Root() const {
  if (peaks_.empty()) return EmptyRoot();
  Digest root = peaks_.back();
  for (auto peak = std::next(peaks_.rbegin()); peak != peaks_.rend(); ++peak) {
    root = NodeHash(*peak, root);
  }
  return root;
}

absl::StatusOr<std::vector<Digest>> ReadPeaks(uint64_t size, const NodeReader& read) {
  std::vector<Digest> peaks;
  for (uint64_t begin = 0; begin < size;) {
    const uint64_t count = std::bit_floor(size - begin);
    FUSIONHUB_ASSIGN_OR_RETURN(Digest peak, RangeRoot(begin, begin + count, read));
    peaks.push_back(peak);
    begin += count;
  }
  return peaks;
}

absl::StatusOr<Digest> ReadRoot(uint64_t size, const NodeReader& read) {
  FUSIONHUB_ASSIGN_OR_RETURN(std::vector<Digest> peaks, ReadPeaks(size, read));
  FUSIONHUB_ASSIGN_OR_RETURN(const CompactRange range,
                             CompactRange::FromPeaks(size, std::move(peaks)));
  return range.Root();
}

absl::StatusOr<std::vector<Digest>> MakeInclusionProof(uint64_t index, uint64_t size,
                                                       const NodeReader& read) {
  if (index >= size) {
    return absl::InvalidArgumentError(
        absl::StrCat("no proof for entry ", index, " in a tree of ", size));
  }
  std::vector<Digest> proof;
  uint64_t begin = 0;
  uint64_t end = size;
  while (end - begin > 1) {
    const uint64_t split = SplitPoint(begin, end);
    const bool left = index < split;
    FUSIONHUB_ASSIGN_OR_RETURN(const Digest sibling,
                               left ? RangeRoot(split, end, read) : RangeRoot(begin, split, read));
    proof.push_back(sibling);
    (left ? end : begin) = split;
  }
  std::reverse(proof.begin(), proof.end());  // from the leaf up
  return proof;
}

absl::StatusOr<std::vector<Digest>> MakeConsistencyProof(uint64_t from, uint64_t to,
                                                         const NodeReader& read) {
  if (from > to) {
    return absl::InvalidArgumentError(
        absl::StrCat("a tree of ", to, " cannot continue one of ", from));
  }
  std::vector<Digest> proof;
  if (from == 0 || from == to) return proof;
  uint64_t begin = 0;
  uint64_t end = to;
  while (from < end) {
    const uint64_t split = SplitPoint(begin, end);
    const bool left = from <= split;
    FUSIONHUB_ASSIGN_OR_RETURN(const Digest sibling,
                               left ? RangeRoot(split, end, read) : RangeRoot(begin, split, read));
    proof.push_back(sibling);
    (left ? end : begin) = split;
  }
  // The old tree itself is known to the verifier, a part of it is not.
  if (begin != 0) {
    FUSIONHUB_ASSIGN_OR_RETURN(const Digest old_part, RangeRoot(begin, end, read));
    proof.push_back(old_part);
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

absl::Status VerifyInclusion(uint64_t index, uint64_t size, const Digest& leaf_hash,
                             absl::Span<const Digest> proof, const Digest& root) {
  if (index >= size) return BadProof("the index is not in the tree");
  uint64_t node = index;
  uint64_t last = size - 1;
  Digest hash = leaf_hash;
  for (const Digest& sibling : proof) {
    if (last == 0) return BadProof("it is longer than the tree is high");
    if ((node & 1) != 0 || node == last) {
      hash = NodeHash(sibling, hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = NodeHash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return BadProof("it is shorter than the tree is high");
  if (hash != root) return BadProof("it leads to another root");
  return absl::OkStatus();
}

absl::Status VerifyConsistency(uint64_t from, uint64_t to, absl::Span<const Digest> proof,
                               const Digest& from_root, const Digest& to_root) {
  if (from == 0) return BadProof("nothing can be proven from an empty tree");
  if (from > to) return BadProof("the newer tree is smaller");
  if (from == to) {
    if (!proof.empty()) return BadProof("equal sizes need no proof");
    return from_root == to_root ? absl::OkStatus() : BadProof("equal sizes, different roots");
  }
  if (proof.empty()) return BadProof("it is empty");
  // The walk starts at the last complete subtree of the old tree; if that is all of it, its root is
  // known.
  uint64_t node = from - 1;
  uint64_t last = to - 1;
  const int skip = std::countr_one(node);
  node >>= skip;
  last >>= skip;
  const bool old_is_complete = std::has_single_bit(from);
  Digest old_hash = old_is_complete ? from_root : proof.front();
  Digest new_hash = old_hash;
  for (const Digest& sibling : proof.subspan(old_is_complete ? 0 : 1)) {
    if (last == 0) return BadProof("it is longer than the tree is high");
    if ((node & 1) != 0 || node == last) {
      old_hash = NodeHash(sibling, old_hash);
      new_hash = NodeHash(sibling, new_hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = NodeHash(new_hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return BadProof("it is shorter than the tree is high");
  if (old_hash != from_root) return BadProof("it leads to another old root");
  if (new_hash != to_root) return BadProof("it leads to another new root");
  return absl::OkStatus();
}

absl::Status VerifyGrowth(uint64_t from, uint64_t to, absl::Span<const Digest> proof,
                          const Digest& from_root, const Digest& to_root) {
  if (from != 0) return VerifyConsistency(from, to, proof, from_root, to_root);
  if (!proof.empty()) return BadProof("growth from the empty tree needs no proof");
  if (from_root != EmptyRoot()) return BadProof("the empty tree has another root");
  if (to == 0 && to_root != EmptyRoot()) return BadProof("equal sizes, different roots");
  return absl::OkStatus();
}

}  // namespace fusionhub::audit
