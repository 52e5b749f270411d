// Ordered maps under one lock.
#include "storage/memory_store.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "base/status_macros.h"

namespace fusionhub::storage {
namespace {

using Family = std::map<std::string, std::string, std::less<>>;

// Thread-safe.
class MemoryStore final : public Store {
 public:
  absl::StatusOr<std::string> Get(absl::string_view family, absl::string_view key) const override {
    MutexLock lock(mu_);
    FUSIONHUB_ASSIGN_OR_RETURN(const Family* found, Find(family));
    const auto entry = found->find(key);
    if (entry == found->end()) return absl::NotFoundError("no such key");
    return entry->second;
  }

  absl::Status Scan(
      absl::string_view family, absl::string_view begin, absl::string_view end,
      const std::function<bool(absl::string_view, absl::string_view)>& visit) const override {
    FUSIONHUB_ASSIGN_OR_RETURN(const Entries entries, Copy(family, begin, end));
    for (const auto& [key, value] : entries) {
      if (!visit(key, value)) break;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::pair<std::string, std::string>> Last(absl::string_view family,
                                                           absl::string_view end) const override {
    MutexLock lock(mu_);
    FUSIONHUB_ASSIGN_OR_RETURN(const Family* found, Find(family));
    const auto bound = end.empty() ? found->end() : found->lower_bound(end);
    if (bound == found->begin()) return absl::NotFoundError("no key below the bound");
    const auto& [key, value] = *std::prev(bound);
    return std::make_pair(key, value);
  }

  absl::Status Write(const WriteBatch& batch, Sync) override {
    MutexLock lock(mu_);
    FUSIONHUB_RETURN_IF_ERROR(CheckBatch(batch));
    for (const WriteBatch::Operation& operation : batch.operations()) {
      Family& family = families_.find(operation.family)->second;
      if (operation.kind == WriteBatch::Operation::Kind::kPut) {
        family[operation.key] = operation.value;
      } else {
        family.erase(operation.key);
      }
    }
    return absl::OkStatus();
  }

  absl::Status CreateFamily(absl::string_view family) override {
    FUSIONHUB_RETURN_IF_ERROR(CheckFamilyName(family));
    MutexLock lock(mu_);
    families_.try_emplace(std::string(family));
    return absl::OkStatus();
  }

  absl::Status DropFamily(absl::string_view family) override {
    MutexLock lock(mu_);
    const auto found = families_.find(family);
    if (found == families_.end()) {
      return absl::NotFoundError(absl::StrCat("no family '", family, "' to drop"));
    }
    families_.erase(found);
    return absl::OkStatus();
  }

  std::vector<std::string> Families() const override {
    MutexLock lock(mu_);
    std::vector<std::string> names;
    for (const auto& [name, family] : families_) names.push_back(name);
    return names;
  }

 private:
  using Entries = std::vector<std::pair<std::string, std::string>>;

  absl::StatusOr<const Family*> Find(absl::string_view family) const FUSIONHUB_REQUIRES(mu_) {
    const auto found = families_.find(family);
    if (found == families_.end()) return NoFamilyError(family);
    return &found->second;
  }

  absl::StatusOr<Entries> Copy(absl::string_view family, absl::string_view begin,
                               absl::string_view end) const {
    MutexLock lock(mu_);
    FUSIONHUB_ASSIGN_OR_RETURN(const Family* found, Find(family));
    Entries entries;
    for (auto entry = found->lower_bound(begin);
         entry != found->end() && (end.empty() || entry->first < end); ++entry) {
      entries.push_back(*entry);
    }
    return entries;
  }

  absl::Status CheckBatch(const WriteBatch& batch) const FUSIONHUB_REQUIRES(mu_) {
    for (const WriteBatch::Operation& operation : batch.operations()) {
      FUSIONHUB_RETURN_IF_ERROR(Find(operation.family).status());
    }
    for (const WriteBatch::Precondition& precondition : batch.preconditions()) {
      FUSIONHUB_ASSIGN_OR_RETURN(const Family* family, Find(precondition.family));
      const auto entry = family->find(precondition.key);
      const bool holds = entry == family->end() ? !precondition.expected.has_value()
                                                : precondition.expected == entry->second;
      if (!holds) return PreconditionError(precondition.family);
    }
    return absl::OkStatus();
  }

  mutable Mutex mu_;
  std::map<std::string, Family, std::less<>> families_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace

std::unique_ptr<Store> NewMemoryStore() { return std::make_unique<MemoryStore>(); }

}  // namespace fusionhub::storage
