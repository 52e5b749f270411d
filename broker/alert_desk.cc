// Serves AlertService.
#include "broker/alert_desk.h"

#include <algorithm>
#include <utility>

#include "query/timestamp.h"

namespace fusionhub::broker {
namespace {

using Stream = std::shared_ptr<rpc::BidiStream<v1::WatchRequest, v1::WatchResponse>>;

// Passes a released alert on to its watcher. What was refused stays in the log.
class AlertSink final : public CourseSink {
 public:
  AlertSink(Stream stream, std::shared_ptr<NodeLink> node, std::string hit_id,
            BrokerMetrics& metrics)
      : stream_(std::move(stream)),
        node_(std::move(node)),
        hit_id_(std::move(hit_id)),
        metrics_(metrics) {}
  void Accepted(v1::QueryAccepted) override {}
  void Result(v1::OwnerResult result) override {
    if (result.outcome() != v1::ANSWER_OUTCOME_RELEASED ||
        result.answer().answer().records_size() == 0) {
      return;
    }
    metrics_.AlertSent(result.owner());
    // Only now, with the release in the log, need the node not give the notice again.
    node_->ConfirmHit(hit_id_).IgnoreError();
    v1::WatchResponse response;
    *response.mutable_alert() = std::move(result);
    const absl::Status written = stream_->Write(std::move(response));
    if (absl::IsResourceExhausted(written)) stream_->Finish(written);
  }
  void Complete(v1::QueryComplete) override {}
  // The log could not be written: this alert is lost to this watcher, the subscription stands.
  void Failed(absl::Status) override {}

 private:
  const Stream stream_;
  const std::shared_ptr<NodeLink> node_;
  const std::string hit_id_;
  BrokerMetrics& metrics_;
};

bool Wants(const v1::Query& query, const std::string& category) {
  const auto& categories = query.alert_subscription().categories();
  return std::find(categories.begin(), categories.end(), category) != categories.end();
}

}  // namespace

void AlertDesk::RegisterWith(rpc::AsyncServer& server) {
  rpc::MethodOptions options =
      rpc::LongStreamOptions("fusionhub.v1.AlertService/Watch", parts_.max_watchers);
  // One renewal at a time: verified before the next is read.
  options.explicit_reads = true;
  server.AddBidiStream(service_, &v1::AlertService::AsyncService::RequestWatch, options,
                       rpc::BidiHandler<v1::WatchRequest, v1::WatchResponse>(
                           [this](const Stream& stream) { Watch(stream); }));
}

void AlertDesk::Watch(const Stream& stream) {
  uint64_t id = 0;
  {
    MutexLock lock(mu_);
    id = next_id_++;
    watchers_[id].stream = stream;
  }
  stream->OnMessage([this, id](v1::WatchRequest request) {
    parts_.course.pool.SubmitContinuation(
        [this, id, request = std::move(request)] { Subscribe(id, request); });
  });
  stream->ReadNext();
  stream->OnReadsDone([this, id] { End(id, absl::OkStatus()); });
  stream->OnDone([this, id] { End(id, absl::OkStatus()); });
}

void AlertDesk::Subscribe(uint64_t id, const v1::WatchRequest& request) {
  Stream stream;
  {
    MutexLock lock(mu_);
    const auto it = watchers_.find(id);
    if (it == watchers_.end()) return;
    stream = it->second.stream;
  }
  absl::StatusOr<query::VerifiedQuery> verified =
      parts_.intake.Identify(request.subscription(), stream->peer(), /*standing=*/true);
  if (verified.ok() && !verified->query.has_alert_subscription()) {
    verified = absl::InvalidArgumentError("the query's subject must be an alert_subscription");
  }
  if (!verified.ok()) {
    parts_.unidentified.Refuse(stream->peer().spiffe_id, verified.status(),
                               [this, id](const absl::Status& status) { End(id, status); });
    return;
  }
  v1::WatchResponse response;
  *response.mutable_accepted()->mutable_until() = query::ToProto(verified->person.expires_at);
  response.mutable_accepted()->set_test_mode_notice(parts_.course.test_mode_notice);
  {
    MutexLock lock(mu_);
    const auto it = watchers_.find(id);
    if (it == watchers_.end()) return;
    if (!it->second.subscribed) parts_.course.metrics.watchers().Increment();
    it->second.subscribed = true;
    it->second.signed_query = request.subscription();
    it->second.verified = *std::move(verified);
  }
  stream->Write(std::move(response)).IgnoreError();
  stream->ReadNext();
}

void AlertDesk::OnHit(const std::shared_ptr<NodeLink>& node, const v1::HitNotice& notice) {
  std::vector<Watcher> wanted;
  const absl::Time now = parts_.course.clock.Now();
  {
    MutexLock lock(mu_);
    for (const auto& [id, watcher] : watchers_) {
      if (watcher.subscribed && now < watcher.verified.person.expires_at &&
          Wants(watcher.verified.query, notice.category()) && FirstTime(notice.hit_id(), id)) {
        wanted.push_back(watcher);
      }
    }
  }
  for (const Watcher& watcher : wanted) {
    QuestionIntake::Admitted admitted =
        parts_.intake.ForHit(watcher.signed_query, watcher.verified, node->facts().agency,
                             notice.hit_id(), notice.category());
    QueryCourse::Start(
        parts_.course, std::move(admitted.question), std::move(admitted.plan),
        std::make_shared<AlertSink>(watcher.stream, node, notice.hit_id(), parts_.course.metrics));
  }
}

bool AlertDesk::FirstTime(const std::string& hit_id, uint64_t watcher) {
  if (!tried_.emplace(hit_id, watcher).second) return false;
  tried_order_.emplace_back(hit_id, watcher);
  if (tried_order_.size() > kMaxTried) {
    tried_.erase(tried_order_.front());
    tried_order_.pop_front();
  }
  return true;
}

void AlertDesk::End(uint64_t id, const absl::Status& status) {
  Stream stream;
  {
    MutexLock lock(mu_);
    const auto it = watchers_.find(id);
    if (it == watchers_.end()) return;
    if (it->second.subscribed) parts_.course.metrics.watchers().Decrement();
    stream = std::move(it->second.stream);
    watchers_.erase(it);
  }
  stream->Finish(status);
}

void AlertDesk::EndLapsed() {
  const absl::Time now = parts_.course.clock.Now();
  std::vector<uint64_t> lapsed;
  {
    MutexLock lock(mu_);
    for (const auto& [id, watcher] : watchers_) {
      if (watcher.subscribed && now >= watcher.verified.person.expires_at) lapsed.push_back(id);
    }
  }
  for (const uint64_t id : lapsed) {
    End(id, absl::UnauthenticatedError(
                "the subscription was not renewed before its assertion expired"));
  }
}

}  // namespace fusionhub::broker
