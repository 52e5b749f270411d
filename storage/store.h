// The one narrow interface to an ordered store. RocksDB is behind it by default
// (storage/rocksdb_store.h); nothing above this folder knows.
#ifndef FUSIONHUB_STORAGE_STORE_H_
#define FUSIONHUB_STORAGE_STORE_H_

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fusionhub::storage {

// Changes that are applied together or not at all.
class WriteBatch {
 public:
  struct Operation {
    enum class Kind { kPut, kDelete };
    Kind kind;
    std::string family;
    std::string key;
    std::string value;
  };
  struct Precondition {
    std::string family;
    std::string key;
    std::optional<std::string> expected;  // nullopt: must be absent
  };
  void Put(absl::string_view family, absl::string_view key, absl::string_view value);
  void Delete(absl::string_view family, absl::string_view key);
  // The batch is refused with ABORTED unless `key` now holds `expected`.
  void Require(absl::string_view family, absl::string_view key,
               std::optional<std::string> expected);

  const std::vector<Operation>& operations() const { return operations_; }
  const std::vector<Precondition>& preconditions() const { return preconditions_; }

 private:
  std::vector<Operation> operations_;
  std::vector<Precondition> preconditions_;
};

enum class Sync { kYes, kNo };

// FAILED_PRECONDITION for a family that does not exist, so that a misspelt name never reads as
// "absent".
absl::Status NoFamilyError(absl::string_view family);
// INVALID_ARGUMENT unless `family` has 1 to 128 bytes and is not "default", which RocksDB keeps for
// itself.
absl::Status CheckFamilyName(absl::string_view family);

// ABORTED: a batch's precondition on a key of `family` does not hold. Names no key: keys may be
// personal.
absl::Status PreconditionError(absl::string_view family);

// Thread-safe. Keys are ordered bytewise. An I/O error is DATA_LOSS and final: the caller ends the
// process (audit.md, crash rule 6). Every method is FAILED_PRECONDITION for a family that does not
// exist.
class Store {
 public:
  virtual ~Store() = default;

  // NOT_FOUND if absent.
  virtual absl::StatusOr<std::string> Get(absl::string_view family,
                                          absl::string_view key) const = 0;

  // Calls `visit` for keys in [begin, end), in order, until it returns false. An empty `end` means
  // to the family's end. `visit` sees the family as it was when Scan began, and may call the store.
  virtual absl::Status Scan(
      absl::string_view family, absl::string_view begin, absl::string_view end,
      const std::function<bool(absl::string_view key, absl::string_view value)>& visit) const = 0;

  // The last key below `end` (empty: of the family) and its value; NOT_FOUND if there is none.
  virtual absl::StatusOr<std::pair<std::string, std::string>> Last(absl::string_view family,
                                                                   absl::string_view end) const = 0;

  // With Sync::kYes the changes are on disk when it returns.
  virtual absl::Status Write(const WriteBatch& batch, Sync sync) = 0;

  // Makes a family if it does not exist. Families are also made at open.
  virtual absl::Status CreateFamily(absl::string_view family) = 0;
  // Removes a family with its content. NOT_FOUND if absent.
  virtual absl::Status DropFamily(absl::string_view family) = 0;
  // In bytewise order.
  virtual std::vector<std::string> Families() const = 0;
};

}  // namespace fusionhub::storage

#endif  // FUSIONHUB_STORAGE_STORE_H_
