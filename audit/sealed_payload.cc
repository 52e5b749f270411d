#include "audit/sealed_payload.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "audit/byte_codec.h"
#include "audit/commitment.h"
#include "base/status_macros.h"
#include "crypto/aes_gcm.h"
#include "crypto/chunked_aead.h"
#include "crypto/digest.h"

namespace fusionhub::audit {
namespace {

constexpr size_t kDekSize = 32;
constexpr size_t kMinBucket = 512;
constexpr size_t kMinFieldLeaves = 8;
constexpr size_t kMaxFieldName = 64;
constexpr size_t kDaySize = 10;  // 2026-11-21

bool IsFieldName(absl::string_view name) {
  return !name.empty() && name.size() <= kMaxFieldName &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_islower(static_cast<unsigned char>(c)) ||
                  absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '_' || c == '.';
         });
}

absl::Status CheckPayload(const Payload& payload) {
  if (payload.size() > kMaxPayloadFields) {
    return absl::InvalidArgumentError("sealed payload: more than 256 fields");
  }
  std::set<absl::string_view> names;
  size_t size = 0;
  for (const PayloadField& field : payload) {
    if (!IsFieldName(field.name)) {
      return absl::InvalidArgumentError("sealed payload: a field name is not of [a-z0-9_.]");
    }
    if (!names.insert(field.name).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("sealed payload: two fields named ", field.name));
    }
    size += field.name.size() + field.value.size();
  }
  if (size > kMaxPayloadSize) return absl::InvalidArgumentError("sealed payload: above 5 MiB");
  return absl::OkStatus();
}

size_t FieldLeaves(size_t fields) { return std::max(kMinFieldLeaves, std::bit_ceil(fields)); }

std::string CiphertextContext(absl::string_view entry_id) {
  return absl::StrCat("fusionhub/entry/v1\n", entry_id);
}

std::string WrapContext(absl::string_view day, absl::string_view entry_id) {
  return absl::StrCat("fusionhub/dek/v1\n", day, "\n", entry_id);
}

// The leaf that a field's commitment is in the tree under fields_root.
Digest FieldLeaf(const Digest& commitment) { return LeafHash(crypto::View(commitment)); }

}  // namespace

absl::StatusOr<std::string> PayloadValue(const Payload& payload, absl::string_view name) {
  for (const PayloadField& field : payload) {
    if (field.name == name) return field.value;
  }
  return absl::NotFoundError(absl::StrCat("the entry has no sealed field ", name));
}

absl::StatusOr<std::string> EncodePayload(const Payload& payload) {
  FUSIONHUB_RETURN_IF_ERROR(CheckPayload(payload));
  ByteWriter writer;
  writer.U16(static_cast<uint16_t>(payload.size()));
  for (const PayloadField& field : payload) writer.String8(field.name).String32(field.value);
  std::string bytes = writer.Take();
  bytes.resize(std::max(kMinBucket, std::bit_ceil(bytes.size())), '\0');
  return bytes;
}

absl::StatusOr<Payload> DecodePayload(absl::string_view bytes) {
  ByteReader reader(bytes);
  Payload payload;
  const uint16_t fields = reader.U16();
  for (uint16_t i = 0; i < fields && reader.ok(); ++i) {
    const absl::string_view name = reader.String8();
    const absl::string_view value = reader.String32();
    payload.push_back({std::string(name), std::string(value)});
  }
  if (!reader.ok()) return absl::InvalidArgumentError("sealed payload: cut off");
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string canonical, EncodePayload(payload));
  if (canonical != bytes) {
    return absl::InvalidArgumentError("sealed payload: not in canonical form");
  }
  return payload;
}

PayloadSecrets::PayloadSecrets(std::string dek) : dek_(std::move(dek)) {}
PayloadSecrets::~PayloadSecrets() { crypto::Cleanse(dek_); }

std::string PayloadSecrets::FieldSalt(uint32_t position) const {
  return crypto::ToString(
      crypto::HmacSha256(dek_, {"fusionhub/salt/field\n", ByteWriter().U32(position).bytes()}));
}

std::string PayloadSecrets::LeafSalt(absl::string_view commitment_name) const {
  return crypto::ToString(crypto::HmacSha256(dek_, {"fusionhub/salt/leaf\n", commitment_name}));
}

std::vector<Digest> PayloadSecrets::FieldCommitments(const Payload& payload) const {
  std::vector<Digest> commitments;
  for (uint32_t i = 0; i < payload.size(); ++i) {
    commitments.push_back(Commit(FieldSalt(i), payload[i].name, payload[i].value));
  }
  for (uint32_t i = commitments.size(); i < FieldLeaves(payload.size()); ++i) {
    commitments.push_back(
        crypto::HmacSha256(dek_, {"fusionhub/decoy\n", ByteWriter().U32(i).bytes()}));
  }
  return commitments;
}

