// Writes the log's files behind the sequencer's back: tiles first, then the checkpoint that names
// them.
#ifndef FUSIONHUB_AUDIT_LOG_PUBLISHER_H_
#define FUSIONHUB_AUDIT_LOG_PUBLISHER_H_

#include <cstdint>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "audit/checkpoint_board.h"
#include "audit/tile_files.h"
#include "base/mutex.h"

namespace fusionhub::audit {

// Thread-safe. Slow disks make it skip checkpoints, never delay the log. An I/O error ends the
// process.
class LogPublisher {
 public:
  // Files hold the tree of `published` leaves already. `board` must outlive this object.
  LogPublisher(TileFiles files, TileFiles::Tree tree, const CheckpointBoard& board,
               uint64_t published);
  ~LogPublisher();  // publishes what is pending
  LogPublisher(const LogPublisher&) = delete;
  LogPublisher& operator=(const LogPublisher&) = delete;

  // The board has something new.
  void Wake() FUSIONHUB_EXCLUDES(mu_);
  // Blocks until everything that was on the board is in files.
  void Flush() FUSIONHUB_EXCLUDES(mu_);

 private:
  void Run() FUSIONHUB_EXCLUDES(mu_);
  absl::Status PublishLatest();

  TileFiles files_;
  const TileFiles::Tree tree_;
  const CheckpointBoard& board_;
  uint64_t published_;  // the publisher's thread only

  Mutex mu_;
  CondVar changed_;
  uint64_t wanted_ FUSIONHUB_GUARDED_BY(mu_) = 0;
  uint64_t done_ FUSIONHUB_GUARDED_BY(mu_) = 0;
  bool stopping_ FUSIONHUB_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_LOG_PUBLISHER_H_
