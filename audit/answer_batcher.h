// Signs answers in batches: one Ed25519 signature for all that wait, each with its proof.
#ifndef FUSIONHUB_AUDIT_ANSWER_BATCHER_H_
#define FUSIONHUB_AUDIT_ANSWER_BATCHER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "audit/answer_commitment.h"
#include "base/mutex.h"
#include "crypto/ed25519.h"
#include "fusionhub/v1/records.pb.h"

namespace fusionhub::audit {

// Thread-safe. The destructor signs what is queued, then joins.
class AnswerBatcher {
 public:
  using Callback = std::function<void(v1::SignedAnswer)>;
  struct Options {
    std::string owner;   // must be every answer's owner
    std::string node;    // must be every answer's node
    std::string key_id;  // in the owner's Agency document
    crypto::Ed25519PrivateKey key;
    size_t batch_max = 256;
    size_t queue_max = 4096;
  };
  explicit AnswerBatcher(Options options);
  ~AnswerBatcher();
  AnswerBatcher(const AnswerBatcher&) = delete;
  AnswerBatcher& operator=(const AnswerBatcher&) = delete;

  // `done` is called once, on the batcher's thread; it must be short. Otherwise it is never called:
  // INVALID_ARGUMENT when the answer has not the form that is signed (CheckAnswerForm; CommitFields
  // first), or another owner or node; RESOURCE_EXHAUSTED when too many wait. An answer alone is
  // signed at once.
  absl::Status Sign(v1::Answer answer, Callback done) FUSIONHUB_EXCLUDES(mu_);

 private:
  struct Waiting {
    v1::Answer answer;
    Digest digest;
    Callback done;
  };
  void Run() FUSIONHUB_EXCLUDES(mu_);
  void SignBatch(std::vector<Waiting> batch);

  const Options options_;
  Mutex mu_;
  CondVar changed_;
  std::deque<Waiting> queue_ FUSIONHUB_GUARDED_BY(mu_);
  bool stopping_ FUSIONHUB_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_ANSWER_BATCHER_H_
