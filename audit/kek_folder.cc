#include "audit/kek_folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "crypto/digest.h"

namespace fusionhub::audit {
namespace {

constexpr size_t kKeySize = 32;

absl::Status Failed(absl::string_view what, const std::string& path, const std::error_code& code) {
  return absl::InternalError(absl::StrCat(what, " ", path, ": ", code.message()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<KekFolder>> KekFolder::Open(const std::string& path,
                                                           Random& random) {
  FUSIONHUB_RETURN_IF_ERROR(MakeDirectories(path));
  return std::unique_ptr<KekFolder>(new KekFolder(path, random));
}

std::string KekFolder::PathOf(absl::CivilDay day) const {
  return absl::StrCat(path_, "/", absl::FormatCivilTime(day));
}

absl::StatusOr<std::string> KekFolder::KeyForOpening(absl::CivilDay day) const {
  const std::string path = PathOf(day);
  FUSIONHUB_ASSIGN_OR_RETURN(std::string key, ReadFile(path, kKeySize));
  if (key.size() != kKeySize) {
    return absl::DataLossError(absl::StrCat(path, " has not 32 bytes; restore it from its backup"));
  }
  return key;
}

absl::StatusOr<std::string> KekFolder::KeyForSealing(absl::CivilDay day) {
  MutexLock lock(mu_);
  if (!cached_key_.empty() && cached_day_ == day) return cached_key_;
  absl::StatusOr<std::string> key = KeyForOpening(day);
  if (absl::IsNotFound(key.status())) {
    key = random_.Bytes(kKeySize);
    FUSIONHUB_RETURN_IF_ERROR(WriteFileAtomically(PathOf(day), *key, 0600, Durability::kSynced));
  }
  FUSIONHUB_RETURN_IF_ERROR(key.status());
  crypto::Cleanse(cached_key_);
  cached_day_ = day;
  cached_key_ = *key;
  return key;
}

absl::Status KekFolder::Destroy(absl::CivilDay day) {
  MutexLock lock(mu_);
  if (cached_day_ == day) {
    crypto::Cleanse(cached_key_);
    cached_key_.clear();
  }
  const std::string path = PathOf(day);
  FUSIONHUB_RETURN_IF_ERROR(KeyForOpening(day).status());
  // The new content usually lands elsewhere on the disk; the key is small enough to be worth a try.
  FUSIONHUB_RETURN_IF_ERROR(
      WriteFileAtomically(path, std::string(kKeySize, '\0'), 0600, Durability::kSynced));
  std::error_code code;
  std::filesystem::remove(path, code);
  if (code) return Failed("cannot remove", path, code);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<absl::CivilDay>> KekFolder::Days() const {
  std::vector<absl::CivilDay> days;
  std::error_code code;
  for (auto entry = std::filesystem::directory_iterator(path_, code);
       !code && entry != std::filesystem::directory_iterator(); entry.increment(code)) {
    absl::CivilDay day;
    const std::string name = entry->path().filename();
    if (absl::ParseCivilTime(name, &day) && absl::FormatCivilTime(day) == name) days.push_back(day);
  }
  if (code) return Failed("cannot list", path_, code);
  std::sort(days.begin(), days.end());
  return days;
}

}  // namespace fusionhub::audit
