// A random nonce in front of each value.
#include "crypto/aes_gcm.h"

#include <utility>

#include "base/status_macros.h"
#include "crypto/gcm_cipher.h"

namespace fusionhub::crypto {

absl::StatusOr<std::string> SealAesGcm(absl::string_view key, absl::string_view associated,
                                       absl::string_view plaintext, Random& random) {
  FUSIONHUB_ASSIGN_OR_RETURN(GcmCipher cipher, GcmCipher::Create(key));
  std::string sealed = random.Bytes(kGcmNonceSize);
  const std::string nonce = sealed;
  FUSIONHUB_RETURN_IF_ERROR(cipher.Seal(nonce, associated, plaintext, sealed));
  return sealed;
}

absl::StatusOr<std::string> OpenAesGcm(absl::string_view key, absl::string_view associated,
                                       absl::string_view sealed) {
  FUSIONHUB_ASSIGN_OR_RETURN(GcmCipher cipher, GcmCipher::Create(key));
  if (sealed.size() < kGcmNonceSize + kGcmTagSize) {
    return absl::UnauthenticatedError("the ciphertext is cut short");
  }
  std::string plaintext;
  FUSIONHUB_RETURN_IF_ERROR(cipher.Open(sealed.substr(0, kGcmNonceSize), associated,
                                        sealed.substr(kGcmNonceSize), plaintext));
  return plaintext;
}

}  // namespace fusionhub::crypto
