#include "audit/log.h"

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/commitment.h"
#include "audit/log_recovery.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/status_macros.h"

namespace fusionhub::audit {
namespace {

constexpr uint64_t kLeavesAtOnce = 256;
constexpr size_t kMaxEntriesOfQuery = 1024;

}  // namespace

Log::Log(LogOptions options, LogStore store, Random& random)
    : options_(std::move(options)), store_(std::move(store)), random_(random) {}

Log::~Log() = default;

absl::StatusOr<std::unique_ptr<Log>> Log::Open(LogOptions options, storage::Store& store,
                                               Random& random) {
  FUSIONHUB_ASSIGN_OR_RETURN(LogStore log_store, LogStore::Open(store));
  std::unique_ptr<Log> log(new Log(std::move(options), std::move(log_store), random));
  FUSIONHUB_RETURN_IF_ERROR(log->Start());
  return log;
}

absl::Status Log::OpenSigner() {
  FUSIONHUB_ASSIGN_OR_RETURN(const uint64_t size, store_.Size());
  const std::string checkpoint = absl::StrCat(options_.folder, "/checkpoint");
  std::error_code ignored;
  const bool is_new = size == 0 && !std::filesystem::exists(checkpoint, ignored);
  FUSIONHUB_ASSIGN_OR_RETURN(
      signer_, CheckpointSigner::Open(
                   {options_.signer_state_path, options_.origin, options_.key},
                   is_new ? CheckpointSigner::Expect::kNew : CheckpointSigner::Expect::kExisting));
  return absl::OkStatus();
}

absl::Status Log::Start() {
  FUSIONHUB_RETURN_IF_ERROR(board_.SetCosigners(options_.cosigners));
  FUSIONHUB_ASSIGN_OR_RETURN(keks_, KekFolder::Open(options_.kek_folder, random_));
  FUSIONHUB_RETURN_IF_ERROR(OpenSigner());
  FUSIONHUB_ASSIGN_OR_RETURN(const RecoveredTree tree,
                             RecoverTree(store_, signer_->last(), options_.rehash_at_start));
  if (tree.behind_signer) return StartReadOnly(tree.range.size());
  FUSIONHUB_RETURN_IF_ERROR(SignForward(tree.range));
  FUSIONHUB_RETURN_IF_ERROR(StartPublisher(tree.verified_from));
  Sequencer::Options options = options_.sequencer;
  options.on_posted = [this] { publisher_->Wake(); };
  sequencer_ =
      std::make_unique<Sequencer>(std::move(options), tree.range, store_, *signer_, board_);
  return absl::OkStatus();
}

absl::Status Log::StartReadOnly(uint64_t size) {
  const Checkpoint last = signer_->last();
  read_only_reason_ = absl::StrCat(
      "the log is read only: its store holds ", size, " entries, but ", last.size,
      " are signed. Fetch the missing entries from the tile files or a mirror into the store, or "
      "restore a newer backup; the signer state stays as it is");
  ::fusionhub::Log(LogLevel::kError, "audit_log_read_only", read_only_reason_);
  // The same note again: what was signed stays what nodes and auditors are told.
  FUSIONHUB_ASSIGN_OR_RETURN(const Note note, signer_->Sign(last.size, last.root, {}));
  board_.Post(last, note);
  return absl::OkStatus();
}

absl::Status Log::SignForward(const CompactRange& range) {
  FUSIONHUB_ASSIGN_OR_RETURN(
      const std::vector<Digest> proof,
      MakeConsistencyProof(signer_->last().size, range.size(), store_.Reader()));
  FUSIONHUB_ASSIGN_OR_RETURN(const Note note, signer_->Sign(range.size(), range.Root(), proof));
  board_.Post(signer_->last(), note);
  return absl::OkStatus();
}

absl::Status Log::StartPublisher(uint64_t verify_from) {
  FUSIONHUB_ASSIGN_OR_RETURN(TileFiles files, TileFiles::Open(options_.folder));
  TileFiles::Tree tree{store_.Reader(), [store = store_](uint64_t first, uint64_t count) {
                         return store.Leaves(first, count);
                       }};
  const PublishedCheckpoint latest = board_.Latest();
  FUSIONHUB_RETURN_IF_ERROR(files.RepairTiles(tree, latest.size, verify_from));
  FUSIONHUB_RETURN_IF_ERROR(files.WriteCheckpoint(latest.note));
  publisher_ =
      std::make_unique<LogPublisher>(std::move(files), std::move(tree), board_, latest.size);
  return absl::OkStatus();
}

absl::Status Log::Append(const EntryDraft& draft, AppendCallback done) {
  if (!read_only_reason_.empty()) return absl::FailedPreconditionError(read_only_reason_);
  FUSIONHUB_ASSIGN_OR_RETURN(SealedEntry sealed, SealEntry(draft, *keks_, random_));
  return sequencer_->Enqueue(std::move(sealed), std::move(done));
}

absl::StatusOr<AppendedEntry> Log::AppendAndWait(const EntryDraft& draft) {
  struct Result {
    Mutex mu;
    CondVar changed;
    std::optional<absl::StatusOr<AppendedEntry>> value FUSIONHUB_GUARDED_BY(mu);
  } result;
  FUSIONHUB_RETURN_IF_ERROR(Append(draft, [&result](absl::StatusOr<AppendedEntry> appended) {
    MutexLock lock(result.mu);
    result.value = std::move(appended);
    result.changed.NotifyOne();
  }));
  MutexLock lock(result.mu);
  while (!result.value.has_value()) result.changed.Wait(result.mu);
  return *std::move(result.value);
}

absl::Status Log::AddCosignature(uint64_t size, absl::string_view line,
                                 absl::string_view cosigner) {
  FUSIONHUB_RETURN_IF_ERROR(board_.AddCosignature(size, line, cosigner));
  if (publisher_ != nullptr && size == board_.Latest().size) publisher_->Wake();
  return absl::OkStatus();
}

absl::Status Log::CheckCovered(uint64_t size) const {
  const uint64_t latest = board_.LatestSize();
  if (size <= latest) return absl::OkStatus();
  return absl::OutOfRangeError(
      absl::StrCat("the newest checkpoint has ", latest, " entries, fewer than ", size));
}

absl::StatusOr<std::vector<Digest>> Log::InclusionProof(uint64_t index, uint64_t size) const {
  FUSIONHUB_RETURN_IF_ERROR(CheckCovered(size));
  if (index >= size) {
    return absl::OutOfRangeError(absl::StrCat("entry ", index, " is not in a tree of ", size));
  }
  return MakeInclusionProof(index, size, store_.Reader());
}

absl::StatusOr<std::vector<Digest>> Log::ConsistencyProof(uint64_t from, uint64_t to) const {
  FUSIONHUB_RETURN_IF_ERROR(CheckCovered(to));
  if (from > to) {
    return absl::OutOfRangeError(absl::StrCat("a tree of ", to, " continues none of ", from));
  }
  return MakeConsistencyProof(from, to, store_.Reader());
}

absl::StatusOr<std::string> Log::Leaf(uint64_t index) const {
  FUSIONHUB_RETURN_IF_ERROR(CheckCovered(index + 1));
  return store_.Leaf(index);
}

absl::StatusOr<std::vector<std::string>> Log::Leaves(uint64_t first, uint64_t count) const {
  const uint64_t size = board_.LatestSize();
  if (first >= size) return std::vector<std::string>();
  return store_.Leaves(first, std::min({count, kLeavesAtOnce, size - first}));
}

absl::StatusOr<std::vector<uint64_t>> Log::EntriesOf(absl::string_view query_id) const {
  const uint64_t size = board_.LatestSize();
  FUSIONHUB_ASSIGN_OR_RETURN(std::vector<uint64_t> indices,
                             store_.EntriesOf(query_id, kMaxEntriesOfQuery));
  while (!indices.empty() && indices.back() >= size) indices.pop_back();
  return indices;
}

absl::StatusOr<Log::OpenedEntry> Log::OpenParsed(uint64_t index, Entry entry) const {
  OpenedEntry opened;
  opened.index = index;
  opened.entry = std::move(entry);
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string ciphertext, store_.Ciphertext(index));
  if (crypto::Sha256(ciphertext) != opened.entry.ct_digest) {
    return absl::DataLossError(
        absl::StrCat("log entry ", index, ": its sealed payload is not the one it names"));
  }
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string wrap, store_.Wrap(index));
  FUSIONHUB_ASSIGN_OR_RETURN(std::string dek, UnwrapDek(wrap, opened.entry.entry_id, *keks_));
  const PayloadSecrets secrets(std::move(dek));
  auto payload = OpenPayload(ciphertext, secrets.dek(), opened.entry.entry_id);
  if (!payload.ok() || FieldsRoot(secrets, *payload) != opened.entry.fields_root) {
    return absl::DataLossError(
        absl::StrCat("log entry ", index, ": its sealed payload does not open to what it names"));
  }
  opened.payload = *std::move(payload);
  if (opened.entry.query_commitment) opened.query_salt = secrets.LeafSalt(kQueryCommitment);
  if (opened.entry.answer_commitment) opened.answer_salt = secrets.LeafSalt(kAnswerCommitment);
  return opened;
}

