#include "audit/checkpoint_board.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/cosignature.h"
#include "base/status_macros.h"

namespace fusionhub::audit {

absl::Status CheckpointBoard::SetCosigners(const std::vector<VerifierKey>& keys) {
  std::map<std::string, VerifierKey> cosigners;
  for (const VerifierKey& key : keys) {
    if (key.type() != KeyType::kCosignature) {
      return absl::InvalidArgumentError(
          absl::StrCat("cosigner ", key.name(), ": its key is not of type cosignature (0x04)"));
    }
    if (!cosigners.emplace(key.name(), key).second) {
      return absl::InvalidArgumentError(absl::StrCat("two cosigners named ", key.name()));
    }
  }
  MutexLock lock(mu_);
  cosigners_ = std::move(cosigners);
  return absl::OkStatus();
}

void CheckpointBoard::Post(const Checkpoint& checkpoint, const Note& note) {
  MutexLock lock(mu_);
  posted_.try_emplace(checkpoint.size, Posted{checkpoint, note, {}});
  if (posted_.size() > kKept) posted_.erase(posted_.begin());
}

PublishedCheckpoint CheckpointBoard::Publish(const Posted& posted) {
  PublishedCheckpoint published;
  published.size = posted.checkpoint.size;
  published.root = posted.checkpoint.root;
  published.note = SerialiseNote(posted.note);
  for (const auto& [name, signature] : posted.cosignatures) {
    published.note += SignatureLine(signature);
    published.cosigners.push_back(name);
  }
  return published;
}

PublishedCheckpoint CheckpointBoard::Latest() const {
  MutexLock lock(mu_);
  return posted_.empty() ? PublishedCheckpoint() : Publish(posted_.rbegin()->second);
}

uint64_t CheckpointBoard::LatestSize() const {
  MutexLock lock(mu_);
  return posted_.empty() ? 0 : posted_.rbegin()->first;
}

absl::StatusOr<PublishedCheckpoint> CheckpointBoard::At(uint64_t size) const {
  MutexLock lock(mu_);
  const auto posted = posted_.find(size);
  if (posted == posted_.end()) {
    return absl::NotFoundError(absl::StrCat("no checkpoint of size ", size, " is kept"));
  }
  return Publish(posted->second);
}

absl::Status CheckpointBoard::AddCosignature(uint64_t size, absl::string_view line,
                                             absl::string_view cosigner) {
  FUSIONHUB_ASSIGN_OR_RETURN(NoteSignature signature, ParseSignatureLine(line));
  if (!cosigner.empty() && signature.name != cosigner) {
    return absl::PermissionDeniedError("the cosignature is in another cosigner's name");
  }
  MutexLock lock(mu_);
  const auto key = cosigners_.find(signature.name);
  if (key == cosigners_.end() || !key->second.Matches(signature)) {
    return absl::PermissionDeniedError("the cosignature is not of a known cosigner");
  }
  const auto posted = posted_.find(size);
  if (posted == posted_.end()) {
    return absl::NotFoundError(absl::StrCat("no checkpoint of size ", size, " is kept"));
  }
  FUSIONHUB_RETURN_IF_ERROR(
      VerifyCosignature(posted->second.note.text, signature, key->second).status());
  posted->second.cosignatures.insert_or_assign(key->first, std::move(signature));
  return absl::OkStatus();
}

}  // namespace fusionhub::audit
