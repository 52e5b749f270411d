// AES-256-GCM with the nonce given, for the two formats of this folder only: a repeated nonce
// breaks it.
#ifndef FUSIONHUB_CRYPTO_GCM_CIPHER_H_
#define FUSIONHUB_CRYPTO_GCM_CIPHER_H_

#include <openssl/evp.h>

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fusionhub::crypto {

inline constexpr size_t kGcmKeySize = 32;
inline constexpr size_t kGcmNonceSize = 12;
inline constexpr size_t kGcmTagSize = 16;
inline constexpr size_t kMaxGcmBytes = 1 << 30;  // OpenSSL counts in int

// One key for many messages. Not thread-safe.
class GcmCipher {
 public:
  // INVALID_ARGUMENT unless `key` has 32 bytes.
  static absl::StatusOr<GcmCipher> Create(absl::string_view key);

  // Appends ciphertext || tag to `out`.
  absl::Status Seal(absl::string_view nonce, absl::string_view associated,
                    absl::string_view plaintext, std::string& out);
  // Appends the plaintext of ciphertext || tag to `out`; UNAUTHENTICATED, and `out` as it was, when
  // anything differs.
  absl::Status Open(absl::string_view nonce, absl::string_view associated, absl::string_view sealed,
                    std::string& out);

 private:
  using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
  explicit GcmCipher(Context context) : context_(std::move(context)) {}
  bool Start(absl::string_view nonce, absl::string_view associated, bool seal);
  bool Finish(absl::string_view ciphertext, absl::string_view tag, uint8_t* to);

  Context context_;
};

}  // namespace fusionhub::crypto

#endif  // FUSIONHUB_CRYPTO_GCM_CIPHER_H_
