// The Merkle tree of RFC 6962: hashes, roots, and proofs that are checked or made. Pure functions;
// how nodes are stored is the caller's affair.
#ifndef FUSIONHUB_AUDIT_MERKLE_H_
#define FUSIONHUB_AUDIT_MERKLE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "crypto/digest.h"

namespace fusionhub::audit {

using crypto::Digest;

// Longer proofs are refused unread: a tree of 2^63 leaves needs at most 64 hashes.
inline constexpr size_t kMaxProofLength = 64;

// SHA-256(0x00 || leaf).
Digest LeafHash(absl::string_view leaf);
// SHA-256(0x01 || left || right).
Digest NodeHash(const Digest& left, const Digest& right);
// Root of the tree without leaves: SHA-256 of nothing.
Digest EmptyRoot();
// Root over leaf hashes, in order.
Digest RootOfHashes(absl::Span<const Digest> leaf_hashes);
// Root over leaves, in order.
Digest RootOfLeaves(absl::Span<const std::string> leaves);

// The right edge of a growing tree: the roots of its complete subtrees, largest first. Appends in
// O(1) amortised. Thread-compatible.
class CompactRange {
 public:
  // Told every node that an append completes, leaves (level 0) included.
  using NodeSink = std::function<void(int level, uint64_t index, const Digest& hash)>;

  CompactRange() = default;
  // The tree of `size` leaves whose complete subtrees have the roots `peaks`, largest first.
  // INVALID_ARGUMENT unless there is one per set bit of `size`.
  static absl::StatusOr<CompactRange> FromPeaks(uint64_t size, std::vector<Digest> peaks);

  void Append(const Digest& leaf_hash, const NodeSink& sink = nullptr);
  uint64_t size() const { return size_; }
  const std::vector<Digest>& peaks() const { return peaks_; }
  Digest Root() const;

 private:
  uint64_t size_ = 0;
  std::vector<Digest> peaks_;
};

// The root of the complete subtree over leaves [index << level, (index + 1) << level).
using NodeReader = std::function<absl::StatusOr<Digest>(int level, uint64_t index)>;

// The roots of the complete subtrees of a tree of `size` leaves, largest first.
absl::StatusOr<std::vector<Digest>> ReadPeaks(uint64_t size, const NodeReader& read);
absl::StatusOr<Digest> ReadRoot(uint64_t size, const NodeReader& read);

// Proof that leaf `index` is in the tree of `size` leaves. INVALID_ARGUMENT unless index < size;
// errors of `read` are passed on.
absl::StatusOr<std::vector<Digest>> MakeInclusionProof(uint64_t index, uint64_t size,
                                                       const NodeReader& read);
// Proof that the tree of `to` leaves continues that of `from`. Empty when from is 0 or equals to.
// INVALID_ARGUMENT when from > to.
absl::StatusOr<std::vector<Digest>> MakeConsistencyProof(uint64_t from, uint64_t to,
                                                         const NodeReader& read);

// OK when `proof` shows that the leaf with `leaf_hash` is at `index` of the tree of `size` leaves
// with `root`; INVALID_ARGUMENT otherwise.
absl::Status VerifyInclusion(uint64_t index, uint64_t size, const Digest& leaf_hash,
                             absl::Span<const Digest> proof, const Digest& root);
// OK when `proof` shows that the tree (to, to_root) continues (from, from_root); INVALID_ARGUMENT
// otherwise. Nothing can be proven from size 0: such calls are refused, as RFC 6962 leaves them
// undefined (see VerifyGrowth).
absl::Status VerifyConsistency(uint64_t from, uint64_t to, absl::Span<const Digest> proof,
                               const Digest& from_root, const Digest& to_root);
// Like VerifyConsistency, and also accepts growth from the empty tree, with an empty proof, as
// witnesses do (C2SP tlog-witness).
absl::Status VerifyGrowth(uint64_t from, uint64_t to, absl::Span<const Digest> proof,
                          const Digest& from_root, const Digest& to_root);

// Proof hashes as they travel (strings of 32 bytes each). INVALID_ARGUMENT when one has another
// size or there are more than kMaxProofLength.
template <typename Strings>
absl::StatusOr<std::vector<Digest>> ParseProof(const Strings& hashes) {
  std::vector<Digest> proof;
  for (const auto& bytes : hashes) {
    auto digest = crypto::DigestFromBytes(bytes);
    if (!digest.ok()) return digest.status();
    if (proof.size() == kMaxProofLength) {
      return absl::InvalidArgumentError("proof has more than 64 hashes; no honest proof does");
    }
    proof.push_back(*digest);
  }
  return proof;
}

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_MERKLE_H_
