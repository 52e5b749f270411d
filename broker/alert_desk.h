// AlertService: standing subscriptions, and for each hit of a node a question of its own (X-8,
// ALPR-2).
#ifndef FUSIONHUB_BROKER_ALERT_DESK_H_
#define FUSIONHUB_BROKER_ALERT_DESK_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "broker/node_link.h"
#include "broker/query_course.h"
#include "broker/question_intake.h"
#include "broker/unidentified_calls.h"
#include "fusionhub/v1/analyst.grpc.pb.h"
#include "rpc/async_server.h"

namespace fusionhub::broker {

// Thread-safe. Outlives the server that it is registered with.
class AlertDesk {
 public:
  struct Parts {
    const CourseParts& course;
    QuestionIntake& intake;
    UnidentifiedCalls& unidentified;
    int max_watchers = 1024;
  };
  explicit AlertDesk(const Parts& parts) : parts_(parts) {}
  void RegisterWith(rpc::AsyncServer& server);

  // A node has a hit: every subscription in force that wants its category gets a question of its
  // own, decided, logged and put to the node like any other. Runs on the pool.
  void OnHit(const std::shared_ptr<NodeLink>& node, const v1::HitNotice& notice)
      FUSIONHUB_EXCLUDES(mu_);
  // Ends subscriptions that were not renewed. Call it every few seconds.
  void EndLapsed() FUSIONHUB_EXCLUDES(mu_);

 private:
  using Stream = std::shared_ptr<rpc::BidiStream<v1::WatchRequest, v1::WatchResponse>>;
  struct Watcher {
    Stream stream;
    v1::SignedQuery signed_query;
    query::VerifiedQuery verified;
    bool subscribed = false;
  };

  void Watch(const Stream& stream) FUSIONHUB_EXCLUDES(mu_);
  void Subscribe(uint64_t id, const v1::WatchRequest& request) FUSIONHUB_EXCLUDES(mu_);
  // False when this watcher has been tried for this hit: nodes give unconfirmed notices again.
  bool FirstTime(const std::string& hit_id, uint64_t watcher) FUSIONHUB_REQUIRES(mu_);
  void End(uint64_t id, const absl::Status& status) FUSIONHUB_EXCLUDES(mu_);

  const Parts parts_;
  v1::AlertService::AsyncService service_;
  Mutex mu_;
  uint64_t next_id_ FUSIONHUB_GUARDED_BY(mu_) = 1;
  static constexpr size_t kMaxTried = 100'000;
  std::set<std::pair<std::string, uint64_t>> tried_ FUSIONHUB_GUARDED_BY(mu_);
  std::deque<std::pair<std::string, uint64_t>> tried_order_ FUSIONHUB_GUARDED_BY(mu_);
  std::map<uint64_t, Watcher> watchers_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_ALERT_DESK_H_
