#include "audit/entry.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "audit/byte_codec.h"
#include "base/status_macros.h"

namespace fusionhub::audit {
namespace {

constexpr uint8_t kVersion = 1;
constexpr uint64_t kNoReference = std::numeric_limits<uint64_t>::max();
constexpr int64_t kSecondsPerHour = 3600;
constexpr crypto::Digest kZeroDigest{};

absl::Status Bad(EntryType type, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("log entry ", EntryTypeName(type), ": ", what));
}

bool IsCode(absl::string_view code) {
  return code.size() <= kMaxCodeSize && std::all_of(code.begin(), code.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' ||
                  c == '#' || c == '-';
         });
}

// Whole hours since 1970, as 32 bits hold them.
bool IsWholeHour(absl::Time time) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  return absl::FromUnixSeconds(seconds) == time && seconds % kSecondsPerHour == 0 && seconds >= 0 &&
         seconds / kSecondsPerHour <= std::numeric_limits<uint32_t>::max();
}

uint32_t Hours(absl::Time time) {
  return static_cast<uint32_t>(absl::ToUnixSeconds(time) / kSecondsPerHour);
}

absl::Time FromHours(uint32_t hours) {
  return absl::FromUnixSeconds(int64_t{hours} * kSecondsPerHour);
}

// Zero stands for an absent commitment; no real one is zero.
bool IsZero(const std::optional<crypto::Digest>& digest) {
  return digest.has_value() && *digest == kZeroDigest;
}

absl::Status CheckForm(const Entry& e) {
  if (e.entry_id.size() != kEntryIdSize) return Bad(e.type, "the entry id has not 16 bytes");
  if (!e.query_id.empty() && e.query_id.size() != kEntryIdSize) {
    return Bad(e.type, "the query id has not 16 bytes");
  }
  if (e.query_id == std::string(kEntryIdSize, '\0')) return Bad(e.type, "the query id is zero");
  if (e.reference == kNoReference) return Bad(e.type, "the reference is out of range");
  if (!IsWholeHour(e.time)) return Bad(e.type, "the time is not a whole hour after 1970");
  if (e.expires.has_value() && (!IsWholeHour(*e.expires) || *e.expires <= e.time)) {
    return Bad(e.type, "the expiry is not a whole hour after the time");
  }
  for (const std::string* code : {&e.purpose, &e.data, &e.action, &e.outcome, &e.clause}) {
    if (!IsCode(*code)) return Bad(e.type, "a code is longer than 64 or not of [A-Za-z0-9_.#-]");
  }
  for (size_t i = 0; i < e.owners.size(); ++i) {
    if (e.owners[i].empty() || !IsCode(e.owners[i])) return Bad(e.type, "an owner is no agency id");
    if (i > 0 && e.owners[i] <= e.owners[i - 1]) return Bad(e.type, "the owners are not sorted");
  }
  if (e.owners.size() > kMaxOwners) return Bad(e.type, "more than 128 owners");
  if (IsZero(e.query_commitment) || IsZero(e.answer_commitment) || IsZero(e.released_commitment)) {
    return Bad(e.type, "a commitment is zero");
  }
  return absl::OkStatus();
}

enum class Need { kNo, kYes, kMay };

// What each type has; the words of CheckEntry's comment.
struct Rule {
  Need query_id = Need::kNo;
  Need reference = Need::kNo;
  size_t min_owners = 0;
  size_t max_owners = 0;
  Need query = Need::kNo;
  Need answer = Need::kNo;
};

