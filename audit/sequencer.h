// Puts entries in order and on disk: one thread commits whole batches, each with one synced write,
// one signer state and one signature; another tells the callers.
#ifndef FUSIONHUB_AUDIT_SEQUENCER_H_
#define FUSIONHUB_AUDIT_SEQUENCER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/checkpoint_board.h"
#include "audit/entry_sealer.h"
#include "audit/log_store.h"
#include "audit/merkle.h"
#include "audit/signer.h"
#include "base/mutex.h"

namespace fusionhub::audit {

// An entry that is durable and covered by a signed checkpoint.
struct AppendedEntry {
  uint64_t index = 0;
  std::string leaf;
  std::string query_salt;        // opens the leaf's query commitment; empty if it has none
  std::string answer_salt;       // opens its answer and released commitments; empty if it has none
  uint64_t checkpoint_size = 0;  // the first checkpoint that covers it
};
using AppendCallback = std::function<void(absl::StatusOr<AppendedEntry>)>;

// Thread-safe. Storage and signer errors end the process: nothing may be answered on a log in
// doubt.
class Sequencer {
 public:
  struct Options {
    size_t batch_max = 256;                     // entries
    size_t batch_max_bytes = 16 * 1024 * 1024;  // payloads included; one larger entry goes alone
    size_t queue_max = 4096;  // entries whose callbacks have not run: slow callbacks count too
    size_t queue_max_bytes = 64 * 1024 * 1024;
    // Told every new checkpoint before the callbacks of the entries that it covers, on their
    // thread.
    std::function<void(const PublishedCheckpoint&)> on_checkpoint;
    // Told on the sequencer's thread when the board has a new checkpoint; must not block.
    std::function<void()> on_posted;
  };

  // `range` is the tree in `store`, which is what `signer` signed last. References must outlive
  // this object.
  Sequencer(Options options, CompactRange range, LogStore& store, CheckpointSigner& signer,
            CheckpointBoard& board);
  ~Sequencer();  // commits what is queued, runs its callbacks, joins
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;

  // RESOURCE_EXHAUSTED when the queue is full: nothing was queued, `done` is never called.
  // Otherwise `done` is called once, on the callback thread; it must be short.
  absl::Status Enqueue(SealedEntry entry, AppendCallback done) FUSIONHUB_EXCLUDES(mu_);
  size_t queued() const FUSIONHUB_EXCLUDES(mu_);

 private:
  struct Waiting {
    SealedEntry entry;
    AppendCallback done;
  };
  struct Committed {
    PublishedCheckpoint checkpoint;
    uint64_t first = 0;
    std::vector<Waiting> entries;
  };

  void RunSequencer() FUSIONHUB_EXCLUDES(mu_);
  void RunCallbacks() FUSIONHUB_EXCLUDES(mu_);
  std::vector<Waiting> TakeBatch() FUSIONHUB_REQUIRES(mu_);
  absl::Status Commit(const std::vector<Waiting>& batch);
  absl::Status CheckWritten(const std::vector<Waiting>& batch, uint64_t first,
                            const CompactRange& before);
  void Report(Committed& committed);

  const Options options_;
  LogStore& store_;
  CheckpointSigner& signer_;
  CheckpointBoard& board_;
  CompactRange range_;  // the sequencer's thread only

  mutable Mutex mu_;
  CondVar queue_changed_;
  CondVar committed_changed_;
  std::deque<Waiting> queue_ FUSIONHUB_GUARDED_BY(mu_);
  size_t queue_bytes_ FUSIONHUB_GUARDED_BY(mu_) = 0;
  size_t pending_ FUSIONHUB_GUARDED_BY(mu_) = 0;  // queued, or their callbacks have not run
  std::deque<Committed> committed_ FUSIONHUB_GUARDED_BY(mu_);
  bool stopping_ FUSIONHUB_GUARDED_BY(mu_) = false;
  bool sequencer_done_ FUSIONHUB_GUARDED_BY(mu_) = false;
  std::thread sequencer_;
  std::thread callbacks_;
};

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_SEQUENCER_H_
