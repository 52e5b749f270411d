#include "audit/signer.h"

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/failpoint.h"
#include "base/status_macros.h"

namespace fusionhub::audit {
namespace {

constexpr absl::string_view kStateHeader = "fusionhub signer state v1\n";
constexpr size_t kMaxStateSize = 4096;

std::string EncodeState(const Checkpoint& last) {
  const std::string body = CheckpointBody(last);
  return absl::StrCat(kStateHeader, body, crypto::ToHex(crypto::View(crypto::Sha256(body))), "\n");
}

// The hash at the end tells a damaged file from another history.
absl::StatusOr<Checkpoint> DecodeState(absl::string_view state) {
  absl::string_view body = state;
  if (absl::ConsumePrefix(&body, kStateHeader) && body.size() > 65) {
    body.remove_suffix(65);
    absl::StatusOr<Checkpoint> last = ParseCheckpointBody(body);
    if (last.ok() && EncodeState(*last) == state) return last;
  }
  return absl::DataLossError("the file is damaged");
}

absl::StatusOr<Checkpoint> ReadState(const CheckpointSigner::Options& options,
                                     CheckpointSigner::Expect expect) {
  const absl::StatusOr<std::string> bytes = ReadFile(options.state_path, kMaxStateSize);
  if (absl::IsNotFound(bytes.status())) {
    if (expect == CheckpointSigner::Expect::kNew) {
      return Checkpoint{.origin = options.origin, .size = 0, .root = EmptyRoot(), .extensions = {}};
    }
    return absl::FailedPreconditionError(
        absl::StrCat("signer state ", options.state_path,
                     " is missing but the log has entries: what was signed is unknown. Restore the "
                     "file, or make it from the newest checkpoint that a node keeps"));
  }
  FUSIONHUB_RETURN_IF_ERROR(bytes.status());
  absl::StatusOr<Checkpoint> last = DecodeState(*bytes);
  if (!last.ok()) {
    return absl::DataLossError(
        absl::StrCat("signer state ", options.state_path,
                     " is damaged: restore it; do not delete it, or two histories may be signed"));
  }
  if (last->origin != options.origin) {
    return absl::FailedPreconditionError(
        absl::StrCat("signer state ", options.state_path, " belongs to the log ", last->origin));
  }
  return last;
}

}  // namespace

CheckpointSigner::CheckpointSigner(Options options, FileLock lock, Checkpoint last,
                                   VerifierKey verifier_key)
    : options_(std::move(options)),
      lock_(std::move(lock)),
      last_(std::move(last)),
      verifier_key_(std::move(verifier_key)) {}

absl::StatusOr<std::unique_ptr<CheckpointSigner>> CheckpointSigner::Open(const Options& options,
                                                                         Expect expect) {
  FUSIONHUB_ASSIGN_OR_RETURN(
      VerifierKey verifier_key,
      VerifierKey::Create(options.origin, KeyType::kEd25519, options.key.public_key()));
  FUSIONHUB_RETURN_IF_ERROR(
      MakeDirectories(std::filesystem::absolute(options.state_path).parent_path()));
  FUSIONHUB_ASSIGN_OR_RETURN(FileLock lock,
                             FileLock::Acquire(absl::StrCat(options.state_path, ".lock")));
  FUSIONHUB_ASSIGN_OR_RETURN(Checkpoint last, ReadState(options, expect));
  return std::unique_ptr<CheckpointSigner>(
      new CheckpointSigner(options, std::move(lock), std::move(last), std::move(verifier_key)));
}

absl::StatusOr<Note> CheckpointSigner::Sign(uint64_t size, const Digest& root,
                                            absl::Span<const Digest> proof) {
  if (size < last_.size) {
    return absl::FailedPreconditionError(
        absl::StrCat("will not sign a tree of ", size, ": one of ", last_.size, " is signed"));
  }
  if (size == last_.size && root != last_.root) {
    return absl::FailedPreconditionError(
        absl::StrCat("will not sign: another tree of ", size, " entries is signed already"));
  }
  if (const absl::Status grown = VerifyGrowth(last_.size, size, proof, last_.root, root);
      !grown.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("will not sign a tree of ", size, ": ", grown.message()));
  }
  const Checkpoint next{.origin = options_.origin, .size = size, .root = root, .extensions = {}};
  if (size != last_.size || size == 0) {
    const absl::Status written =
        WriteFileAtomically(options_.state_path, EncodeState(next), 0600, Durability::kSynced);
    if (!written.ok()) {
      return absl::DataLossError(absl::StrCat("cannot write signer state: ", written.message()));
    }
  }
  last_ = next;
  FUSIONHUB_RETURN_IF_ERROR(Failpoint("audit_before_sign"));
  Note note{.text = CheckpointBody(next), .signatures = {}};
  note.signatures.push_back(SignNote(note.text, options_.origin, options_.key));
  return note;
}

}  // namespace fusionhub::audit
