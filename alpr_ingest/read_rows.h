// The rows that a read and its hits become in the store: their keys, and the sealing of their
// values.
//
// One family a day. In it, with C the byte of the retention class and K the keys of day and class:
//   'r' ref                          -> C sealed read          ref: 16 bytes of read_ref
//   'i' C HMAC(K, plate)[8] time ref -> sealed plate and state; time: captured_at
//   'd' C HMAC(K, source key)[16]    -> ref                    so that a second delivery is
//   recognised 'h' hit id                       -> C sealed hit
// One family for all days: the outbox, matched_at and hit id -> day C sealed hit.
// No plate, place or reader is in a key or in an unsealed value.
#ifndef FUSIONHUB_ALPR_INGEST_READ_ROWS_H_
#define FUSIONHUB_ALPR_INGEST_READ_ROWS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "alpr_ingest/commit_queue.h"
#include "alpr_ingest/day_keys.h"
#include "alpr_ingest/hit_matcher.h"
#include "alpr_ingest/read.h"
#include "base/random.h"

namespace fusionhub::alpr_ingest {

inline constexpr absl::string_view kOutboxFamily = "alpr-outbox";
inline constexpr absl::string_view kReceiptFamily = "alpr-purges";

std::string DayFamily(DayNumber day);  // "alpr-reads-2026-01-31"
// The day of such a name, nullopt for other families.
std::optional<DayNumber> DayOfFamily(absl::string_view family);

// 16 bytes of an id of 32 lower-case hexadecimal digits; INVALID_ARGUMENT.
absl::StatusOr<std::string> IdBytes(absl::string_view id);

std::string ReadRowKey(absl::string_view ref);
std::string HitRowKey(absl::string_view hit);
// The rows of one plate and class, [begin, end), narrowed to captured_at in [from, to).
std::string IndexRowPrefix(const DayKey& key, absl::string_view plate);
std::string IndexRowBound(const DayKey& key, absl::string_view plate, absl::Time time);
std::string OutboxRowKey(const Hit& hit);  // hit_id has been checked
std::string SourceRowKey(const DayKey& key, absl::string_view source_key);

// Day and class at the head of an outbox row's value, nullopt when it is damaged.
inline constexpr size_t kOutboxHeadBytes = 9;
std::optional<DayKeys::Id> OutboxId(absl::string_view value);

// What an index row's key tells.
struct IndexRowTail {
  absl::Time captured_at;
  std::string ref;  // 16 bytes
};
std::optional<IndexRowTail> ParseIndexRowKey(absl::string_view row_key);

// Hexadecimal; the same for the same read, owner, entry and version, and not to be guessed without
// the key.
std::string MakeHitId(const DayKey& key, const Hit& hit);

// `family` and `row_key` are bound to the value, so that no row can be put in another's place.
absl::StatusOr<std::string> SealRow(const DayKey& key, absl::string_view family,
                                    absl::string_view row_key, absl::string_view plain,
                                    Random& random);
absl::StatusOr<std::string> OpenRow(const DayKey& key, absl::string_view family,
                                    absl::string_view row_key, absl::string_view sealed);

// Everything that one Append writes.
absl::StatusOr<CommitQueue::Item> MakeRows(const DayKey& key, const PlateRead& read,
                                           const std::vector<Hit>& hits, Random& random);

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_READ_ROWS_H_
