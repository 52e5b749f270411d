// Salted commitments: what is bound now and opened later, to whom it concerns, without being
// guessable by others.
#ifndef FUSIONHUB_AUDIT_COMMITMENT_H_
#define FUSIONHUB_AUDIT_COMMITMENT_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "crypto/digest.h"

namespace fusionhub::audit {

inline constexpr size_t kSaltSize = 32;

// HMAC-SHA-256 keyed with `salt` over name, a zero byte, and value. Names never hold a zero byte.
crypto::Digest Commit(absl::string_view salt, absl::string_view name, absl::string_view value);

// OK when `salt` (32 bytes) opens `commitment` to name and value; UNAUTHENTICATED otherwise.
absl::Status CheckOpening(const crypto::Digest& commitment, absl::string_view salt,
                          absl::string_view name, absl::string_view value);

// Names under which a leaf's commitments are made.
inline constexpr absl::string_view kQueryCommitment = "query";  // SHA-256 of the signed query bytes
inline constexpr absl::string_view kAnswerCommitment =
    "answer";  // AnswerDigest, or statement digest
inline constexpr absl::string_view kReleasedCommitment = "released";  // ReleasedRoot

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_COMMITMENT_H_
