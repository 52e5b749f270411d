#include "audit/fsck_resolve.h"

#include <bit>
#include <cstddef>

#include "absl/types/span.h"
#include "audit/tile_path.h"

namespace fusionhub::audit {
namespace {

constexpr size_t kMaxMixed = 10;

std::vector<Digest> Prefer(const std::vector<MaybeDigest>& first,
                           const std::vector<MaybeDigest>& second) {
  std::vector<Digest> hashes;
  for (size_t i = 0; i < first.size(); ++i) {
    hashes.push_back(first[i].value_or(second[i].value_or(Digest{})));
  }
  return hashes;
}

}  // namespace

Resolved ResolveHashes(const std::vector<MaybeDigest>& found, const std::vector<MaybeDigest>& built,
                       const HashesToRoot& root_of, const Digest& root) {
  const std::vector<Digest> from_tile = Prefer(found, built);
  if (root_of(from_tile) == root) return {true, from_tile};
  const std::vector<Digest> from_below = Prefer(built, found);
  if (root_of(from_below) == root) return {true, from_below};
  std::vector<size_t> differ;
  for (size_t i = 0; i < from_tile.size(); ++i) {
    if (from_tile[i] != from_below[i]) differ.push_back(i);
  }
  if (differ.size() > kMaxMixed) return {false, from_tile};
  for (uint32_t choice = 1; choice + 1 < (1U << differ.size()); ++choice) {
    std::vector<Digest> mixed = from_tile;
    for (size_t bit = 0; bit < differ.size(); ++bit) {
      if ((choice >> bit & 1) != 0) mixed[differ[bit]] = from_below[differ[bit]];
    }
    if (root_of(mixed) == root) return {true, mixed};
  }
  return {false, from_tile};
}

Digest RootOfEdge(uint64_t size, const std::vector<Digest>& hashes) {
  std::vector<Digest> peaks;
  absl::Span<const Digest> rest = hashes;
  for (int level = 7; level >= 0; --level) {
    // Within one level the complete subtrees are the set bits of its width, largest first.
    for (uint64_t width = (size >> (8 * level)) % kTileWidth; width > 0;) {
      const uint64_t count = std::bit_floor(width);
      peaks.push_back(RootOfHashes(rest.subspan(0, count)));
      rest.remove_prefix(count);
      width -= count;
    }
  }
  const auto range = CompactRange::FromPeaks(size, std::move(peaks));
  return range.ok() ? range->Root() : Digest{};
}

}  // namespace fusionhub::audit
