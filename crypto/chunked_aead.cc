// Cobblestone-256 after c2sp.org/chunked-encryption@v1: derive, commit, then one AEAD call per
// chunk.
#include "crypto/chunked_aead.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "crypto/digest.h"
#include "crypto/gcm_cipher.h"

namespace fusionhub::crypto {
namespace {

constexpr size_t kSaltSize = 24;
constexpr size_t kCommitmentSize = 32;
constexpr size_t kHeaderSize = kSaltSize + kCommitmentSize;
constexpr size_t kChunkSize = 16 * 1024;
constexpr size_t kSealedChunkSize = kChunkSize + kGcmTagSize;
constexpr size_t kMaxSealed =
    kHeaderSize + kMaxChunkedPlaintext + (kMaxChunkedPlaintext / kChunkSize + 1) * kGcmTagSize;

struct MessageSecrets {
  std::string key;
  std::string base_nonce;
  std::string commitment;
};

absl::Status CheckArguments(absl::string_view key, absl::string_view context) {
  if (key.size() != kChunkedKeySize) {
    return absl::InvalidArgumentError(
        absl::StrCat("a Cobblestone-256 key has ", kChunkedKeySize, " bytes, not ", key.size()));
  }
  if (context.size() > kMaxChunkedContext) {
    return absl::InvalidArgumentError(absl::StrCat(
        "an encryption context has at most ", kMaxChunkedContext, " bytes, not ", context.size()));
  }
  return absl::OkStatus();
}

// HKDF-Expand with SHA-512; false if OpenSSL cannot.
bool Expand(std::string key, std::string info, std::string& out) {
  const absl::Cleanup cleanser = [&key] { Cleanse(key); };
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(
      EVP_KDF_fetch(nullptr, "HKDF", nullptr), &EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(
      kdf == nullptr ? nullptr : EVP_KDF_CTX_new(kdf.get()), &EVP_KDF_CTX_free);
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  char digest[] = "SHA512";
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end(),
  };
  const bool done =
      context != nullptr && EVP_KDF_derive(context.get(), reinterpret_cast<uint8_t*>(out.data()),
                                           out.size(), params) == 1;
  ERR_clear_error();
  return done;
}

absl::StatusOr<MessageSecrets> DeriveSecrets(absl::string_view key, absl::string_view salt,
                                             absl::string_view context) {
  std::string info = absl::StrCat("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM",
                                  absl::string_view("\0", 1), salt, context);
  std::string derived(kGcmKeySize + kGcmNonceSize + kCommitmentSize, '\0');
  const absl::Cleanup cleanser = [&derived] { Cleanse(derived); };
  if (!Expand(std::string(key), std::move(info), derived)) {
    return absl::InternalError("OpenSSL cannot derive a key with HKDF-SHA-512");
  }
  return MessageSecrets{derived.substr(0, kGcmKeySize), derived.substr(kGcmKeySize, kGcmNonceSize),
                        derived.substr(kGcmKeySize + kGcmNonceSize)};
}

// The base nonce XOR the chunk's number, big-endian.
std::string ChunkNonce(absl::string_view base_nonce, uint64_t chunk) {
  std::string nonce(base_nonce);
  for (size_t i = 0; i < sizeof(chunk); ++i) {
    char& byte = nonce[nonce.size() - 1 - i];
    byte = static_cast<char>(static_cast<uint8_t>(byte) ^ static_cast<uint8_t>(chunk >> (8 * i)));
  }
  return nonce;
}

absl::Status OpenChunks(const MessageSecrets& secrets, absl::string_view chunks,
                        std::string& plaintext) {
  FUSIONHUB_ASSIGN_OR_RETURN(GcmCipher cipher, GcmCipher::Create(secrets.key));
  for (uint64_t number = 0;; ++number) {
    const absl::string_view chunk = chunks.substr(0, kSealedChunkSize);
    FUSIONHUB_RETURN_IF_ERROR(
        cipher.Open(ChunkNonce(secrets.base_nonce, number), "", chunk, plaintext));
    chunks.remove_prefix(chunk.size());
    if (chunk.size() < kSealedChunkSize) return absl::OkStatus();  // the last one is always short
  }
}

}  // namespace

absl::StatusOr<std::string> SealChunked(absl::string_view key, absl::string_view context,
                                        absl::string_view plaintext, Random& random) {
  FUSIONHUB_RETURN_IF_ERROR(CheckArguments(key, context));
  if (plaintext.size() > kMaxChunkedPlaintext) {
    return absl::InvalidArgumentError(absl::StrCat(
        "at most ", kMaxChunkedPlaintext, " bytes can be encrypted, not ", plaintext.size()));
  }
  const std::string salt = random.Bytes(kSaltSize);
  FUSIONHUB_ASSIGN_OR_RETURN(MessageSecrets secrets, DeriveSecrets(key, salt, context));
  const absl::Cleanup cleanser = [&secrets] { Cleanse(secrets.key); };
  FUSIONHUB_ASSIGN_OR_RETURN(GcmCipher cipher, GcmCipher::Create(secrets.key));
  const size_t full_chunks = plaintext.size() / kChunkSize;
  std::string out = absl::StrCat(salt, secrets.commitment);
  out.reserve(kHeaderSize + plaintext.size() + (full_chunks + 1) * kGcmTagSize);
  for (uint64_t number = 0; number <= full_chunks; ++number) {
    const absl::string_view chunk = plaintext.substr(number * kChunkSize, kChunkSize);
    FUSIONHUB_RETURN_IF_ERROR(cipher.Seal(ChunkNonce(secrets.base_nonce, number), "", chunk, out));
  }
  return out;
}

absl::StatusOr<std::string> OpenChunked(absl::string_view key, absl::string_view context,
                                        absl::string_view ciphertext) {
  FUSIONHUB_RETURN_IF_ERROR(CheckArguments(key, context));
  if (ciphertext.size() > kMaxSealed) {
    return absl::InvalidArgumentError(
        absl::StrCat("at most ", kMaxSealed, " bytes can be decrypted, not ", ciphertext.size()));
  }
  if (ciphertext.size() < kHeaderSize + kGcmTagSize) {
    return absl::UnauthenticatedError("the ciphertext is cut short");
  }
  FUSIONHUB_ASSIGN_OR_RETURN(MessageSecrets secrets,
                             DeriveSecrets(key, ciphertext.substr(0, kSaltSize), context));
  const absl::Cleanup cleanser = [&secrets] { Cleanse(secrets.key); };
  if (!ConstantTimeEquals(secrets.commitment, ciphertext.substr(kSaltSize, kCommitmentSize))) {
    return absl::UnauthenticatedError("the ciphertext does not open: wrong key or context");
  }
  std::string plaintext;
  plaintext.reserve(ciphertext.size() - kHeaderSize);
  const absl::Status opened = OpenChunks(secrets, ciphertext.substr(kHeaderSize), plaintext);
  if (!opened.ok()) {
    Cleanse(plaintext);  // chunks before the bad one: nothing of a damaged message leaves
    return opened;
  }
  return plaintext;
}

}  // namespace fusionhub::crypto
