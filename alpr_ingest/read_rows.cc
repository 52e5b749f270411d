// The rows that a read and its hits become in the store: their keys, and the sealing of their
// values.
#include "alpr_ingest/read_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "alpr_ingest/big_endian.h"
#include "alpr_ingest/read_codec.h"
#include "base/status_macros.h"
#include "crypto/aes_gcm.h"
#include "crypto/digest.h"

namespace fusionhub::alpr_ingest {
namespace {

constexpr absl::string_view kDayFamilyPrefix = "alpr-reads-";
constexpr size_t kIdBytes = 16;
constexpr size_t kPlateDigestBytes = 8;

std::string ClassByte(const DayKey& key) {
  return std::string(1, static_cast<char>(key.retention_class()));
}

std::string KeyedDigest(const DayKey& key, absl::string_view purpose, absl::string_view value,
                        size_t bytes) {
  const crypto::Digest digest = crypto::HmacSha256(key.indexing(), {purpose, "\n", value});
  return std::string(crypto::View(digest).substr(0, bytes));
}

std::string Associated(absl::string_view family, absl::string_view row_key) {
  return absl::StrCat("fusionhub/plate_row/v1\n", family, "\n", row_key);
}

void Put(CommitQueue::Item& item, absl::string_view family, absl::string_view key,
         std::string value) {
  item.operations.push_back({storage::WriteBatch::Operation::Kind::kPut, std::string(family),
                             std::string(key), std::move(value)});
}

absl::Status AddHit(const DayKey& key, const Hit& hit, Random& random, CommitQueue::Item& item) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string id, IdBytes(hit.hit_id));
  const std::string plain = EncodeHit(hit), family = DayFamily(key.day());
  const std::string row = HitRowKey(id);
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string sealed, SealRow(key, family, row, plain, random));
  Put(item, family, row, absl::StrCat(ClassByte(key), sealed));
  const std::string outbox_row = OutboxRowKey(hit);
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string waiting,
                             SealRow(key, kOutboxFamily, outbox_row, plain, random));
  Put(item, kOutboxFamily, outbox_row,
      absl::StrCat(BigEndianSigned(key.day()), ClassByte(key), waiting));
  return absl::OkStatus();
}

}  // namespace

std::string DayFamily(DayNumber day) { return absl::StrCat(kDayFamilyPrefix, DayText(day)); }

std::optional<DayNumber> DayOfFamily(absl::string_view family) {
  absl::CivilDay day;
  if (!absl::ConsumePrefix(&family, kDayFamilyPrefix) || !absl::ParseCivilTime(family, &day)) {
    return std::nullopt;
  }
  return DayOf(absl::FromCivil(day, absl::UTCTimeZone()));
}

absl::StatusOr<std::string> IdBytes(absl::string_view id) {
  absl::StatusOr<std::string> bytes = crypto::FromHex(id);
  // The round trip refuses upper case: one id, one spelling.
  if (!bytes.ok() || bytes->size() != kIdBytes || crypto::ToHex(*bytes) != id) {
    return absl::InvalidArgumentError(
        "an id of a read or hit has 32 lower-case hexadecimal digits");
  }
  return bytes;
}

std::string ReadRowKey(absl::string_view ref) { return absl::StrCat("r", ref); }

std::string HitRowKey(absl::string_view hit) { return absl::StrCat("h", hit); }

std::string IndexRowPrefix(const DayKey& key, absl::string_view plate) {
  return absl::StrCat("i", ClassByte(key), KeyedDigest(key, "plate", plate, kPlateDigestBytes));
}

std::string IndexRowBound(const DayKey& key, absl::string_view plate, absl::Time time) {
  return absl::StrCat(IndexRowPrefix(key, plate), BigEndianSigned(absl::ToUnixMicros(time)));
}

std::optional<IndexRowTail> ParseIndexRowKey(absl::string_view row_key) {
  constexpr size_t kHead = 2 + kPlateDigestBytes;
  if (row_key.size() != kHead + 8 + kIdBytes) return std::nullopt;
  return IndexRowTail{absl::FromUnixMicros(FromBigEndianSigned(row_key.substr(kHead))),
                      std::string(row_key.substr(kHead + 8))};
}

std::string OutboxRowKey(const Hit& hit) {
  return absl::StrCat(BigEndianSigned(absl::ToUnixMicros(hit.matched_at)),
                      IdBytes(hit.hit_id).value_or(""));
}

std::optional<DayKeys::Id> OutboxId(absl::string_view value) {
  if (value.size() < kOutboxHeadBytes) return std::nullopt;
  return DayKeys::Id(static_cast<DayNumber>(FromBigEndianSigned(value)),
                     static_cast<uint8_t>(value[8]));
}

std::string SourceRowKey(const DayKey& key, absl::string_view source_key) {
  return absl::StrCat("d", ClassByte(key), KeyedDigest(key, "source", source_key, kIdBytes));
}

std::string MakeHitId(const DayKey& key, const Hit& hit) {
  const std::string what = absl::StrCat(
      BigEndian64(hit.read_ref.size()), hit.read_ref, BigEndian64(hit.owner.size()), hit.owner,
      BigEndian64(hit.entry_id.size()), hit.entry_id, BigEndian64(hit.list_version));
  return crypto::ToHex(KeyedDigest(key, "hit", what, kIdBytes));
}

absl::StatusOr<std::string> SealRow(const DayKey& key, absl::string_view family,
                                    absl::string_view row_key, absl::string_view plain,
                                    Random& random) {
  return crypto::SealAesGcm(key.sealing(), Associated(family, row_key), plain, random);
}

absl::StatusOr<std::string> OpenRow(const DayKey& key, absl::string_view family,
                                    absl::string_view row_key, absl::string_view sealed) {
  absl::StatusOr<std::string> plain =
      crypto::OpenAesGcm(key.sealing(), Associated(family, row_key), sealed);
  if (!plain.ok()) {
    return absl::DataLossError(
        absl::StrCat("a row of ", family, " does not open under its day's key: it is damaged"));
  }
  return plain;
}

absl::StatusOr<CommitQueue::Item> MakeRows(const DayKey& key, const PlateRead& read,
                                           const std::vector<Hit>& hits, Random& random) {
  CommitQueue::Item item;
  const std::string family = DayFamily(key.day());
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string ref, IdBytes(read.read_ref));
  const std::string read_row = ReadRowKey(ref);
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string sealed,
                             SealRow(key, family, read_row, EncodeRead(read), random));
  Put(item, family, read_row, absl::StrCat(ClassByte(key), sealed));
  const std::string index_row = absl::StrCat(IndexRowBound(key, read.plate, read.captured_at), ref);
  const std::string entry = EncodeIndexEntry({read.plate, read.state});
  FUSIONHUB_ASSIGN_OR_RETURN(std::string sealed_entry,
                             SealRow(key, family, index_row, entry, random));
  Put(item, family, index_row, std::move(sealed_entry));
  if (!read.source_key.empty()) {
    item.unique_family = family;
    item.unique_key = SourceRowKey(key, read.source_key);
    Put(item, family, item.unique_key, ref);
  }
  for (const Hit& hit : hits) FUSIONHUB_RETURN_IF_ERROR(AddHit(key, hit, random, item));
  return item;
}

}  // namespace fusionhub::alpr_ingest
