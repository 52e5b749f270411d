// Group commit: one thread gathers what many threads want written and syncs it once.
#include "alpr_ingest/commit_queue.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

namespace fusionhub::alpr_ingest {
namespace {

size_t Bytes(const CommitQueue::Item& item) {
  size_t bytes = 0;
  for (const auto& operation : item.operations) {
    bytes += operation.key.size() + operation.value.size();
  }
  return bytes;
}

// The value that the item would put at its unique key.
std::string UniqueValue(const CommitQueue::Item& item) {
  for (const auto& operation : item.operations) {
    if (operation.family == item.unique_family && operation.key == item.unique_key) {
      return operation.value;
    }
  }
  return "";
}

}  // namespace

struct CommitQueue::Waiting {
  explicit Waiting(Item& the_item) : item(the_item), bytes(Bytes(the_item)) {}
  Item& item;
  const size_t bytes;
  absl::Status status;
  bool done = false;  // under mu_
  CondVar finished;
};

CommitQueue::CommitQueue(storage::Store& store, CommitQueueOptions options)
    : store_(store), options_(options), thread_([this] { Run(); }) {}

CommitQueue::~CommitQueue() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  thread_.join();
}

absl::Status CommitQueue::Commit(Item& item) {
  Waiting waiting(item);
  MutexLock lock(mu_);
  if (!failed_.ok()) return failed_;
  if (queue_.size() >= options_.max_queued ||
      queued_bytes_ + waiting.bytes > options_.max_queued_bytes) {
    return absl::ResourceExhaustedError("too many reads wait to be written; send it again shortly");
  }
  queue_.push_back(&waiting);
  queued_bytes_ += waiting.bytes;
  if (queue_.size() == 1 || queue_.size() == expected_) wake_.NotifyOne();
  while (!waiting.done) waiting.finished.Wait(mu_);
  return waiting.status;
}

absl::Status CommitQueue::Exclusively(const std::function<absl::Status()>& change) {
  MutexLock commit(commit_mu_);
  return change();
}

void CommitQueue::Run() {
  while (true) {
    std::vector<Waiting*> batch;
    {
      MutexLock lock(mu_);
      while (queue_.empty() && !stopping_) wake_.Wait(mu_);
      if (queue_.empty()) return;
      // Waits for as many as came last time: a lone camera is not made to wait, and of many that
      // send at once all get into one sync.
      if (queue_.size() < expected_ && !stopping_) wake_.WaitFor(mu_, options_.linger);
      const size_t size = std::min(queue_.size(), options_.max_batch);
      batch.assign(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(size));
      queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(size));
      for (const Waiting* waiting : batch) queued_bytes_ -= waiting->bytes;
      expected_ = std::max<size_t>(size, 1);
    }
    CommitBatch(batch);
    MutexLock lock(mu_);
    for (Waiting* waiting : batch) {
      waiting->done = true;
      // Under the lock: once it is released, the waiter may be gone.
      waiting->finished.NotifyOne();
    }
  }
}

absl::Status CommitQueue::CheckUnique(Item& item, UniqueKeys& in_batch) const {
  if (item.unique_key.empty()) return absl::OkStatus();
  const auto [earlier, is_new] =
      in_batch.emplace(absl::StrCat(item.unique_family, "\n", item.unique_key), UniqueValue(item));
  if (!is_new) {
    item.skipped = true;
    item.found = earlier->second;
    return absl::OkStatus();
  }
  absl::StatusOr<std::string> present = store_.Get(item.unique_family, item.unique_key);
  if (absl::IsNotFound(present.status())) return absl::OkStatus();
  if (!present.ok()) return present.status();
  item.skipped = true;
  earlier->second = *present;
  item.found = *std::move(present);
  return absl::OkStatus();
}

void CommitQueue::CommitBatch(const std::vector<Waiting*>& batch) {
  MutexLock commit(commit_mu_);
  UniqueKeys in_batch;
  storage::WriteBatch writes;
  for (Waiting* waiting : batch) {
    Item& item = waiting->item;
    if (item.still_valid) waiting->status = item.still_valid();
    if (waiting->status.ok()) waiting->status = CheckUnique(item, in_batch);
    if (!waiting->status.ok() || item.skipped) continue;
    for (const auto& operation : item.operations) {
      if (operation.kind == storage::WriteBatch::Operation::Kind::kPut) {
        writes.Put(operation.family, operation.key, operation.value);
      } else {
        writes.Delete(operation.family, operation.key);
      }
    }
  }
  if (writes.operations().empty()) return;
  absl::Status status = healthy() ? store_.Write(writes, storage::Sync::kYes)
                                  : absl::DataLossError("an earlier write of the store failed");
  if (status.ok()) return;
  // What is on disk is no longer known, so nothing more is acknowledged.
  status = absl::DataLossError(absl::StrCat("plate reads cannot be written: ", status.message()));
  healthy_.store(false);
  // Those that were skipped as duplicates in this batch are not on disk either.
  for (Waiting* waiting : batch) waiting->status = status;
  MutexLock lock(mu_);
  failed_ = status;
}

}  // namespace fusionhub::alpr_ingest
