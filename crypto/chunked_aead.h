// C2SP chunked encryption, Cobblestone-256: HKDF-SHA-512 and AES-256-GCM in 16 KiB chunks with a
// 32-byte key commitment, so that one ciphertext opens in one way only.
// https://c2sp.org/chunked-encryption
//
// salt (24) || commitment (32) || chunks, each with a 16-byte tag; the last one is always short of
// 16 KiB.
#ifndef FUSIONHUB_CRYPTO_CHUNKED_AEAD_H_
#define FUSIONHUB_CRYPTO_CHUNKED_AEAD_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/random.h"

namespace fusionhub::crypto {

inline constexpr size_t kChunkedKeySize = 32;

inline constexpr size_t kMaxChunkedPlaintext = 64 << 20;
inline constexpr size_t kMaxChunkedContext = 512;

// Encrypts `plaintext` under the 32-byte `key`, which must be uniformly random; `context` (at most
// 512 bytes) is bound to the ciphertext. INVALID_ARGUMENT past a bound.
absl::StatusOr<std::string> SealChunked(absl::string_view key, absl::string_view context,
                                        absl::string_view plaintext, Random& random);
// UNAUTHENTICATED when the key, the context or any byte differs, or chunks were cut off.
// INVALID_ARGUMENT for a key of another size or past a bound.
absl::StatusOr<std::string> OpenChunked(absl::string_view key, absl::string_view context,
                                        absl::string_view ciphertext);

}  // namespace fusionhub::crypto

#endif  // FUSIONHUB_CRYPTO_CHUNKED_AEAD_H_