absl::StatusOr<Log::OpenedEntry> Log::OpenEntry(uint64_t index) const {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string leaf, Leaf(index));
  FUSIONHUB_ASSIGN_OR_RETURN(Entry entry, ParseLeaf(leaf));
  return OpenParsed(index, std::move(entry));
}

absl::Status Log::ForEachOpened(EntryType type, absl::Time from,
                                const std::function<bool(const OpenedEntry&)>& visit) const {
  // Entries of two hours may be mixed where the hour changes, never further apart.
  const absl::Time oldest = FloorToHour(from) - absl::Hours(1);
  for (uint64_t end = board_.LatestSize(); end > 0;) {
    const uint64_t first = end - std::min(end, kLeavesAtOnce);
    FUSIONHUB_ASSIGN_OR_RETURN(const auto leaves, store_.Leaves(first, end - first));
    while (end > first) {
      --end;
      FUSIONHUB_ASSIGN_OR_RETURN(Entry entry, ParseLeaf(leaves[end - first]));
      if (entry.time < oldest) return absl::OkStatus();
      if (entry.type != type || entry.time < FloorToHour(from)) continue;
      FUSIONHUB_ASSIGN_OR_RETURN(const OpenedEntry opened, OpenParsed(end, std::move(entry)));
      if (!visit(opened)) return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

void Log::FlushFiles() {
  if (publisher_ != nullptr) publisher_->Flush();
}

size_t Log::queued() const { return sequencer_ == nullptr ? 0 : sequencer_->queued(); }

}  // namespace fusionhub::audit
