#include "audit/answer_batcher.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "base/status_macros.h"
#include "crypto/digest.h"

namespace fusionhub::audit {

AnswerBatcher::AnswerBatcher(Options options) : options_(std::move(options)) {
  thread_ = std::thread([this] { Run(); });
}

AnswerBatcher::~AnswerBatcher() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

absl::Status AnswerBatcher::Sign(v1::Answer answer, Callback done) {
  FUSIONHUB_RETURN_IF_ERROR(CheckAnswerForm(answer));
  if (answer.owner() != options_.owner || answer.node() != options_.node) {
    return absl::InvalidArgumentError("an answer is signed only for this owner and node");
  }
  const Digest digest = AnswerDigest(answer);
  {
    MutexLock lock(mu_);
    if (queue_.size() >= options_.queue_max) {
      return absl::ResourceExhaustedError("too many answers wait for their signature");
    }
    queue_.push_back({std::move(answer), digest, std::move(done)});
  }
  changed_.NotifyOne();
  return absl::OkStatus();
}

void AnswerBatcher::Run() {
  while (true) {
    std::vector<Waiting> batch;
    {
      MutexLock lock(mu_);
      while (queue_.empty() && !stopping_) changed_.Wait(mu_);
      if (queue_.empty()) return;
      const size_t count =
          std::min({queue_.size(), options_.batch_max, static_cast<size_t>(kMaxAnswerBatch)});
      const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
      batch.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
      queue_.erase(queue_.begin(), end);
    }
    SignBatch(std::move(batch));
  }
}

void AnswerBatcher::SignBatch(std::vector<Waiting> batch) {
  std::map<std::pair<int, uint64_t>, Digest> nodes;
  CompactRange range;
  for (const Waiting& waiting : batch) {
    range.Append(LeafHash(crypto::View(waiting.digest)),
                 [&nodes](int level, uint64_t index, const Digest& hash) {
                   nodes[{level, index}] = hash;
                 });
  }
  const NodeReader read = [&nodes](int level, uint64_t index) -> absl::StatusOr<Digest> {
    return nodes.at({level, index});
  };
  const std::string signature =
      options_.key.Sign(BatchSignedText(options_.owner, options_.node, range.size(), range.Root()));
  for (size_t i = 0; i < batch.size(); ++i) {
    v1::SignedAnswer answer;
    *answer.mutable_answer() = std::move(batch[i].answer);
    v1::AnswerSignature& s = *answer.mutable_signature();
    s.set_key_id(options_.key_id);
    s.set_batch_root(crypto::ToString(range.Root()));
    s.set_batch_size(range.size());
    s.set_index(i);
    s.set_signature(signature);
    // Every node that a proof in this tree needs was just collected.
    const absl::StatusOr<std::vector<Digest>> proof = MakeInclusionProof(i, range.size(), read);
    for (const Digest& hash : *proof) s.add_proof(crypto::ToString(hash));
    batch[i].done(std::move(answer));
  }
}

}  // namespace fusionhub::audit
