#include "audit/checkpoint_keeper.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "audit/byte_codec.h"
#include "audit/commitment.h"
#include "audit/cosignature.h"
#include "base/status_macros.h"

namespace fusionhub::audit {
namespace {

constexpr absl::string_view kReasonUrl = "fusionhub/checkpoint-refused";

absl::Status Refused(absl::string_view reason, absl::string_view what) {
  absl::Status status = absl::PermissionDeniedError(absl::StrCat("checkpoint refused: ", what));
  status.SetPayload(kReasonUrl, absl::Cord(reason));
  return status;
}

absl::Status NotLogged(absl::string_view what) {
  return absl::PermissionDeniedError(absl::StrCat("work order refused: ", what));
}

}  // namespace

CheckpointKeeper::CheckpointKeeper(Options options, VerifierKey cosigner_verifier_key,
                                   storage::Store& store)
    : options_(std::move(options)),
      cosigner_verifier_key_(std::move(cosigner_verifier_key)),
      store_(store) {}

absl::StatusOr<std::unique_ptr<CheckpointKeeper>> CheckpointKeeper::Open(Options options,
                                                                         storage::Store& store) {
  FUSIONHUB_ASSIGN_OR_RETURN(VerifierKey key,
                             VerifierKey::Create(options.cosigner_name, KeyType::kCosignature,
                                                 options.cosigner_key.public_key()));
  if (options.origin.empty()) options.origin = options.log_key.name();
  FUSIONHUB_RETURN_IF_ERROR(store.CreateFamily(kFamily));
  std::unique_ptr<CheckpointKeeper> keeper(
      new CheckpointKeeper(std::move(options), std::move(key), store));
  FUSIONHUB_RETURN_IF_ERROR(keeper->Load());
  return keeper;
}

absl::Status CheckpointKeeper::Load() {
  MutexLock lock(mu_);
  absl::Status damaged;
  std::map<uint64_t, Digest> roots;
  FUSIONHUB_RETURN_IF_ERROR(
      store_.Scan(kFamily, "", "", [&](absl::string_view key, absl::string_view value) {
        ByteReader reader(key);
        const uint64_t size = reader.U64();
        const absl::StatusOr<Digest> root = crypto::DigestFromBytes(value);
        if (!reader.AtEnd() || !root.ok()) {
          damaged = absl::DataLossError(
              "the node's kept checkpoints are damaged; restore its store and compare with a peer");
          return false;
        }
        roots.emplace(size, *root);
        return true;
      }));
  FUSIONHUB_RETURN_IF_ERROR(damaged);
  if (roots.empty()) {
    const Checkpoint first = options_.pinned.value_or(Checkpoint());
    roots.emplace(first.size, first.root);
  }
  roots_ = std::move(roots);
  return absl::OkStatus();
}

Checkpoint CheckpointKeeper::kept() const {
  MutexLock lock(mu_);
  const auto& [size, root] = *roots_.rbegin();
  return Checkpoint{.origin = options_.origin, .size = size, .root = root, .extensions = {}};
}

absl::Status CheckpointKeeper::CheckContinues(const Checkpoint& next,
                                              absl::Span<const Digest> proof,
                                              uint64_t from_size) const {
  const auto& [size, root] = *roots_.rbegin();
  if (next.size < size) {
    return Refused("smaller", absl::StrCat("it has ", next.size, " entries, ", size, " are kept"));
  }
  if (next.size == size) {
    return next.root == root
               ? absl::OkStatus()
               : Refused("different_root",
                         absl::StrCat("the hub signed two trees of ", size, " entries"));
  }
  if (from_size != size) {
    return Refused("bad_proof", absl::StrCat("the proof starts at ", from_size, ", not at ", size));
  }
  const absl::Status grown = VerifyGrowth(size, next.size, proof, root, next.root);
  return grown.ok() ? grown : Refused("bad_proof", grown.message());
}

absl::Status CheckpointKeeper::Keep(const Checkpoint& next) {
  storage::WriteBatch batch;
  batch.Put(kFamily, BigEndian64(next.size), crypto::View(next.root));
  std::map<uint64_t, Digest> roots = roots_;
  roots.emplace(next.size, next.root);
  for (; roots.size() > kKept; roots.erase(roots.begin())) {
    batch.Delete(kFamily, BigEndian64(roots.begin()->first));
  }
  const absl::Status written = store_.Write(batch, storage::Sync::kYes);
  if (!written.ok()) {
    return absl::DataLossError(absl::StrCat("cannot keep a checkpoint: ", written.message()));
  }
  roots_ = std::move(roots);
  return absl::OkStatus();
}

absl::StatusOr<CheckpointKeeper::Cosigned> CheckpointKeeper::Accept(absl::string_view note,
                                                                    absl::Span<const Digest> proof,
                                                                    uint64_t from_size,
                                                                    absl::Time now) {
  const absl::StatusOr<SignedCheckpoint> opened =
      OpenCheckpoint(note, options_.log_key, options_.origin);
  if (!opened.ok()) return Refused("bad_signature", opened.status().message());
  const Checkpoint& next = opened->checkpoint;
  {
    MutexLock lock(mu_);
    FUSIONHUB_RETURN_IF_ERROR(CheckContinues(next, proof, from_size));
    // Kept before it is cosigned, and also when it is the pinned one, so that the pin is no longer
    // needed.
    FUSIONHUB_RETURN_IF_ERROR(Keep(next));
  }
  const NoteSignature signature =
      Cosign(opened->note.text, options_.cosigner_name, options_.cosigner_key, now);
  return Cosigned{next.size, SignatureLine(signature)};
}

std::string CheckpointKeeper::RefusalReason(const absl::Status& status) {
  const auto reason = status.GetPayload(kReasonUrl);
  return reason.has_value() ? std::string(*reason) : std::string();
}

absl::StatusOr<Entry> CheckpointKeeper::VerifyIntent(const Ticket& ticket, absl::Time now) const {
  Digest root{};
  {
    MutexLock lock(mu_);
    const auto kept = roots_.find(ticket.checkpoint_size);
    if (kept == roots_.end() || ticket.checkpoint_size == 0) {
      return absl::NotFoundError(absl::StrCat("work order refused: no checkpoint of ",
                                              ticket.checkpoint_size, " entries is kept"));
    }
    root = kept->second;
  }
  const absl::Status included = VerifyInclusion(ticket.index, ticket.checkpoint_size,
                                                LeafHash(ticket.leaf), ticket.proof, root);
  if (!included.ok()) return NotLogged(included.message());
  absl::StatusOr<Entry> entry = ParseLeaf(ticket.leaf);
  if (!entry.ok()) return NotLogged(entry.status().message());
  if (entry->type != EntryType::kIntent) return NotLogged("the entry is no INTENT");
  if (entry->query_id != ticket.query_id) return NotLogged("the INTENT is another query's");
  if (!std::binary_search(entry->owners.begin(), entry->owners.end(), ticket.agency)) {
    return NotLogged("the INTENT does not name this agency");
  }
  if (!CheckOpening(*entry->query_commitment, ticket.query_salt, kQueryCommitment,
                    crypto::View(ticket.query_digest))
           .ok()) {
    return NotLogged("the INTENT does not commit to the question that came with it");
  }
  if (now >= *entry->expires) return NotLogged("the INTENT has expired");
  return entry;
}

}  // namespace fusionhub::audit
