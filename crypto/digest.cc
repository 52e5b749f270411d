// OpenSSL's SHA-256 and HMAC, fetched once and reused.
#include "crypto/digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace fusionhub::crypto {
namespace {

// Without a working digest nothing can be logged, verified or answered: there is no safe way on.
void RequireOpenSsl(bool ok) {
  if (!ok) Fatal("digest_failed", "OpenSSL cannot compute a digest; check its configuration");
}

const EVP_MD* Sha256Method() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return method;
}

EVP_MD_CTX* ThreadContext() {
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
      EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  return context.get();
}

EVP_MAC* HmacMethod() {
  static EVP_MAC* const method = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  return method;
}

const uint8_t* Bytes(absl::string_view data) {
  // OpenSSL takes a null key for "keep the last one".
  return reinterpret_cast<const uint8_t*>(data.data() == nullptr ? "" : data.data());
}

}  // namespace

Digest Sha256(std::initializer_list<absl::string_view> parts) {
  EVP_MD_CTX* const context = ThreadContext();
  bool ok = context != nullptr && EVP_DigestInit_ex2(context, Sha256Method(), nullptr) == 1;
  for (const absl::string_view part : parts) {
    ok = ok && EVP_DigestUpdate(context, part.data(), part.size()) == 1;
  }
  Digest digest;
  RequireOpenSsl(ok && EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1);
  return digest;
}

Digest HmacSha256(absl::string_view key, std::initializer_list<absl::string_view> parts) {
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(
      EVP_MAC_CTX_new(HmacMethod()), &EVP_MAC_CTX_free);
  char name[] = "SHA256";
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
      OSSL_PARAM_construct_end(),
  };
  bool ok = context != nullptr && EVP_MAC_init(context.get(), Bytes(key), key.size(), params) == 1;
  for (const absl::string_view part : parts) {
    ok = ok && EVP_MAC_update(context.get(), Bytes(part), part.size()) == 1;
  }
  Digest digest;
  size_t size = 0;
  RequireOpenSsl(ok && EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) == 1 &&
                 size == digest.size());
  return digest;
}

std::string ToString(const Digest& digest) { return std::string(View(digest)); }

absl::string_view View(const Digest& digest) {
  return absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size());
}

absl::StatusOr<Digest> DigestFromBytes(absl::string_view bytes) {
  if (bytes.size() != kDigestSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("a SHA-256 digest has ", kDigestSize, " bytes, not ", bytes.size()));
  }
  Digest digest;
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

std::string ToHex(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

absl::StatusOr<std::string> FromHex(absl::string_view hex) {
  if (hex.size() % 2 != 0 || !std::all_of(hex.begin(), hex.end(), absl::ascii_isxdigit)) {
    return absl::InvalidArgumentError("not hexadecimal: an even number of digits 0-9, a-f needed");
  }
  return absl::HexStringToBytes(hex);
}

bool ConstantTimeEquals(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void Cleanse(std::string& secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

}  // namespace fusionhub::crypto
