// OpenSSL's EVP cipher with one key schedule for all messages.
#include "crypto/gcm_cipher.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace fusionhub::crypto {
namespace {

const uint8_t* Bytes(absl::string_view data) {
  return reinterpret_cast<const uint8_t*>(data.data());
}

const EVP_CIPHER* Method() {
  static const EVP_CIPHER* const method = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return method;
}

absl::Status CheckSizes(absl::string_view nonce, absl::string_view associated,
                        absl::string_view message) {
  if (nonce.size() != kGcmNonceSize) return absl::InternalError("a GCM nonce must have 12 bytes");
  if (associated.size() > kMaxGcmBytes || message.size() > kMaxGcmBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("at most ", kMaxGcmBytes, " bytes can be encrypted as one value"));
  }
  return absl::OkStatus();
}

absl::Status NotAuthentic() {
  return absl::UnauthenticatedError("the ciphertext does not open: wrong key, context or bytes");
}

}  // namespace

absl::StatusOr<GcmCipher> GcmCipher::Create(absl::string_view key) {
  if (key.size() != kGcmKeySize) {
    return absl::InvalidArgumentError(
        absl::StrCat("an AES-256 key has ", kGcmKeySize, " bytes, not ", key.size()));
  }
  Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  if (context == nullptr ||
      EVP_CipherInit_ex2(context.get(), Method(), Bytes(key), nullptr, 1, nullptr) != 1) {
    return absl::InternalError("OpenSSL has no AES-256-GCM; check its configuration");
  }
  return GcmCipher(std::move(context));
}

bool GcmCipher::Start(absl::string_view nonce, absl::string_view associated, bool seal) {
  int written = 0;
  return EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, Bytes(nonce), seal ? 1 : 0,
                            nullptr) == 1 &&
         (associated.empty() ||
          EVP_CipherUpdate(context_.get(), nullptr, &written, Bytes(associated),
                           static_cast<int>(associated.size())) == 1);
}

absl::Status GcmCipher::Seal(absl::string_view nonce, absl::string_view associated,
                             absl::string_view plaintext, std::string& out) {
  if (const absl::Status sizes = CheckSizes(nonce, associated, plaintext); !sizes.ok()) {
    return sizes;
  }
  const size_t begin = out.size();
  out.resize(begin + plaintext.size() + kGcmTagSize);
  auto* const to = reinterpret_cast<uint8_t*>(out.data()) + begin;
  int written = 0;
  const bool done =
      Start(nonce, associated, /*seal=*/true) &&
      (plaintext.empty() || EVP_CipherUpdate(context_.get(), to, &written, Bytes(plaintext),
                                             static_cast<int>(plaintext.size())) == 1) &&
      EVP_CipherFinal_ex(context_.get(), to + plaintext.size(), &written) == 1 &&
      EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, kGcmTagSize,
                          to + plaintext.size()) == 1;
  if (done) return absl::OkStatus();
  out.resize(begin);
  ERR_clear_error();
  return absl::InternalError("OpenSSL cannot encrypt");
}

bool GcmCipher::Finish(absl::string_view ciphertext, absl::string_view tag, uint8_t* to) {
  std::string expected(tag);  // OpenSSL takes the tag by a pointer to non-const
  int written = 0;
  uint8_t rest[EVP_MAX_BLOCK_LENGTH];
  return (ciphertext.empty() || EVP_CipherUpdate(context_.get(), to, &written, Bytes(ciphertext),
                                                 static_cast<int>(ciphertext.size())) == 1) &&
         EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, kGcmTagSize, expected.data()) ==
             1 &&
         EVP_CipherFinal_ex(context_.get(), rest, &written) == 1;
}

absl::Status GcmCipher::Open(absl::string_view nonce, absl::string_view associated,
                             absl::string_view sealed, std::string& out) {
  if (const absl::Status sizes = CheckSizes(nonce, associated, sealed); !sizes.ok()) return sizes;
  if (sealed.size() < kGcmTagSize) return NotAuthentic();
  const absl::string_view ciphertext = sealed.substr(0, sealed.size() - kGcmTagSize);
  const absl::string_view tag = sealed.substr(ciphertext.size());
  const size_t begin = out.size();
  out.resize(begin + ciphertext.size());
  auto* const to = reinterpret_cast<uint8_t*>(out.data()) + begin;
  if (Start(nonce, associated, /*seal=*/false) && Finish(ciphertext, tag, to)) {
    return absl::OkStatus();
  }
  OPENSSL_cleanse(to, ciphertext.size());  // unauthenticated plaintext must not linger
  out.resize(begin);
  ERR_clear_error();
  return NotAuthentic();
}

}  // namespace fusionhub::crypto
