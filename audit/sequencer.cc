#include "audit/sequencer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "base/status_macros.h"

namespace fusionhub::audit {
namespace {

size_t SizeOf(const SealedEntry& entry) {
  return entry.leaf.size() + entry.ciphertext.size() + entry.wrap.size();
}

}  // namespace

Sequencer::Sequencer(Options options, CompactRange range, LogStore& store, CheckpointSigner& signer,
                     CheckpointBoard& board)
    : options_(std::move(options)),
      store_(store),
      signer_(signer),
      board_(board),
      range_(std::move(range)) {
  sequencer_ = std::thread([this] { RunSequencer(); });
  callbacks_ = std::thread([this] { RunCallbacks(); });
}

Sequencer::~Sequencer() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  queue_changed_.NotifyAll();
  sequencer_.join();
  committed_changed_.NotifyAll();
  callbacks_.join();
}

absl::Status Sequencer::Enqueue(SealedEntry entry, AppendCallback done) {
  const size_t size = SizeOf(entry);
  {
    MutexLock lock(mu_);
    if (pending_ >= options_.queue_max || queue_bytes_ + size > options_.queue_max_bytes) {
      return absl::ResourceExhaustedError("the log's queue is full; try again later");
    }
    queue_.push_back({std::move(entry), std::move(done)});
    queue_bytes_ += size;
    ++pending_;
  }
  queue_changed_.NotifyOne();
  return absl::OkStatus();
}

size_t Sequencer::queued() const {
  MutexLock lock(mu_);
  return queue_.size();
}

std::vector<Sequencer::Waiting> Sequencer::TakeBatch() {
  std::vector<Waiting> batch;
  size_t bytes = 0;
  while (!queue_.empty() && batch.size() < options_.batch_max) {
    const size_t size = SizeOf(queue_.front().entry);
    if (!batch.empty() && bytes + size > options_.batch_max_bytes) break;
    bytes += size;
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  queue_bytes_ -= bytes;
  return batch;
}

void Sequencer::RunSequencer() {
  while (true) {
    std::vector<Waiting> batch;
    {
      MutexLock lock(mu_);
      while (queue_.empty() && !stopping_) queue_changed_.Wait(mu_);
      if (queue_.empty()) break;
      batch = TakeBatch();
    }
    const uint64_t first = range_.size();
    if (const absl::Status status = Commit(batch); !status.ok()) {
      // What is on disk is in doubt; the next start finds out (crash rule 6).
      Fatal("audit_commit_failed", status.ToString());
    }
    if (options_.on_posted) options_.on_posted();
    for (Waiting& waiting : batch) std::string().swap(waiting.entry.ciphertext);
    {
      MutexLock lock(mu_);
      committed_.push_back({board_.Latest(), first, std::move(batch)});
    }
    committed_changed_.NotifyOne();
  }
  MutexLock lock(mu_);
  sequencer_done_ = true;
}

absl::Status Sequencer::Commit(const std::vector<Waiting>& batch) {
  std::vector<const SealedEntry*> entries;
  entries.reserve(batch.size());
  for (const Waiting& waiting : batch) entries.push_back(&waiting.entry);
  const CompactRange before = range_;
  FUSIONHUB_RETURN_IF_ERROR(Failpoint("audit_before_commit"));
  FUSIONHUB_RETURN_IF_ERROR(store_.Append(entries, range_));
  FUSIONHUB_RETURN_IF_ERROR(Failpoint("audit_after_commit"));
  FUSIONHUB_RETURN_IF_ERROR(CheckWritten(batch, before.size(), before));
  FUSIONHUB_ASSIGN_OR_RETURN(
      const std::vector<Digest> proof,
      MakeConsistencyProof(signer_.last().size, range_.size(), store_.Reader()));
  FUSIONHUB_ASSIGN_OR_RETURN(const Note note, signer_.Sign(range_.size(), range_.Root(), proof));
  board_.Post(signer_.last(), note);
  return absl::OkStatus();
}

// A bit that flipped on the way to the store must not be signed: the batch is read back and hashed
// anew.
absl::Status Sequencer::CheckWritten(const std::vector<Waiting>& batch, uint64_t first,
                                     const CompactRange& before) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<std::string> leaves,
                             store_.Leaves(first, batch.size()));
  CompactRange again = before;
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i] != batch[i].entry.leaf) {
      return absl::DataLossError(
          absl::StrCat("log entry ", first + i, " reads back other than it was written"));
    }
    again.Append(LeafHash(leaves[i]));
  }
  if (again.Root() != range_.Root()) {
    return absl::DataLossError("the same entries were hashed twice with two results");
  }
  return absl::OkStatus();
}

void Sequencer::RunCallbacks() {
  while (true) {
    std::deque<Committed> ready;
    {
      MutexLock lock(mu_);
      while (committed_.empty() && !sequencer_done_) committed_changed_.Wait(mu_);
      if (committed_.empty()) return;
      ready.swap(committed_);
    }
    for (Committed& committed : ready) {
      Report(committed);
      MutexLock lock(mu_);
      pending_ -= committed.entries.size();
    }
  }
}

void Sequencer::Report(Committed& committed) {
  if (options_.on_checkpoint) options_.on_checkpoint(committed.checkpoint);
  uint64_t index = committed.first;
  for (Waiting& waiting : committed.entries) {
    AppendedEntry appended;
    appended.index = index++;
    appended.leaf = std::move(waiting.entry.leaf);
    appended.query_salt = std::move(waiting.entry.query_salt);
    appended.answer_salt = std::move(waiting.entry.answer_salt);
    appended.checkpoint_size = committed.checkpoint.size;
    waiting.done(std::move(appended));
  }
}

}  // namespace fusionhub::audit
