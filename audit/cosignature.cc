#include "audit/cosignature.h"

#include <cstdint>
#include <limits>

#include "absl/strings/str_cat.h"

namespace fusionhub::audit {
namespace {

constexpr size_t kTimestampSize = 8;

std::string Message(absl::string_view body, uint64_t seconds) {
  return absl::StrCat("cosignature/v1\ntime ", seconds, "\n", body);
}

}  // namespace

NoteSignature Cosign(absl::string_view body, absl::string_view name,
                     const crypto::Ed25519PrivateKey& key, absl::Time now) {
  const auto seconds = static_cast<uint64_t>(absl::ToUnixSeconds(now));
  std::string signature(kTimestampSize, '\0');
  for (size_t i = 0; i < kTimestampSize; ++i) {
    signature[i] = static_cast<char>(seconds >> (8 * (kTimestampSize - 1 - i)));
  }
  signature += key.Sign(Message(body, seconds));
  return NoteSignature{.name = std::string(name),
                       .key_id = KeyId(name, KeyType::kCosignature, key.public_key().raw()),
                       .signature = signature};
}

absl::StatusOr<absl::Time> VerifyCosignature(absl::string_view body, const NoteSignature& signature,
                                             const VerifierKey& key) {
  if (key.type() != KeyType::kCosignature || !key.Matches(signature)) {
    return absl::UnauthenticatedError(absl::StrCat("not a cosignature of ", key.name()));
  }
  const absl::string_view bytes = signature.signature;
  if (bytes.size() != kTimestampSize + crypto::kEd25519SignatureSize) {
    return absl::UnauthenticatedError("a cosignature has a time and 64 bytes");
  }
  uint64_t seconds = 0;
  for (size_t i = 0; i < kTimestampSize; ++i) {
    seconds = seconds << 8 | static_cast<uint8_t>(bytes[i]);
  }
  if (seconds > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) ||
      !key.key().Verify(Message(body, seconds), bytes.substr(kTimestampSize)).ok()) {
    return absl::UnauthenticatedError(
        absl::StrCat("the cosignature of ", key.name(), " does not fit the checkpoint"));
  }
  return absl::FromUnixSeconds(static_cast<int64_t>(seconds));
}

}  // namespace fusionhub::audit