std::optional<Rule> RuleOf(const Entry& e) {
  const bool for_everyone = !e.reference.has_value();
  switch (e.type) {
    case EntryType::kIntent:
      return Rule{Need::kYes, Need::kNo, 1, kMaxOwners, Need::kYes, Need::kNo};
    case EntryType::kRelease:
      return Rule{Need::kYes, Need::kYes, 1, 1, Need::kNo, Need::kYes};
    case EntryType::kRefuse:
    case EntryType::kHold:
      if (for_everyone) return Rule{Need::kYes, Need::kNo, 0, kMaxOwners, Need::kYes, Need::kNo};
      return Rule{Need::kYes, Need::kYes, 1, 1, Need::kNo, Need::kMay};
    case EntryType::kTimeout:
      return Rule{Need::kYes, Need::kYes, 1, 1, Need::kNo, Need::kNo};
    case EntryType::kClose:
      return Rule{Need::kYes, Need::kYes, 0, 0, Need::kNo, Need::kYes};
    case EntryType::kAuthorisation:
    case EntryType::kDenial:
      return Rule{Need::kYes, Need::kMay, 1, 1, Need::kMay, Need::kNo};
    case EntryType::kRefusalSummary:
      return Rule{};
    case EntryType::kHotlistShare:
      return Rule{Need::kNo, Need::kNo, 1, 1, Need::kNo, Need::kMay};
  }
  return std::nullopt;
}

bool Fits(Need need, bool has) { return need == Need::kMay || (need == Need::kYes) == has; }

std::string Hash(const std::optional<crypto::Digest>& digest) {
  return crypto::ToString(digest.value_or(kZeroDigest));
}

crypto::Digest ReadDigest(ByteReader& reader) {
  crypto::Digest digest{};
  const absl::string_view bytes = reader.Raw(digest.size());
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

std::optional<crypto::Digest> ReadOptionalDigest(ByteReader& reader) {
  const crypto::Digest digest = ReadDigest(reader);
  if (digest == kZeroDigest) return std::nullopt;
  return digest;
}

void ReadNumbers(ByteReader& reader, Entry& e) {
  e.entry_id = std::string(reader.Raw(kEntryIdSize));
  e.query_id = std::string(reader.Raw(kEntryIdSize));
  if (e.query_id == std::string(kEntryIdSize, '\0')) e.query_id.clear();
  if (const uint64_t reference = reader.U64(); reference != kNoReference) e.reference = reference;
  e.time = FromHours(reader.U32());
  if (const uint32_t expires = reader.U32(); expires != 0) e.expires = FromHours(expires);
  e.count = reader.U32();
}

Entry ReadEntry(ByteReader& reader) {
  Entry e;
  e.type = static_cast<EntryType>(reader.U8());
  ReadNumbers(reader, e);
  e.policy_digest = ReadDigest(reader);
  e.query_commitment = ReadOptionalDigest(reader);
  e.answer_commitment = ReadOptionalDigest(reader);
  e.released_commitment = ReadOptionalDigest(reader);
  e.fields_root = ReadDigest(reader);
  e.ct_digest = ReadDigest(reader);
  e.ct_size = reader.U32();
  for (std::string* code : {&e.purpose, &e.data, &e.action, &e.outcome, &e.clause}) {
    *code = std::string(reader.String8());
  }
  const uint8_t owners = reader.U8();
  for (uint8_t i = 0; i < owners && reader.ok(); ++i) e.owners.emplace_back(reader.String8());
  return e;
}

}  // namespace

absl::string_view EntryTypeName(EntryType type) {
  switch (type) {
    case EntryType::kIntent:
      return "INTENT";
    case EntryType::kRelease:
      return "RELEASE";
    case EntryType::kRefuse:
      return "REFUSE";
    case EntryType::kHold:
      return "HOLD";
    case EntryType::kTimeout:
      return "TIMEOUT";
    case EntryType::kClose:
      return "CLOSE";
    case EntryType::kAuthorisation:
      return "AUTHORISATION";
    case EntryType::kDenial:
      return "DENIAL";
    case EntryType::kRefusalSummary:
      return "REFUSAL_SUMMARY";
    case EntryType::kHotlistShare:
      return "HOTLIST_SHARE";
  }
  return "UNKNOWN";
}

