// AES-256-GCM with a random 96-bit nonce in front, for values that are encrypted before they are
// stored.
#ifndef FUSIONHUB_CRYPTO_AES_GCM_H_
#define FUSIONHUB_CRYPTO_AES_GCM_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/random.h"

namespace fusionhub::crypto {

// nonce(12) || ciphertext || tag(16). `key` has 32 bytes; `associated` is authenticated, not
// encrypted. At most 2^32 values under one key.
absl::StatusOr<std::string> SealAesGcm(absl::string_view key, absl::string_view associated,
                                       absl::string_view plaintext, Random& random);
// UNAUTHENTICATED when anything differs.
absl::StatusOr<std::string> OpenAesGcm(absl::string_view key, absl::string_view associated,
                                       absl::string_view sealed);

}  // namespace fusionhub::crypto

#endif  // FUSIONHUB_CRYPTO_AES_GCM_H_
