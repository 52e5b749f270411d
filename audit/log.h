// The transparency log: entries go in, are durable and covered by a signed checkpoint before anyone
// is told, and can be proven and opened afterwards (docs/audit_entries.md).
#ifndef FUSIONHUB_AUDIT_LOG_H_
#define FUSIONHUB_AUDIT_LOG_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "audit/checkpoint_board.h"
#include "audit/entry.h"
#include "audit/entry_sealer.h"
#include "audit/kek_folder.h"
#include "audit/log_publisher.h"
#include "audit/log_store.h"
#include "audit/sealed_payload.h"
#include "audit/sequencer.h"
#include "audit/signer.h"
#include "base/random.h"
#include "storage/store.h"

namespace fusionhub::audit {

struct LogOptions {
  std::string folder;             // tlog-tiles files, to be served as they are
  std::string signer_state_path;  // best on another disk than the store
  std::string kek_folder;  // keys of payloads, one a day; keep it out of backups of the store
  std::string origin;      // the log's name, e.g. "hub.stl.example/log"; also its key's name
  crypto::Ed25519PrivateKey key;
  std::vector<VerifierKey> cosigners;  // of type cosignature; SetCosigners changes them later
  Sequencer::Options sequencer;        // on_posted is the log's own
  uint64_t rehash_at_start = 64 * 1024;
};

// Thread-safe. Times come with the drafts; the log has no clock.
//
// A batch is committed as soon as the one before is done: an idle log never waits for a batch to
// fill.
class Log {
 public:
  // Families that the store must have.
  static std::vector<std::string> StoreFamilies() { return LogStore::Families(); }

  // Opens the log, or makes it when store and signer state are both empty. Compares store and
  // signer state first:
  //  store longer than signed: the rest is signed; shorter: the log opens read only (see
  //  read_only_reason); different: DATA_LOSS, and nothing is signed; signer state missing:
  //  FAILED_PRECONDITION.
  // Missing or damaged recent tile files are written again. `store` and `random` must outlive the
  // log.
  static absl::StatusOr<std::unique_ptr<Log>> Open(LogOptions options, storage::Store& store,
                                                   Random& random);
  ~Log();  // commits and publishes what is queued, runs its callbacks
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Seals `draft` on this thread and queues it. OK: `done` is called once, on the log's callback
  // thread, when the entry is durable and in a signed checkpoint (whose listener was told before).
  // Otherwise `done` is never called: INVALID_ARGUMENT (not an entry), RESOURCE_EXHAUSTED (queue
  // full, try again), FAILED_PRECONDITION (read only).
  absl::Status Append(const EntryDraft& draft, AppendCallback done);
  // The same, waiting for it. Not from a callback.
  absl::StatusOr<AppendedEntry> AppendAndWait(const EntryDraft& draft);

  // Empty, or why nothing can be appended and what to do.
  const std::string& read_only_reason() const { return read_only_reason_; }

  PublishedCheckpoint LatestCheckpoint() const { return board_.Latest(); }
  // One of the newest 64; NOT_FOUND otherwise.
  absl::StatusOr<PublishedCheckpoint> CheckpointAt(uint64_t size) const { return board_.At(size); }
  absl::Status SetCosigners(const std::vector<VerifierKey>& keys) {
    return board_.SetCosigners(keys);
  }
  // See CheckpointBoard::AddCosignature. The line goes into the checkpoint's note, and file if it
  // is the newest.
  absl::Status AddCosignature(uint64_t size, absl::string_view line, absl::string_view cosigner);
  VerifierKey verifier_key() const { return signer_->verifier_key(); }

  // OUT_OF_RANGE when the size is beyond the newest checkpoint or the index beyond the size.
  absl::StatusOr<std::vector<Digest>> InclusionProof(uint64_t index, uint64_t size) const;
  absl::StatusOr<std::vector<Digest>> ConsistencyProof(uint64_t from, uint64_t to) const;
  absl::StatusOr<std::string> Leaf(uint64_t index) const;
  // From `first` on, fewer than `count` (at most 256) at the end of the newest checkpoint.
  absl::StatusOr<std::vector<std::string>> Leaves(uint64_t first, uint64_t count) const;
  // Indices of the query's entries that the newest checkpoint covers, ascending.
  absl::StatusOr<std::vector<uint64_t>> EntriesOf(absl::string_view query_id) const;

  // An entry opened with its keys.
  struct OpenedEntry {
    uint64_t index = 0;
    Entry entry;
    Payload payload;
    std::string query_salt;  // as in AppendedEntry
    std::string answer_salt;
  };
  // NOT_FOUND when its key was destroyed, DATA_LOSS when leaf and ciphertext do not belong
  // together.
  absl::StatusOr<OpenedEntry> OpenEntry(uint64_t index) const;
  // Opens entries of `type` made at `from` or later (by the hour), newest first, until `visit`
  // returns false. For what the hub must know again after a restart, e.g. used assertion ids.
  absl::Status ForEachOpened(EntryType type, absl::Time from,
                             const std::function<bool(const OpenedEntry&)>& visit) const;

  // Blocks until all that was appended is in files.
  void FlushFiles();
  size_t queued() const;
  KekFolder& keks() { return *keks_; }

 private:
  Log(LogOptions options, LogStore store, Random& random);
  absl::Status Start();
  absl::Status OpenSigner();
  absl::Status StartReadOnly(uint64_t size);
  absl::Status SignForward(const CompactRange& range);
  absl::Status StartPublisher(uint64_t verify_from);
  absl::StatusOr<OpenedEntry> OpenParsed(uint64_t index, Entry entry) const;
  absl::Status CheckCovered(uint64_t size) const;

  LogOptions options_;
  LogStore store_;
  Random& random_;
  std::unique_ptr<KekFolder> keks_;
  std::unique_ptr<CheckpointSigner> signer_;
  CheckpointBoard board_;
  std::string read_only_reason_;
  // Destroyed in this order: the sequencer drains into the publisher.
  std::unique_ptr<LogPublisher> publisher_;
  std::unique_ptr<Sequencer> sequencer_;
};

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_LOG_H_
