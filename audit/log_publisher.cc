#include "audit/log_publisher.h"

#include <utility>

#include "base/log.h"
#include "base/status_macros.h"

namespace fusionhub::audit {

LogPublisher::LogPublisher(TileFiles files, TileFiles::Tree tree, const CheckpointBoard& board,
                           uint64_t published)
    : files_(std::move(files)), tree_(std::move(tree)), board_(board), published_(published) {
  thread_ = std::thread([this] { Run(); });
}

LogPublisher::~LogPublisher() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

void LogPublisher::Wake() {
  {
    MutexLock lock(mu_);
    ++wanted_;
  }
  changed_.NotifyAll();
}

void LogPublisher::Flush() {
  MutexLock lock(mu_);
  const uint64_t target = wanted_;
  while (done_ < target) changed_.Wait(mu_);
}

void LogPublisher::Run() {
  while (true) {
    uint64_t target = 0;
    {
      MutexLock lock(mu_);
      while (done_ == wanted_ && !stopping_) changed_.Wait(mu_);
      if (done_ == wanted_) return;
      target = wanted_;
    }
    if (const absl::Status status = PublishLatest(); !status.ok()) {
      Fatal("audit_publish_failed", status.message());
    }
    {
      MutexLock lock(mu_);
      done_ = target;
    }
    changed_.NotifyAll();
  }
}

absl::Status LogPublisher::PublishLatest() {
  const PublishedCheckpoint latest = board_.Latest();
  FUSIONHUB_RETURN_IF_ERROR(files_.WriteTiles(tree_, published_, latest.size));
  published_ = latest.size;
  return files_.WriteCheckpoint(latest.note);
}

}  // namespace fusionhub::audit