absl::Status CheckEntry(const Entry& entry) {
  const std::optional<Rule> rule = RuleOf(entry);
  if (!rule.has_value()) return absl::InvalidArgumentError("log entry: unknown type");
  FUSIONHUB_RETURN_IF_ERROR(CheckForm(entry));
  if (!Fits(rule->query_id, !entry.query_id.empty())) return Bad(entry.type, "query id");
  if (!Fits(rule->reference, entry.reference.has_value())) return Bad(entry.type, "reference");
  if (entry.owners.size() < rule->min_owners || entry.owners.size() > rule->max_owners) {
    return Bad(entry.type, "number of owners");
  }
  if (!Fits(rule->query, entry.query_commitment.has_value())) {
    return Bad(entry.type, "query commitment");
  }
  if (!Fits(rule->answer, entry.answer_commitment.has_value())) {
    return Bad(entry.type, "answer commitment");
  }
  if (entry.released_commitment.has_value() != (entry.type == EntryType::kRelease)) {
    return Bad(entry.type, "released commitment");
  }
  if (entry.expires.has_value() != (entry.type == EntryType::kIntent)) {
    return Bad(entry.type, "expiry");
  }
  if ((entry.count != 0) != (entry.type == EntryType::kRefusalSummary)) {
    return Bad(entry.type, "count");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> EncodeLeaf(const Entry& entry) {
  FUSIONHUB_RETURN_IF_ERROR(CheckEntry(entry));
  ByteWriter writer;
  writer.U8(kVersion).U8(static_cast<uint8_t>(entry.type)).Raw(entry.entry_id);
  writer.Raw(entry.query_id.empty() ? std::string(kEntryIdSize, '\0') : entry.query_id);
  writer.U64(entry.reference.value_or(kNoReference)).U32(Hours(entry.time));
  writer.U32(entry.expires.has_value() ? Hours(*entry.expires) : 0).U32(entry.count);
  writer.Raw(Hash(entry.policy_digest)).Raw(Hash(entry.query_commitment));
  writer.Raw(Hash(entry.answer_commitment)).Raw(Hash(entry.released_commitment));
  writer.Raw(Hash(entry.fields_root)).Raw(Hash(entry.ct_digest)).U32(entry.ct_size);
  for (const std::string* code :
       {&entry.purpose, &entry.data, &entry.action, &entry.outcome, &entry.clause}) {
    writer.String8(*code);
  }
  writer.U8(static_cast<uint8_t>(entry.owners.size()));
  for (const std::string& owner : entry.owners) writer.String8(owner);
  if (writer.bytes().size() > kMaxLeafSize) return Bad(entry.type, "the leaf exceeds 4 KiB");
  return writer.Take();
}

absl::StatusOr<Entry> ParseLeaf(absl::string_view leaf) {
  ByteReader reader(leaf);
  if (leaf.size() > kMaxLeafSize) return absl::InvalidArgumentError("log leaf: above 4 KiB");
  if (reader.U8() != kVersion) return absl::InvalidArgumentError("log leaf: unknown version");
  Entry entry = ReadEntry(reader);
  if (!reader.AtEnd()) return absl::InvalidArgumentError("log leaf: cut off, or longer than it is");
  // Writing it again is the proof that there is no second spelling.
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string canonical, EncodeLeaf(entry));
  if (canonical != leaf) return absl::InvalidArgumentError("log leaf: not in canonical form");
  return entry;
}

absl::Time FloorToHour(absl::Time time) {
  const absl::Duration since = time - absl::UnixEpoch();
  return absl::UnixEpoch() + absl::Floor(since, absl::Hours(1));
}

absl::Time CeilToHour(absl::Time time) {
  const absl::Duration since = time - absl::UnixEpoch();
  return absl::UnixEpoch() + absl::Ceil(since, absl::Hours(1));
}

}  // namespace fusionhub::audit
