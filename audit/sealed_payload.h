// The exact facts of a log entry, encrypted under a key of their own, so that they can be opened to
// an auditor field by field and shredded by destroying 32 bytes (docs/audit_entries.md).
#ifndef FUSIONHUB_AUDIT_SEALED_PAYLOAD_H_
#define FUSIONHUB_AUDIT_SEALED_PAYLOAD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "audit/kek_folder.h"
#include "audit/merkle.h"
#include "base/random.h"

namespace fusionhub::audit {

inline constexpr size_t kMaxPayloadFields = 256;
inline constexpr size_t kMaxPayloadSize =
    5 * 1024 * 1024;  // a probe image of 4 MiB and what goes with it

// One fact. Names are [a-z0-9_.], at most 64 bytes, unique in a payload.
struct PayloadField {
  std::string name;
  std::string value;
};
using Payload = std::vector<PayloadField>;

// The value of field `name`; NOT_FOUND if absent.
absl::StatusOr<std::string> PayloadValue(const Payload& payload, absl::string_view name);

// Canonical bytes of a payload, zero-padded to a bucket (a power of two, at least 512).
absl::StatusOr<std::string> EncodePayload(const Payload& payload);
absl::StatusOr<Payload> DecodePayload(absl::string_view bytes);

// Salts and decoys of a payload, all derived from its data key, so that they die with it.
class PayloadSecrets {
 public:
  // `dek` has 32 bytes.
  explicit PayloadSecrets(std::string dek);
  ~PayloadSecrets();
  const std::string& dek() const { return dek_; }
  std::string FieldSalt(uint32_t position) const;
  // Salt of the leaf's commitment of that name (audit/commitment.h).
  std::string LeafSalt(absl::string_view commitment_name) const;
  // The leaves under fields_root: a commitment per field, then decoys up to a power of two, at
  // least 8.
  std::vector<Digest> FieldCommitments(const Payload& payload) const;

 private:
  std::string dek_;
};

// What the leaf's fields_root is.
Digest FieldsRoot(const PayloadSecrets& secrets, const Payload& payload);

// Encrypts under `dek`; bound to `entry_id`.
absl::StatusOr<std::string> SealPayload(const Payload& payload, absl::string_view dek,
                                        absl::string_view entry_id, Random& random);
// UNAUTHENTICATED when anything differs.
absl::StatusOr<Payload> OpenPayload(absl::string_view ciphertext, absl::string_view dek,
                                    absl::string_view entry_id);

// A data key as it is stored: the day of its KEK in clear, then the key encrypted under it.
absl::StatusOr<std::string> WrapDek(absl::string_view dek, absl::string_view entry_id,
                                    absl::Time time, KekFolder& keks, Random& random);
// NOT_FOUND when the day's key was destroyed: the payload is shredded.
absl::StatusOr<std::string> UnwrapDek(absl::string_view wrap, absl::string_view entry_id,
                                      const KekFolder& keks);

// One field opened to someone who has the leaf only.
struct FieldOpening {
  std::string name;
  std::string value;
  std::string salt;
  uint32_t position = 0;
  uint32_t leaves = 0;  // under fields_root, decoys included
  std::vector<Digest> proof;
};
absl::StatusOr<FieldOpening> OpenField(const Payload& payload, const PayloadSecrets& secrets,
                                       absl::string_view name);
// OK when the opening fits the leaf's fields_root.
absl::Status CheckFieldOpening(const FieldOpening& opening, const Digest& fields_root);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_SEALED_PAYLOAD_H_
