// Which hashes of a damaged tree are the right ones: those that lead to a root that is certain.
#ifndef FUSIONHUB_AUDIT_FSCK_RESOLVE_H_
#define FUSIONHUB_AUDIT_FSCK_RESOLVE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "audit/merkle.h"

namespace fusionhub::audit {

using MaybeDigest = std::optional<Digest>;  // nothing: could not be read
using HashesToRoot = std::function<Digest(const std::vector<Digest>&)>;

struct Resolved {
  bool certain = false;        // `hashes` lead to the root
  std::vector<Digest> hashes;  // as many as were given; where nothing is known, zero
};

// Takes each hash from the tile (`found`) or from what is below it (`built`) so that all lead to
// `root`. Tries the tile alone, what is below alone, and every mixture where at most 10 differ.
Resolved ResolveHashes(const std::vector<MaybeDigest>& found, const std::vector<MaybeDigest>& built,
                       const HashesToRoot& root_of, const Digest& root);

// The root of a tree of `size` leaves from the hashes of the partial tiles at its right edge,
// highest level first.
Digest RootOfEdge(uint64_t size, const std::vector<Digest>& hashes);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_FSCK_RESOLVE_H_
