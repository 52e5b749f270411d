// Slots of 64 bytes: a wrapped key (nonce, ciphertext, tag: 60 bytes) and padding, or zeros.
#include "face_matcher/key_vault.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "crypto/aes_gcm.h"
#include "crypto/digest.h"

namespace fusionhub::face_matcher {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kSlotBytes = 64;
constexpr size_t kWrappedBytes = 12 + kKeyBytes + 16;

// Binds a wrapped key to its slot, so that slots cannot be exchanged.
std::string Context(uint64_t slot) { return absl::StrCat("fusionhub/gallery-key/", slot); }

bool IsZero(absl::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
}

absl::Status IoError(absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("gallery key file: ", what, ": ", absl::ErrnoToStatus(errno, "").message()));
}

}  // namespace

absl::StatusOr<std::string> LoadOrCreateGalleryKek(const std::string& path, Random& random) {
  struct stat found;
  if (stat(path.c_str(), &found) != 0) {
    if (errno != ENOENT) return absl::ErrnoToStatus(errno, absl::StrCat("cannot look at ", path));
    FUSIONHUB_RETURN_IF_ERROR(
        WriteFileAtomically(path, random.Bytes(kKeyBytes), 0600, Durability::kSynced));
  } else if ((found.st_mode & 077) != 0) {
    return absl::PermissionDeniedError(
        absl::StrCat("gallery key ", path, ": others can read it; run chmod 600 on it"));
  }
  FUSIONHUB_ASSIGN_OR_RETURN(std::string kek, ReadFile(path, kKeyBytes));
  if (kek.size() != kKeyBytes) {
    return absl::DataLossError(absl::StrCat("gallery key ", path, ": has ", kek.size(),
                                            " bytes, not ", kKeyBytes,
                                            "; restore it, the gallery cannot be read without"));
  }
  return kek;
}

absl::StatusOr<std::unique_ptr<KeyVault>> KeyVault::Open(const std::string& path, std::string kek,
                                                         Random& random) {
  if (kek.size() != kKeyBytes) {
    return absl::InvalidArgumentError("gallery key: must have 32 bytes");
  }
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open the key file ", path));
  auto vault = std::unique_ptr<KeyVault>(new KeyVault(fd, std::move(kek), random));
  const off_t size = lseek(fd, 0, SEEK_END);
  if (size < 0) return IoError("cannot be measured");
  MutexLock lock(vault->mu_);
  // A crash while the file grew can leave a part of a slot; nothing refers to it yet.
  vault->slots_ = static_cast<uint64_t>(size) / kSlotBytes;
  if (ftruncate(fd, static_cast<off_t>(vault->slots_ * kSlotBytes)) != 0) {
    return IoError("cannot be cut to whole slots");
  }
  for (uint64_t slot = 0; slot < vault->slots_; ++slot) {
    FUSIONHUB_ASSIGN_OR_RETURN(const std::string content, vault->ReadSlot(slot));
    if (IsZero(content)) vault->free_.insert(slot);
  }
  return vault;
}

KeyVault::KeyVault(int fd, std::string kek, Random& random)
    : fd_(fd), kek_(std::move(kek)), random_(random) {}

KeyVault::~KeyVault() {
  close(fd_);
  crypto::Cleanse(kek_);
}

absl::StatusOr<std::string> KeyVault::ReadSlot(uint64_t slot) const {
  std::string content(kSlotBytes, '\0');
  const ssize_t got =
      pread(fd_, content.data(), content.size(), static_cast<off_t>(slot * kSlotBytes));
  if (got != static_cast<ssize_t>(kSlotBytes)) return IoError("cannot be read");
  return content;
}

absl::Status KeyVault::WriteSlot(uint64_t slot, absl::string_view content) {
  std::string padded(content);
  padded.resize(kSlotBytes, '\0');
  const ssize_t put =
      pwrite(fd_, padded.data(), padded.size(), static_cast<off_t>(slot * kSlotBytes));
  if (put != static_cast<ssize_t>(kSlotBytes)) return IoError("cannot be written");
  return fdatasync(fd_) == 0 ? absl::OkStatus() : IoError("cannot be synced");
}

absl::StatusOr<KeyVault::Key> KeyVault::Create() {
  MutexLock lock(mu_);
  Key key;
  key.slot = free_.empty() ? slots_ : *free_.begin();
  key.bytes = random_.Bytes(kKeyBytes);
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string wrapped,
                             crypto::SealAesGcm(kek_, Context(key.slot), key.bytes, random_));
  FUSIONHUB_RETURN_IF_ERROR(WriteSlot(key.slot, wrapped));
  if (free_.empty()) {
    ++slots_;
  } else {
    free_.erase(key.slot);
  }
  return key;
}

absl::StatusOr<std::string> KeyVault::Get(uint64_t slot) const {
  std::string content;
  {
    MutexLock lock(mu_);
    if (slot >= slots_) return absl::NotFoundError("gallery key: never made");
    FUSIONHUB_ASSIGN_OR_RETURN(content, ReadSlot(slot));
  }
  if (IsZero(content)) return absl::NotFoundError("gallery key: destroyed");
  absl::StatusOr<std::string> key =
      crypto::OpenAesGcm(kek_, Context(slot), absl::string_view(content).substr(0, kWrappedBytes));
  if (!absl::IsUnauthenticated(key.status())) return key;
  return absl::UnauthenticatedError(
      "gallery key file: a key does not open: the key-encryption key is another one than it was "
      "made with, or "
      "the file is damaged; restore both from the same time");
}

absl::Status KeyVault::Destroy(uint64_t slot) {
  MutexLock lock(mu_);
  if (slot >= slots_ || free_.contains(slot)) return absl::OkStatus();
  FUSIONHUB_RETURN_IF_ERROR(WriteSlot(slot, ""));
  free_.insert(slot);
  return absl::OkStatus();
}

std::vector<uint64_t> KeyVault::Slots() const {
  MutexLock lock(mu_);
  std::vector<uint64_t> slots;
  for (uint64_t slot = 0; slot < slots_; ++slot) {
    if (!free_.contains(slot)) slots.push_back(slot);
  }
  return slots;
}

}  // namespace fusionhub::face_matcher
