#include "audit/log_store.h"

#include "absl/strings/str_cat.h"
#include "audit/byte_codec.h"
#include "base/status_macros.h"

namespace fusionhub::audit {
namespace {

constexpr absl::string_view kLeaves = "log_leaf";    // index -> leaf
constexpr absl::string_view kNodes = "log_node";     // level, index -> hash
constexpr absl::string_view kSealed = "log_sealed";  // index -> ciphertext
constexpr absl::string_view kWraps = "log_wrap";     // index -> wrapped data key
constexpr absl::string_view kByQuery = "log_query";  // query id, index -> entry type

std::string NodeKey(int level, uint64_t index) {
  return ByteWriter().U8(static_cast<uint8_t>(level)).U64(index).Take();
}

absl::StatusOr<uint64_t> IndexFromKey(absl::string_view key) {
  ByteReader reader(key);
  const uint64_t index = reader.U64();
  if (!reader.AtEnd()) return absl::DataLossError("the log's store holds a key that is no index");
  return index;
}

}  // namespace

std::vector<std::string> LogStore::Families() {
  std::vector<std::string> families;
  for (const absl::string_view family : {kLeaves, kNodes, kSealed, kWraps, kByQuery}) {
    families.emplace_back(family);
  }
  return families;
}

absl::StatusOr<LogStore> LogStore::Open(storage::Store& store) {
  for (const std::string& family : Families()) {
    FUSIONHUB_RETURN_IF_ERROR(store.CreateFamily(family));
  }
  return LogStore(store);
}

absl::StatusOr<uint64_t> LogStore::Size() const {
  const auto last = store_->Last(kLeaves, "");
  if (absl::IsNotFound(last.status())) return 0;
  FUSIONHUB_RETURN_IF_ERROR(last.status());
  FUSIONHUB_ASSIGN_OR_RETURN(const uint64_t index, IndexFromKey(last->first));
  return index + 1;
}

absl::StatusOr<std::string> LogStore::Leaf(uint64_t index) const {
  return store_->Get(kLeaves, BigEndian64(index));
}

absl::StatusOr<std::vector<std::string>> LogStore::Leaves(uint64_t first, uint64_t count) const {
  std::vector<std::string> leaves;
  if (count == 0) return leaves;
  bool dense = true;
  FUSIONHUB_RETURN_IF_ERROR(store_->Scan(kLeaves, BigEndian64(first), BigEndian64(first + count),
                                         [&](absl::string_view key, absl::string_view leaf) {
                                           dense = key == BigEndian64(first + leaves.size());
                                           leaves.emplace_back(leaf);
                                           return dense;
                                         }));
  if (!dense || leaves.size() != count) {
    return absl::DataLossError(
        absl::StrCat("the log's store lacks an entry between ", first, " and ", first + count - 1));
  }
  return leaves;
}

absl::StatusOr<Digest> LogStore::Node(int level, uint64_t index) const {
  const absl::StatusOr<std::string> bytes = store_->Get(kNodes, NodeKey(level, index));
  const absl::StatusOr<Digest> hash =
      bytes.ok() ? crypto::DigestFromBytes(*bytes) : absl::StatusOr<Digest>(bytes.status());
  if (hash.ok() || !(bytes.ok() || absl::IsNotFound(bytes.status()))) return hash;
  return absl::DataLossError(absl::StrCat("the log's store lacks tree node ", index, " of level ",
                                          level, ", or it is damaged"));
}

NodeReader LogStore::Reader() const {
  return [store = *this](int level, uint64_t index) { return store.Node(level, index); };
}

absl::StatusOr<std::string> LogStore::Ciphertext(uint64_t index) const {
  return store_->Get(kSealed, BigEndian64(index));
}

absl::StatusOr<std::string> LogStore::Wrap(uint64_t index) const {
  return store_->Get(kWraps, BigEndian64(index));
}

absl::StatusOr<std::vector<uint64_t>> LogStore::EntriesOf(absl::string_view query_id,
                                                          size_t max) const {
  std::vector<uint64_t> indices;
  if (query_id.size() != kEntryIdSize) {
    return absl::InvalidArgumentError("a query id has 16 bytes");
  }
  absl::Status bad_key;
  const std::string begin(query_id);
  FUSIONHUB_RETURN_IF_ERROR(store_->Scan(kByQuery, begin, begin + std::string(9, '\xff'),
                                         [&](absl::string_view key, absl::string_view) {
                                           const absl::StatusOr<uint64_t> index =
                                               IndexFromKey(key.substr(query_id.size()));
                                           bad_key.Update(index.status());
                                           if (!index.ok() || indices.size() == max) return false;
                                           indices.push_back(*index);
                                           return true;
                                         }));
  FUSIONHUB_RETURN_IF_ERROR(bad_key);
  return indices;
}

absl::Status LogStore::Append(const std::vector<const SealedEntry*>& entries, CompactRange& range) {
  storage::WriteBatch batch;
  // Another writer on the same store would be seen here, before it does harm.
  batch.Require(kLeaves, BigEndian64(range.size()), std::nullopt);
  const auto put_node = [&batch](int level, uint64_t index, const Digest& hash) {
    batch.Put(kNodes, NodeKey(level, index), crypto::View(hash));
  };
  for (const SealedEntry* entry : entries) {
    const std::string key = BigEndian64(range.size());
    batch.Put(kLeaves, key, entry->leaf);
    batch.Put(kSealed, key, entry->ciphertext);
    batch.Put(kWraps, key, entry->wrap);
    if (!entry->query_id.empty()) {
      const char type = static_cast<char>(entry->type);
      batch.Put(kByQuery, entry->query_id + key, absl::string_view(&type, 1));
    }
    range.Append(LeafHash(entry->leaf), put_node);
  }
  return store_->Write(batch, storage::Sync::kYes);
}

}  // namespace fusionhub::audit
