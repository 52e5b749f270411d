// Keeps count of an AsyncServer's calls, so that its completion queues outlive them.
#ifndef FUSIONHUB_RPC_CALL_REGISTRY_H_
#define FUSIONHUB_RPC_CALL_REGISTRY_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/timer.h"
#include "rpc/call.h"

namespace fusionhub::rpc {

class AsyncCall;

// What a call asks of its server.
struct CallHooks {
  bool require_peer_identity = true;
  std::function<absl::Status(const Call&)> authorize;
  std::function<void(absl::string_view, absl::StatusCode, absl::Duration)> on_finished;
  TimerQueue* timers = nullptr;
};

// Thread-safe. Calls share it, because a handler may keep a call longer than the server lives;
// everything else of the server (methods, queues, timers) may be used only between Enter and Leave.
class CallRegistry {
 public:
  explicit CallRegistry(CallHooks hooks) : hooks_(std::move(hooks)) {}

  const CallHooks& hooks() const { return hooks_; }

  // A place for a call is about to be posted. False when the server is closing: post nothing then.
  bool Enter() FUSIONHUB_EXCLUDES(mu_);
  // gRPC has returned everything of that place.
  void Leave() FUSIONHUB_EXCLUDES(mu_);

  // A posted place got a call / that call is over.
  void Add(const std::shared_ptr<AsyncCall>& call) FUSIONHUB_EXCLUDES(mu_);
  void Remove(const AsyncCall* call) FUSIONHUB_EXCLUDES(mu_);

  std::vector<std::shared_ptr<AsyncCall>> InFlight() const FUSIONHUB_EXCLUDES(mu_);
  size_t in_flight() const FUSIONHUB_EXCLUDES(mu_);

  // From now on Enter says false.
  void Close() FUSIONHUB_EXCLUDES(mu_);
  bool closed() const FUSIONHUB_EXCLUDES(mu_);
  // Waits until every place has been left. After Close.
  void WaitUntilEmpty() FUSIONHUB_EXCLUDES(mu_);

 private:
  const CallHooks hooks_;
  mutable Mutex mu_;
  CondVar emptied_;
  bool closed_ FUSIONHUB_GUARDED_BY(mu_) = false;
  size_t places_ FUSIONHUB_GUARDED_BY(mu_) = 0;
  absl::flat_hash_map<const AsyncCall*, std::weak_ptr<AsyncCall>> calls_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_CALL_REGISTRY_H_
