#include "audit/note.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "audit/base64.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "crypto/digest.h"

namespace fusionhub::audit {
namespace {

constexpr absl::string_view kSignaturePrefix = "\xe2\x80\x94 ";  // em dash, space
constexpr size_t kKeyIdSize = 4;
constexpr size_t kMaxKeyName = 255;

absl::Status NotANote(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("not a signed note: ", what));
}

bool IsUnicodeSpace(uint32_t c) {
  return c == 0x20 || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

std::string BigEndian32(uint32_t value) {
  std::string bytes(kKeyIdSize, '\0');
  for (size_t i = 0; i < kKeyIdSize; ++i) {
    bytes[i] = static_cast<char>(value >> (8 * (kKeyIdSize - 1 - i)));
  }
  return bytes;
}

uint32_t ReadBigEndian32(absl::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < kKeyIdSize; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

// Control characters would let a note look like another one on a terminal.
absl::Status CheckCharacters(absl::string_view bytes) {
  if (!IsValidUtf8(bytes)) return NotANote("it is not UTF-8");
  const bool control = std::any_of(bytes.begin(), bytes.end(), [](char c) {
    return static_cast<uint8_t>(c) < 0x20 && c != '\n';
  });
  return control ? NotANote("it has control characters") : absl::OkStatus();
}

}  // namespace

absl::Status CheckKeyName(absl::string_view name) {
  if (name.empty() || name.size() > kMaxKeyName) {
    return absl::InvalidArgumentError("a key name has 1 to 255 bytes");
  }
  while (!name.empty()) {
    const auto character = DecodeUtf8(name);
    if (!character.has_value()) return absl::InvalidArgumentError("a key name is UTF-8");
    const uint32_t c = character->code_point;
    if (c == '+' || c < 0x20 || IsUnicodeSpace(c)) {
      return absl::InvalidArgumentError("a key name has no space, control character or plus");
    }
    name.remove_prefix(character->size);
  }
  return absl::OkStatus();
}

std::string SignatureLine(const NoteSignature& signature) {
  return absl::StrCat(
      kSignaturePrefix, signature.name, " ",
      absl::Base64Escape(absl::StrCat(BigEndian32(signature.key_id), signature.signature)), "\n");
}

absl::StatusOr<NoteSignature> ParseSignatureLine(absl::string_view line) {
  absl::ConsumeSuffix(&line, "\n");
  if (line.size() > kMaxNoteSize) return NotANote("a signature line is too long");
  if (!absl::ConsumePrefix(&line, kSignaturePrefix)) {
    return NotANote("a signature line does not start with a dash and a space");
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(line, ' ');
  if (parts.size() != 2) return NotANote("a signature line is not a name and a signature");
  FUSIONHUB_RETURN_IF_ERROR(CheckKeyName(parts[0]));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string bytes, StrictBase64Decode(parts[1]));
  if (bytes.size() <= kKeyIdSize) return NotANote("a signature is too short");
  return NoteSignature{.name = std::string(parts[0]),
                       .key_id = ReadBigEndian32(bytes),
                       .signature = bytes.substr(kKeyIdSize)};
}

absl::StatusOr<Note> ParseNote(absl::string_view bytes) {
  if (bytes.size() > kMaxNoteSize) return NotANote("it is larger than 256 KiB");
  FUSIONHUB_RETURN_IF_ERROR(CheckCharacters(bytes));
  // The text ends at the last empty line.
  const size_t separator = bytes.rfind("\n\n");
  if (separator == absl::string_view::npos) return NotANote("it has no signatures");
  Note note{.text = std::string(bytes.substr(0, separator + 1)), .signatures = {}};
  absl::string_view rest = bytes.substr(separator + 2);
  if (!absl::ConsumeSuffix(&rest, "\n")) return NotANote("its last line is not ended");
  for (const absl::string_view line : absl::StrSplit(rest, '\n')) {
    if (note.signatures.size() == kMaxNoteSignatures) return NotANote("over 64 signatures");
    FUSIONHUB_ASSIGN_OR_RETURN(NoteSignature signature, ParseSignatureLine(line));
    note.signatures.push_back(std::move(signature));
  }
  return note;
}

std::string SerialiseNote(const Note& note) {
  std::string bytes = absl::StrCat(note.text, "\n");
  for (const NoteSignature& signature : note.signatures) {
    absl::StrAppend(&bytes, SignatureLine(signature));
  }
  return bytes;
}

uint32_t KeyId(absl::string_view name, KeyType type, absl::string_view public_key) {
  const char type_byte = static_cast<char>(type);
  const crypto::Digest hash =
      crypto::Sha256({name, "\n", absl::string_view(&type_byte, 1), public_key});
  return ReadBigEndian32(crypto::View(hash));
}

VerifierKey::VerifierKey(std::string name, KeyType type, const crypto::Ed25519PublicKey& key)
    : name_(std::move(name)), type_(type), id_(KeyId(name_, type, key.raw())), key_(key) {}

absl::StatusOr<VerifierKey> VerifierKey::Create(absl::string_view name, KeyType type,
                                                const crypto::Ed25519PublicKey& key) {
  FUSIONHUB_RETURN_IF_ERROR(CheckKeyName(name));
  return VerifierKey(std::string(name), type, key);
}

absl::StatusOr<VerifierKey> VerifierKey::FromText(absl::string_view vkey) {
  // Base64 may hold a plus, a name and a key id may not.
  const std::vector<absl::string_view> parts = absl::StrSplit(vkey, absl::MaxSplits('+', 2));
  if (parts.size() != 3) {
    return absl::InvalidArgumentError("a verifier key is <name>+<key id>+<base64>");
  }
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string bytes, StrictBase64Decode(parts[2]));
  if (bytes.empty() || (bytes[0] != static_cast<char>(KeyType::kEd25519) &&
                        bytes[0] != static_cast<char>(KeyType::kCosignature))) {
    return absl::InvalidArgumentError("verifier key: only types 0x01 and 0x04 are known here");
  }
  FUSIONHUB_ASSIGN_OR_RETURN(const auto key, crypto::Ed25519PublicKey::FromRaw(bytes.substr(1)));
  FUSIONHUB_ASSIGN_OR_RETURN(VerifierKey result,
                             Create(parts[0], static_cast<KeyType>(bytes[0]), key));
  if (crypto::ToHex(BigEndian32(result.id_)) != parts[1]) {
    return absl::InvalidArgumentError("verifier key: the key id is another key's; was it cut?");
  }
  return result;
}

std::string VerifierKey::ToText() const {
  const char type_byte = static_cast<char>(type_);
  return absl::StrCat(
      name_, "+", crypto::ToHex(BigEndian32(id_)), "+",
      absl::Base64Escape(absl::StrCat(absl::string_view(&type_byte, 1), key_.raw())));
}

NoteSignature SignNote(absl::string_view text, absl::string_view name,
                       const crypto::Ed25519PrivateKey& key) {
  return NoteSignature{.name = std::string(name),
                       .key_id = KeyId(name, KeyType::kEd25519, key.public_key().raw()),
                       .signature = key.Sign(text)};
}

absl::Status VerifyNote(const Note& note, const VerifierKey& key) {
  if (key.type() != KeyType::kEd25519) {
    return absl::InvalidArgumentError("a note is verified with a key of type 0x01");
  }
  bool found = false;
  for (const NoteSignature& signature : note.signatures) {
    if (!key.Matches(signature)) continue;
    if (!key.key().Verify(note.text, signature.signature).ok()) {
      return absl::UnauthenticatedError(
          absl::StrCat("the signature of ", key.name(), " does not fit the note"));
    }
    found = true;
  }
  if (!found) {
    return absl::UnauthenticatedError(
        absl::StrCat("the note has no signature of ", key.name(), "; compare the pinned key"));
  }
  return absl::OkStatus();
}

}  // namespace fusionhub::audit
