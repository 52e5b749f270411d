// SHA-256 and HMAC-SHA-256 over OpenSSL.
#ifndef FUSIONHUB_CRYPTO_DIGEST_H_
#define FUSIONHUB_CRYPTO_DIGEST_H_

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fusionhub::crypto {

inline constexpr size_t kDigestSize = 32;
using Digest = std::array<uint8_t, kDigestSize>;

// SHA-256 of the parts, one after the other. Thread-safe: each thread reuses its own context, which
// is twice as fast as one-shot calls for the 65-byte inputs of a Merkle node.
Digest Sha256(std::initializer_list<absl::string_view> parts);
inline Digest Sha256(absl::string_view data) { return Sha256({data}); }

Digest HmacSha256(absl::string_view key, std::initializer_list<absl::string_view> parts);

// The digest as bytes in a string.
std::string ToString(const Digest& digest);
absl::string_view View(const Digest& digest);
// INVALID_ARGUMENT unless `bytes` has 32.
absl::StatusOr<Digest> DigestFromBytes(absl::string_view bytes);
// Lower-case hexadecimal.
std::string ToHex(absl::string_view bytes);
// INVALID_ARGUMENT unless an even number of hexadecimal digits.
absl::StatusOr<std::string> FromHex(absl::string_view hex);

// Compares in time that does not depend on the content. False on different lengths.
bool ConstantTimeEquals(absl::string_view a, absl::string_view b);

// Overwrites the string's bytes in a way the compiler keeps.
void Cleanse(std::string& secret);

}  // namespace fusionhub::crypto

#endif  // FUSIONHUB_CRYPTO_DIGEST_H_
