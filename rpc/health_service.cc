// The health checking protocol's Check and Watch.
#include "rpc/health_service.h"

#include <utility>

#include "absl/status/status.h"

namespace fusionhub::rpc {

HealthService::Response HealthService::State() const {
  Response response;
  response.set_status(serving_ ? Response::SERVING : Response::NOT_SERVING);
  return response;
}

void HealthService::Tell() {
  for (const std::shared_ptr<Stream>& watcher : watchers_) {
    // A watcher that does not read has its queue full: it is useless, and stays so.
    if (!watcher->Write(State()).ok()) watcher->Cancel();
  }
}

void HealthService::SetServing(bool serving) {
  MutexLock lock(mu_);
  if (serving_ == serving || stopped_) return;
  serving_ = serving;
  Tell();
}

void HealthService::Stop() {
  std::set<std::shared_ptr<Stream>> watchers;
  {
    MutexLock lock(mu_);
    if (std::exchange(stopped_, true)) return;
    if (std::exchange(serving_, false)) Tell();
    watchers.swap(watchers_);
  }
  for (const auto& watcher : watchers) {
    watcher->Finish(absl::UnavailableError("the server is shutting down"));
  }
}

void HealthService::Check(const Request& request, const UnaryDone<Response>& done) {
  if (!known_.contains(request.service())) {
    done(absl::NotFoundError("no such service here"));
    return;
  }
  Response response;
  {
    MutexLock lock(mu_);
    response = State();
  }
  done(std::move(response));
}

void HealthService::Watch(std::shared_ptr<Stream> stream, const Request& request) {
  if (!known_.contains(request.service())) {
    Response unknown;
    unknown.set_status(Response::SERVICE_UNKNOWN);
    stream->OnDone([stream] {});  // keeps the stream open, as the protocol asks
    if (!stream->Write(std::move(unknown)).ok()) stream->Cancel();
    return;
  }
  bool stopped = false;
  {
    MutexLock lock(mu_);
    stopped = stopped_;
    if (!stopped) {
      watchers_.insert(stream);
      if (!stream->Write(State()).ok()) stream->Cancel();
    }
  }
  if (stopped) {
    stream->Finish(absl::UnavailableError("the server is shutting down"));
    return;
  }
  stream->OnDone([this, stream] {
    MutexLock lock(mu_);
    watchers_.erase(stream);
  });
}

}  // namespace fusionhub::rpc
