// Group commit: one thread gathers what many threads want written and syncs it once.
#ifndef FUSIONHUB_ALPR_INGEST_COMMIT_QUEUE_H_
#define FUSIONHUB_ALPR_INGEST_COMMIT_QUEUE_H_

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "storage/store.h"

namespace fusionhub::alpr_ingest {

struct CommitQueueOptions {
  size_t max_batch = 100;  // items per commit
  absl::Duration linger =
      absl::Milliseconds(2);  // how long it waits at most for as many items as the batch before had
  size_t max_queued = 1000;   // items that wait; a further one is refused
  size_t max_queued_bytes = 64u << 20;  // of values, together
};

// Thread-safe. The destructor commits what is queued, then joins.
class CommitQueue {
 public:
  // One caller's change. Written as a whole or not at all.
  struct Item {
    std::vector<storage::WriteBatch::Operation> operations;
    // Key that must be absent before; `operations` holds its Put. Present: the item is skipped and
    // `found` is its value. Empty key: no check.
    std::string unique_family;
    std::string unique_key;
    bool skipped = false;
    std::string found;
    // Runs on the commit thread just before the batch is put together; an error ends this item
    // only.
    std::function<absl::Status()> still_valid;
  };

  CommitQueue(storage::Store& store, CommitQueueOptions options);
  ~CommitQueue();
  CommitQueue(const CommitQueue&) = delete;
  CommitQueue& operator=(const CommitQueue&) = delete;

  // Returns when the item is on disk (or skipped). RESOURCE_EXHAUSTED when the queue is full. After
  // the store failed, always its DATA_LOSS.
  absl::Status Commit(Item& item) FUSIONHUB_EXCLUDES(mu_);

  // Runs `change` while no batch is being committed: for dropping a family.
  absl::Status Exclusively(const std::function<absl::Status()>& change)
      FUSIONHUB_EXCLUDES(commit_mu_);

  bool healthy() const { return healthy_.load(std::memory_order_relaxed); }

 private:
  struct Waiting;
  using UniqueKeys = absl::flat_hash_map<std::string, std::string>;  // of one batch
  void Run() FUSIONHUB_EXCLUDES(mu_);
  void CommitBatch(const std::vector<Waiting*>& batch) FUSIONHUB_EXCLUDES(mu_, commit_mu_);
  absl::Status CheckUnique(Item& item, UniqueKeys& in_batch) const;

  storage::Store& store_;
  const CommitQueueOptions options_;
  std::atomic<bool> healthy_{true};
  Mutex commit_mu_;  // held during a commit; taken before mu_
  Mutex mu_;
  CondVar wake_;
  std::deque<Waiting*> queue_ FUSIONHUB_GUARDED_BY(mu_);
  size_t expected_ FUSIONHUB_GUARDED_BY(mu_) = 1;  // items of the batch before
  size_t queued_bytes_ FUSIONHUB_GUARDED_BY(mu_) = 0;
  bool stopping_ FUSIONHUB_GUARDED_BY(mu_) = false;
  absl::Status failed_ FUSIONHUB_GUARDED_BY(mu_);
  std::thread thread_;
};

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_COMMIT_QUEUE_H_
