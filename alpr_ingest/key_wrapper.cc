// The key-encrypting key (KEK) of a node: wraps day keys, and is replaced whenever one of them is
// destroyed.
#include "alpr_ingest/key_wrapper.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "alpr_ingest/big_endian.h"
#include "alpr_ingest/key_files.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "crypto/aes_gcm.h"
#include "crypto/digest.h"

namespace fusionhub::alpr_ingest {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr absl::string_view kKekPrefix = "kek-";
constexpr absl::string_view kMagic = "FHDAYK1\n";
constexpr size_t kCommitmentBytes = 64;  // hexadecimal SHA-256
constexpr size_t kHeaderBytes = 8 + 8 + kCommitmentBytes;

std::string Associated(absl::string_view name, absl::string_view header) {
  return absl::StrCat("fusionhub/day_key/v1\n", name, "\n", header);
}

}  // namespace

absl::StatusOr<KeyWrapper> KeyWrapper::Open(const std::string& folder, Random& random) {
  FUSIONHUB_RETURN_IF_ERROR(MakeDirectories(folder));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<std::string> names, ListKeyFiles(folder));
  KeyWrapper wrapper(folder, random);
  for (const std::string& name : names) {
    uint64_t generation = 0;
    absl::string_view digits = name;
    if (!absl::ConsumePrefix(&digits, kKekPrefix) || !absl::SimpleAtoi(digits, &generation))
      continue;
    FUSIONHUB_ASSIGN_OR_RETURN(std::string kek, ReadKeyFile(wrapper.Path(generation)));
    if (generation == 0 || kek.size() != kKeyBytes) {
      return absl::DataLossError(absl::StrCat("key file ", folder, "/", name, ": not a key of ",
                                              kKeyBytes, " bytes; restore it"));
    }
    wrapper.keks_[generation] = std::move(kek);
  }
  return wrapper;
}

KeyWrapper::~KeyWrapper() {
  for (auto& [generation, kek] : keks_) crypto::Cleanse(kek);
}

std::string KeyWrapper::Path(uint64_t generation) const {
  return absl::StrCat(folder_, "/", kKekPrefix, generation);
}

absl::Status KeyWrapper::BeginRotation() {
  const uint64_t next = generation() + 1;
  std::string kek = random_->Bytes(kKeyBytes);
  FUSIONHUB_RETURN_IF_ERROR(WriteKeyFile(Path(next), kek));
  keks_[next] = std::move(kek);
  return absl::OkStatus();
}

absl::Status KeyWrapper::DropOld() {
  while (rotating()) {
    const auto oldest = keks_.begin();
    FUSIONHUB_RETURN_IF_ERROR(DestroyKeyFile(Path(oldest->first)));
    crypto::Cleanse(oldest->second);
    keks_.erase(oldest);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> KeyWrapper::Wrap(absl::string_view name, absl::string_view commitment,
                                             absl::string_view secret) const {
  const std::string header = absl::StrCat(kMagic, BigEndian64(generation()), commitment);
  FUSIONHUB_ASSIGN_OR_RETURN(
      const std::string sealed,
      crypto::SealAesGcm(keks_.rbegin()->second, Associated(name, header), secret, *random_));
  return absl::StrCat(header, sealed);
}

absl::StatusOr<std::string> KeyWrapper::Unwrap(absl::string_view name,
                                               absl::string_view file) const {
  const auto damaged = [&] {
    return absl::DataLossError(absl::StrCat("key file ", name, " is damaged; restore it"));
  };
  if (file.size() < kHeaderBytes || !absl::StartsWith(file, kMagic)) return damaged();
  const uint64_t generation = FromBigEndian64(file.substr(kMagic.size()));
  const auto kek = keks_.find(generation);
  if (kek == keks_.end()) {
    return absl::FailedPreconditionError(
        absl::StrCat("key file ", name, " needs key-encrypting key ", kKekPrefix, generation,
                     " in ", folder_, ", which is not there; put it back"));
  }
  absl::StatusOr<std::string> secret = crypto::OpenAesGcm(
      kek->second, Associated(name, file.substr(0, kHeaderBytes)), file.substr(kHeaderBytes));
  if (!secret.ok() || secret->size() != kKeyBytes) return damaged();
  return secret;
}

std::string KeyWrapper::Commitment(absl::string_view file) {
  if (file.size() < kHeaderBytes || !absl::StartsWith(file, kMagic)) return "";
  return std::string(file.substr(kMagic.size() + 8, kCommitmentBytes));
}

}  // namespace fusionhub::alpr_ingest
