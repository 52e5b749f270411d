// Signed notes and verifier keys (https://c2sp.org/signed-note): text with signature lines that
// anyone can check.
#ifndef FUSIONHUB_AUDIT_NOTE_H_
#define FUSIONHUB_AUDIT_NOTE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/ed25519.h"

namespace fusionhub::audit {

inline constexpr size_t kMaxNoteSize = 256 * 1024;
inline constexpr size_t kMaxNoteSignatures = 64;

// The kinds of signature that we make and check; others are carried along unread.
enum class KeyType : uint8_t {
  kEd25519 = 0x01,      // signs the note's text
  kCosignature = 0x04,  // signs time and text (audit/cosignature.h)
};

// One signature line.
struct NoteSignature {
  std::string name;       // key name: not empty, no space, no plus
  uint32_t key_id = 0;    // first four bytes of the key's hash
  std::string signature;  // the bytes after the key id
};

// "— <name> <base64>\n".
std::string SignatureLine(const NoteSignature& signature);
// With or without the final newline. INVALID_ARGUMENT for anything but one line as SignatureLine
// writes it.
absl::StatusOr<NoteSignature> ParseSignatureLine(absl::string_view line);

struct Note {
  std::string text;  // ends with a newline
  std::vector<NoteSignature> signatures;
};

// INVALID_ARGUMENT for anything that SerialiseNote would not write byte for byte.
absl::StatusOr<Note> ParseNote(absl::string_view bytes);
std::string SerialiseNote(const Note& note);

// First four bytes of SHA-256(name || "\n" || type || public key).
uint32_t KeyId(absl::string_view name, KeyType type, absl::string_view public_key);
// INVALID_ARGUMENT unless not empty, UTF-8, without Unicode space, control character or plus, at
// most 255 bytes.
absl::Status CheckKeyName(absl::string_view name);

// A key that signatures are checked with: "<name>+<hex key id>+<base64(type || public key)>".
// Thread-safe.
class VerifierKey {
 public:
  static absl::StatusOr<VerifierKey> FromText(absl::string_view vkey);
  static absl::StatusOr<VerifierKey> Create(absl::string_view name, KeyType type,
                                            const crypto::Ed25519PublicKey& key);

  const std::string& name() const { return name_; }
  KeyType type() const { return type_; }
  uint32_t id() const { return id_; }
  const crypto::Ed25519PublicKey& key() const { return key_; }
  bool Matches(const NoteSignature& signature) const {
    return signature.name == name_ && signature.key_id == id_;
  }
  std::string ToText() const;

 private:
  VerifierKey(std::string name, KeyType type, const crypto::Ed25519PublicKey& key);
  std::string name_;
  KeyType type_;
  uint32_t id_;
  crypto::Ed25519PublicKey key_;
};

// A signature of type Ed25519 over `text`.
NoteSignature SignNote(absl::string_view text, absl::string_view name,
                       const crypto::Ed25519PrivateKey& key);
// OK when at least one signature is `key`'s (type Ed25519) and every one that says so verifies;
// UNAUTHENTICATED otherwise. Signatures of other keys are ignored, known or not.
absl::Status VerifyNote(const Note& note, const VerifierKey& key);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_NOTE_H_
