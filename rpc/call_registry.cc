// Counting of calls: see call_registry.h.
#include "rpc/call_registry.h"

#include <utility>

namespace fusionhub::rpc {

bool CallRegistry::Enter() {
  MutexLock lock(mu_);
  if (closed_) return false;
  ++places_;
  return true;
}

void CallRegistry::Leave() {
  MutexLock lock(mu_);
  --places_;
  // Under the lock: the waiter may destroy this object's owner as soon as it has the lock.
  if (places_ == 0) emptied_.NotifyAll();
}

void CallRegistry::Add(const std::shared_ptr<AsyncCall>& call) {
  MutexLock lock(mu_);
  calls_.emplace(call.get(), call);
}

void CallRegistry::Remove(const AsyncCall* call) {
  MutexLock lock(mu_);
  calls_.erase(call);
}

std::vector<std::shared_ptr<AsyncCall>> CallRegistry::InFlight() const {
  std::vector<std::shared_ptr<AsyncCall>> calls;
  MutexLock lock(mu_);
  calls.reserve(calls_.size());
  for (const auto& [pointer, weak] : calls_) {
    if (std::shared_ptr<AsyncCall> call = weak.lock()) calls.push_back(std::move(call));
  }
  return calls;
}

size_t CallRegistry::in_flight() const {
  MutexLock lock(mu_);
  return calls_.size();
}

void CallRegistry::Close() {
  MutexLock lock(mu_);
  closed_ = true;
}

bool CallRegistry::closed() const {
  MutexLock lock(mu_);
  return closed_;
}

void CallRegistry::WaitUntilEmpty() {
  MutexLock lock(mu_);
  while (places_ > 0) emptied_.Wait(mu_);
}

}  // namespace fusionhub::rpc