Digest FieldsRoot(const PayloadSecrets& secrets, const Payload& payload) {
  CompactRange range;
  for (const Digest& commitment : secrets.FieldCommitments(payload)) {
    range.Append(FieldLeaf(commitment));
  }
  return range.Root();
}

absl::StatusOr<std::string> SealPayload(const Payload& payload, absl::string_view dek,
                                        absl::string_view entry_id, Random& random) {
  FUSIONHUB_ASSIGN_OR_RETURN(std::string bytes, EncodePayload(payload));
  auto ciphertext = crypto::SealChunked(dek, CiphertextContext(entry_id), bytes, random);
  crypto::Cleanse(bytes);
  return ciphertext;
}

absl::StatusOr<Payload> OpenPayload(absl::string_view ciphertext, absl::string_view dek,
                                    absl::string_view entry_id) {
  FUSIONHUB_ASSIGN_OR_RETURN(std::string bytes,
                             crypto::OpenChunked(dek, CiphertextContext(entry_id), ciphertext));
  auto payload = DecodePayload(bytes);
  crypto::Cleanse(bytes);
  return payload;
}

absl::StatusOr<std::string> WrapDek(absl::string_view dek, absl::string_view entry_id,
                                    absl::Time time, KekFolder& keks, Random& random) {
  const absl::CivilDay day = KekFolder::DayOf(time);
  const std::string text = absl::FormatCivilTime(day);
  if (text.size() != kDaySize) return absl::InvalidArgumentError("the day is out of range");
  FUSIONHUB_ASSIGN_OR_RETURN(std::string kek, keks.KeyForSealing(day));
  auto sealed = crypto::SealAesGcm(kek, WrapContext(text, entry_id), dek, random);
  crypto::Cleanse(kek);
  FUSIONHUB_RETURN_IF_ERROR(sealed.status());
  return text + *sealed;
}

absl::StatusOr<std::string> UnwrapDek(absl::string_view wrap, absl::string_view entry_id,
                                      const KekFolder& keks) {
  absl::CivilDay day;
  if (wrap.size() < kDaySize || !absl::ParseCivilTime(wrap.substr(0, kDaySize), &day)) {
    return absl::DataLossError("a wrapped data key is damaged: it names no day");
  }
  absl::StatusOr<std::string> kek = keks.KeyForOpening(day);
  if (absl::IsNotFound(kek.status())) {
    return absl::NotFoundError(
        absl::StrCat("the payload is shredded: there is no key of ", wrap.substr(0, kDaySize)));
  }
  FUSIONHUB_RETURN_IF_ERROR(kek.status());
  auto dek = crypto::OpenAesGcm(*kek, WrapContext(wrap.substr(0, kDaySize), entry_id),
                                wrap.substr(kDaySize));
  crypto::Cleanse(*kek);
  if (!dek.ok() || dek->size() != kDekSize) {
    return absl::DataLossError("a wrapped data key is damaged, or its day's key is another one");
  }
  return dek;
}

absl::StatusOr<FieldOpening> OpenField(const Payload& payload, const PayloadSecrets& secrets,
                                       absl::string_view name) {
  const auto found = std::find_if(payload.begin(), payload.end(),
                                  [name](const PayloadField& field) { return field.name == name; });
  if (found == payload.end()) {
    return absl::NotFoundError(absl::StrCat("the entry has no sealed field ", name));
  }
  FieldOpening opening;
  opening.name = found->name;
  opening.value = found->value;
  opening.position = static_cast<uint32_t>(found - payload.begin());
  opening.salt = secrets.FieldSalt(opening.position);
  CompactRange range;
  std::map<std::pair<int, uint64_t>, Digest> nodes;
  for (const Digest& commitment : secrets.FieldCommitments(payload)) {
    range.Append(FieldLeaf(commitment), [&nodes](int level, uint64_t index, const Digest& hash) {
      nodes[{level, index}] = hash;
    });
  }
  opening.leaves = static_cast<uint32_t>(range.size());
  FUSIONHUB_ASSIGN_OR_RETURN(
      opening.proof,
      MakeInclusionProof(opening.position, range.size(), [&nodes](int level, uint64_t index) {
        return absl::StatusOr<Digest>(nodes.at({level, index}));
      }));
  return opening;
}

absl::Status CheckFieldOpening(const FieldOpening& opening, const Digest& fields_root) {
  if (opening.salt.size() != kSaltSize) {
    return absl::InvalidArgumentError("a field is opened with a salt of 32 bytes");
  }
  const Digest commitment = Commit(opening.salt, opening.name, opening.value);
  return VerifyInclusion(opening.position, opening.leaves, FieldLeaf(commitment), opening.proof,
                         fields_root);
}

}  // namespace fusionhub::audit
