// Serves QueryService.Ask.
#include "broker/query_service.h"

#include <utility>

#include "query/error_detail.h"

namespace fusionhub::broker {
namespace {

// Writes a course's events to the requester's stream.
class StreamSink final : public CourseSink {
 public:
  using Stream = std::shared_ptr<rpc::ResponseStream<v1::AskResponse>>;
  explicit StreamSink(Stream stream) : stream_(std::move(stream)) {}

  void Accepted(v1::QueryAccepted accepted) override {
    v1::AskResponse response;
    *response.mutable_accepted() = std::move(accepted);
    Write(std::move(response));
  }
  void Result(v1::OwnerResult result) override {
    v1::AskResponse response;
    *response.mutable_owner_result() = std::move(result);
    Write(std::move(response));
  }
  void Complete(v1::QueryComplete complete) override {
    v1::AskResponse response;
    *response.mutable_complete() = std::move(complete);
    Write(std::move(response));
    stream_->Finish(absl::OkStatus());
  }
  void Failed(absl::Status status) override { stream_->Finish(std::move(status)); }

 private:
  void Write(v1::AskResponse response) {
    const absl::Status written = stream_->Write(std::move(response));
    // A client that does not read loses its stream, never the hub its memory; the log has the query
    // id.
    if (absl::IsResourceExhausted(written)) stream_->Finish(written);
  }
  const Stream stream_;
};

}  // namespace

void QueryService::RegisterWith(rpc::AsyncServer& server) {
  rpc::MethodOptions method;
  method.name = "fusionhub.v1.QueryService/Ask";
  method.max_in_flight = options_.max_in_flight;
  method.max_deadline = absl::Seconds(60);
  server.AddServerStream(
      service_, &v1::QueryService::AsyncService::RequestAsk, method,
      rpc::ServerStreamHandler<v1::AskRequest, v1::AskResponse>(
          [this](const Stream& stream, const v1::AskRequest& request) { Ask(stream, request); }));
}

std::shared_ptr<void> QueryService::TakePlace(const std::string& spiffe_id) {
  MutexLock lock(mu_);
  int& count = in_flight_[spiffe_id];
  if (count >= options_.max_per_client) return nullptr;
  ++count;
  return std::shared_ptr<void>(static_cast<void*>(this), [spiffe_id](void* service) {
    auto* self = static_cast<QueryService*>(service);
    MutexLock lock(self->mu_);
    const auto it = self->in_flight_.find(spiffe_id);
    if (--it->second == 0) self->in_flight_.erase(it);
  });
}

void QueryService::Ask(const Stream& stream, const v1::AskRequest& request) {
  // Verifying takes a signature check; it does not belong on a completion queue.
  const absl::Status queued =
      course_.pool.Submit([this, stream, &request] { Admit(stream, request); });
  if (queued.ok()) return;
  course_.metrics.Admission("queue_full");
  stream->Finish(
      query::WithErrorDetail(absl::ResourceExhaustedError("the hub is busy; ask again in a moment"),
                             "HUB_BUSY", "", "ask again in a few seconds"));
}

void QueryService::Admit(const Stream& stream, const v1::AskRequest& request) {
  std::shared_ptr<void> place = TakePlace(stream->peer().spiffe_id);
  if (place == nullptr) {
    course_.metrics.Admission("client_limit");
    return stream->Finish(query::WithErrorDetail(
        absl::ResourceExhaustedError("too many questions of this client are open"), "CLIENT_BUSY",
        "", "wait for the answers to the questions that are open"));
  }
  absl::StatusOr<QuestionIntake::Admitted> admitted =
      intake_.Admit(request.signed_query(), stream->peer());
  if (!admitted.ok()) {
    return unidentified_.Refuse(stream->peer().spiffe_id, admitted.status(),
                                [stream](absl::Status status) { stream->Finish(status); });
  }
  admitted->question.place = std::move(place);
  const std::shared_ptr<QueryCourse> course =
      QueryCourse::Start(course_, std::move(admitted->question), std::move(admitted->plan),
                         std::make_shared<StreamSink>(stream), std::move(admitted->refusal));
  stream->OnCancel([weak = std::weak_ptr<QueryCourse>(course)] {
    if (const std::shared_ptr<QueryCourse> left = weak.lock()) left->RequesterLeft();
  });
}

}  // namespace fusionhub::broker
