// Ed25519 signatures over OpenSSL, with one fixed accept set everywhere (hub, node, tools).
#ifndef FUSIONHUB_CRYPTO_ED25519_H_
#define FUSIONHUB_CRYPTO_ED25519_H_

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/random.h"

namespace fusionhub::crypto {

inline constexpr size_t kEd25519PublicKeySize = 32;
inline constexpr size_t kEd25519SignatureSize = 64;

// A public key. Thread-safe, cheap to copy.
class Ed25519PublicKey {
 public:
  // INVALID_ARGUMENT unless `raw` has 32 bytes.
  static absl::StatusOr<Ed25519PublicKey> FromRaw(absl::string_view raw);
  // "ed25519:" and standard base64 of the raw key, as keys stand in YAML documents.
  static absl::StatusOr<Ed25519PublicKey> FromText(absl::string_view text);

  // OK, or UNAUTHENTICATED.
  absl::Status Verify(absl::string_view message, absl::string_view signature) const;
  const std::string& raw() const { return raw_; }
  std::string ToText() const;

 private:
  Ed25519PublicKey(std::string raw, std::shared_ptr<EVP_PKEY> key);
  std::string raw_;
  std::shared_ptr<EVP_PKEY> key_;
};

// A private key. Thread-safe, cheap to copy.
class Ed25519PrivateKey {
 public:
  static absl::StatusOr<Ed25519PrivateKey> Generate(Random& random);
  // Reads a PEM file (PKCS#8, as `openssl genpkey -algorithm ed25519` writes it). PERMISSION_DENIED
  // when the file can be read by others than its owner and group.
  static absl::StatusOr<Ed25519PrivateKey> FromPemFile(const std::string& path);
  static absl::StatusOr<Ed25519PrivateKey> FromPem(absl::string_view pem);

  std::string Sign(absl::string_view message) const;  // 64 bytes
  const Ed25519PublicKey& public_key() const { return public_key_; }
  std::string ToPem() const;

 private:
  static absl::StatusOr<Ed25519PrivateKey> FromKey(std::shared_ptr<EVP_PKEY> key);
  Ed25519PrivateKey(std::shared_ptr<EVP_PKEY> key, Ed25519PublicKey public_key);
  std::shared_ptr<EVP_PKEY> key_;
  Ed25519PublicKey public_key_;
};

}  // namespace fusionhub::crypto

#endif  // FUSIONHUB_CRYPTO_ED25519_H_
