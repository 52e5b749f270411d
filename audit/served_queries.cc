#include "audit/served_queries.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/byte_codec.h"
#include "audit/entry.h"
#include "base/status_macros.h"

namespace fusionhub::audit {
namespace {

// Two kinds of key in one family: "q" query id -> nothing, "x" expiry query id -> nothing.
std::string QueryKey(absl::string_view query_id) { return absl::StrCat("q", query_id); }

std::string ExpiryKey(absl::Time expires, absl::string_view query_id) {
  const int64_t seconds = std::max<int64_t>(0, absl::ToUnixSeconds(expires));
  return absl::StrCat("x", BigEndian64(static_cast<uint64_t>(seconds)), query_id);
}

}  // namespace

absl::StatusOr<ServedQueries> ServedQueries::Open(storage::Store& store) {
  FUSIONHUB_RETURN_IF_ERROR(store.CreateFamily(kFamily));
  return ServedQueries(store);
}

absl::Status ServedQueries::MarkServed(absl::string_view query_id, absl::Time expires) {
  if (query_id.size() != kEntryIdSize) {
    return absl::InvalidArgumentError("a query id has 16 bytes");
  }
  storage::WriteBatch batch;
  batch.Require(kFamily, QueryKey(query_id), std::nullopt);
  batch.Put(kFamily, QueryKey(query_id), "");
  batch.Put(kFamily, ExpiryKey(expires, query_id), "");
  const absl::Status written = store_->Write(batch, storage::Sync::kYes);
  if (absl::IsAborted(written)) {
    return absl::AlreadyExistsError("this query was served already; ask again as a new query");
  }
  return written;
}

absl::StatusOr<size_t> ServedQueries::Prune(absl::Time now, size_t max) {
  storage::WriteBatch batch;
  size_t pruned = 0;
  FUSIONHUB_RETURN_IF_ERROR(
      store_->Scan(kFamily, "x", ExpiryKey(now, ""), [&](absl::string_view key, absl::string_view) {
        if (pruned == max) return false;
        batch.Delete(kFamily, key);
        batch.Delete(kFamily, QueryKey(key.substr(9)));
        ++pruned;
        return true;
      }));
  // If it is lost, the next call prunes again.
  if (pruned > 0) FUSIONHUB_RETURN_IF_ERROR(store_->Write(batch, storage::Sync::kNo));
  return pruned;
}

}  // namespace fusionhub::audit
