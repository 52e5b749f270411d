// What every store has in common: batches and family names.
#include "storage/store.h"

#include "absl/strings/str_cat.h"

namespace fusionhub::storage {
namespace {

constexpr size_t kMaxFamilyName = 128;

}  // namespace

void WriteBatch::Put(absl::string_view family, absl::string_view key, absl::string_view value) {
  operations_.push_back(
      {Operation::Kind::kPut, std::string(family), std::string(key), std::string(value)});
}

void WriteBatch::Delete(absl::string_view family, absl::string_view key) {
  operations_.push_back({Operation::Kind::kDelete, std::string(family), std::string(key), ""});
}

void WriteBatch::Require(absl::string_view family, absl::string_view key,
                         std::optional<std::string> expected) {
  preconditions_.push_back({std::string(family), std::string(key), std::move(expected)});
}

absl::Status NoFamilyError(absl::string_view family) {
  return absl::FailedPreconditionError(
      absl::StrCat("the store has no family '", family, "'; create it first"));
}

absl::Status PreconditionError(absl::string_view family) {
  return absl::AbortedError(absl::StrCat("a precondition in family '", family,
                                         "' does not hold: nothing was written; read it again"));
}

absl::Status CheckFamilyName(absl::string_view family) {
  if (family.empty() || family.size() > kMaxFamilyName || family == "default") {
    return absl::InvalidArgumentError(
        absl::StrCat("a family's name has 1 to ", kMaxFamilyName, " bytes and is not 'default'"));
  }
  return absl::OkStatus();
}

}  // namespace fusionhub::storage
