// OpenSSL's Ed25519 without additions: what it accepts is what hub, node and tools accept.
#include "crypto/ed25519.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "crypto/digest.h"

namespace fusionhub::crypto {
namespace {

constexpr absl::string_view kTextPrefix = "ed25519:";
constexpr size_t kMaxPemBytes = 16 * 1024;
constexpr size_t kSeedSize = 32;

using UniqueBio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using UniqueContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

std::shared_ptr<EVP_PKEY> Share(EVP_PKEY* key) {
  return std::shared_ptr<EVP_PKEY>(key, &EVP_PKEY_free);
}

const uint8_t* Bytes(absl::string_view data) {
  return reinterpret_cast<const uint8_t*>(data.data());
}

// Refuses encrypted PEM files instead of asking at the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

absl::StatusOr<std::string> RawPublicKey(EVP_PKEY* key) {
  std::string raw(kEd25519PublicKeySize, '\0');
  size_t size = raw.size();
  if (EVP_PKEY_get_id(key) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(key, reinterpret_cast<uint8_t*>(raw.data()), &size) != 1) {
    return absl::InvalidArgumentError(
        "not an Ed25519 key; make one with: openssl genpkey -algorithm ed25519");
  }
  return raw;
}

}  // namespace

Ed25519PublicKey::Ed25519PublicKey(std::string raw, std::shared_ptr<EVP_PKEY> key)
    : raw_(std::move(raw)), key_(std::move(key)) {}

absl::StatusOr<Ed25519PublicKey> Ed25519PublicKey::FromRaw(absl::string_view raw) {
  if (raw.size() != kEd25519PublicKeySize) {
    return absl::InvalidArgumentError(absl::StrCat(
        "an Ed25519 public key has ", kEd25519PublicKeySize, " bytes, not ", raw.size()));
  }
  std::shared_ptr<EVP_PKEY> key =
      Share(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(raw), raw.size()));
  ERR_clear_error();
  if (key == nullptr) return absl::InvalidArgumentError("OpenSSL refuses the Ed25519 public key");
  return Ed25519PublicKey(std::string(raw), std::move(key));
}

absl::StatusOr<Ed25519PublicKey> Ed25519PublicKey::FromText(absl::string_view text) {
  absl::string_view encoded = text;
  std::string raw;
  if (!absl::ConsumePrefix(&encoded, kTextPrefix) || !absl::Base64Unescape(encoded, &raw) ||
      absl::Base64Escape(raw) != encoded) {  // one spelling only
    return absl::InvalidArgumentError(
        "a public key is written 'ed25519:' and the base64 of its 32 bytes, with padding");
  }
  return FromRaw(raw);
}

absl::Status Ed25519PublicKey::Verify(absl::string_view message,
                                      absl::string_view signature) const {
  const UniqueContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const bool valid =
      context != nullptr && signature.size() == kEd25519SignatureSize &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
      EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                       message.size()) == 1;
  ERR_clear_error();
  return valid ? absl::OkStatus()
               : absl::UnauthenticatedError("the Ed25519 signature is not valid");
}

std::string Ed25519PublicKey::ToText() const {
  return absl::StrCat(kTextPrefix, absl::Base64Escape(raw_));
}

Ed25519PrivateKey::Ed25519PrivateKey(std::shared_ptr<EVP_PKEY> key, Ed25519PublicKey public_key)
    : key_(std::move(key)), public_key_(std::move(public_key)) {}

absl::StatusOr<Ed25519PrivateKey> Ed25519PrivateKey::FromKey(std::shared_ptr<EVP_PKEY> key) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string raw, RawPublicKey(key.get()));
  FUSIONHUB_ASSIGN_OR_RETURN(Ed25519PublicKey public_key, Ed25519PublicKey::FromRaw(raw));
  return Ed25519PrivateKey(std::move(key), std::move(public_key));
}

absl::StatusOr<Ed25519PrivateKey> Ed25519PrivateKey::Generate(Random& random) {
  std::string seed = random.Bytes(kSeedSize);
  std::shared_ptr<EVP_PKEY> key =
      Share(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(seed), seed.size()));
  Cleanse(seed);
  ERR_clear_error();
  if (key == nullptr) return absl::InternalError("OpenSSL cannot make an Ed25519 key");
  return FromKey(std::move(key));
}

absl::StatusOr<Ed25519PrivateKey> Ed25519PrivateKey::FromPemFile(const std::string& path) {
  struct stat found;
  if (stat(path.c_str(), &found) == 0 && (found.st_mode & S_IRWXO) != 0) {
    return absl::PermissionDeniedError(absl::StrCat(
        "the private key ", path, " is open to every user; close it with: chmod o-rwx ", path));
  }
  FUSIONHUB_ASSIGN_OR_RETURN(std::string pem, ReadFile(path, kMaxPemBytes));
  const absl::Cleanup cleanser = [&pem] { Cleanse(pem); };
  absl::StatusOr<Ed25519PrivateKey> key = FromPem(pem);
  if (!key.ok()) {
    return absl::Status(key.status().code(), absl::StrCat(path, ": ", key.status().message()));
  }
  return key;
}

absl::StatusOr<Ed25519PrivateKey> Ed25519PrivateKey::FromPem(absl::string_view pem) {
  if (pem.size() > kMaxPemBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a private key has at most ", kMaxPemBytes, " bytes of PEM"));
  }
  const UniqueBio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  std::shared_ptr<EVP_PKEY> key =
      Share(bio == nullptr ? nullptr
                           : PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassphrase, nullptr));
  ERR_clear_error();
  if (key == nullptr) {
    return absl::InvalidArgumentError("not an unencrypted private key in PEM form (PKCS#8)");
  }
  return FromKey(std::move(key));
}

std::string Ed25519PrivateKey::Sign(absl::string_view message) const {
  const UniqueContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string signature(kEd25519SignatureSize, '\0');
  size_t size = signature.size();
  const bool done = context != nullptr &&
                    EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
                    EVP_DigestSign(context.get(), reinterpret_cast<uint8_t*>(signature.data()),
                                   &size, Bytes(message), message.size()) == 1 &&
                    size == kEd25519SignatureSize;
  // A checked key always signs, unless memory or OpenSSL itself is broken.
  if (!done) Fatal("signature_failed", "OpenSSL cannot sign with a loaded Ed25519 key");
  return signature;
}

std::string Ed25519PrivateKey::ToPem() const {
  const UniqueBio bio(BIO_new(BIO_s_secmem()), &BIO_free);
  char* data = nullptr;
  if (bio == nullptr || PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0,
                                                      nullptr, nullptr) != 1) {
    Fatal("key_export_failed", "OpenSSL cannot write a loaded Ed25519 key as PEM");
  }
  const long size =
      BIO_get_mem_data(bio.get(), &data);  // NOLINT(google-runtime-int): OpenSSL's type
  return std::string(data, static_cast<size_t>(size));
}

}  // namespace fusionhub::crypto
