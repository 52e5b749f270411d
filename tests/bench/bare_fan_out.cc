// Fans out and nothing else. Everything runs on completion-queue threads: the cheapest way.
#include "tests/bench/bare_fan_out.h"

#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "query/timestamp.h"

namespace fusionhub::bench {

BareFanOut::BareFanOut(BenchRegion& region, const Transcript& model) : region_(region) {
  std::string answer;
  for (const v1::AskResponse& response : model.responses) {
    if (response.has_accepted()) accepted_ = response;
    if (response.has_complete()) complete_ = response;
    if (response.has_owner_result()) {
      result_ = response.owner_result();
      answer = result_.answer().SerializeAsString();
    }
  }
  result_.clear_answer();
  *order_.mutable_intent() = accepted_.accepted().intent();
  order_.mutable_intent()->clear_checkpoint();
  order_.set_checkpoint_size(order_.intent().index() + 1);
  order_.set_query_salt(accepted_.accepted().query_salt());
  *order_.mutable_decided_at() = query::ToProto(region_.clock().Now());
  order_.set_deadline_ms(20'000);
  order_.set_min_policy_revision(1);
  StartServer();
  for (int i = 0; i < region_.owners(); ++i) StartNode(i, answer);
  for (const Echo& node : nodes_) {
    while (!node.tunnel->connected()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

BareFanOut::~BareFanOut() {
  nodes_.clear();
  server_->Shutdown(absl::ZeroDuration());
}

void BareFanOut::StartServer() {
  tls_ = Must(rpc::TlsIdentity::Load(region_.hub_tls(), region_.clock()), "TLS");
  rpc::AsyncServerOptions options;
  options.credentials =
      Must(tls_->ServerCredentials(
               [](const std::vector<std::string>&, absl::string_view) { return absl::OkStatus(); }),
           "server credentials");
  options.acceptor.max_per_source = 1024;
  server_ = std::make_unique<rpc::AsyncServer>(std::move(options));
  rpc::TunnelSessionOptions tunnel;
  tunnel.timers = &timers_;
  rpc::TunnelSessionCallbacks callbacks;
  callbacks.on_hello = [this](const std::shared_ptr<rpc::TunnelSession>& session,
                              const v1::NodeHello&) -> absl::StatusOr<v1::HubWelcome> {
    MutexLock lock(mu_);
    sessions_.push_back(session);
    return v1::HubWelcome();
  };
  callbacks.on_message = [this](const std::shared_ptr<rpc::TunnelSession>&,
                                rpc::TunnelMessage message) { OnAnswer(message.bytes); };
  server_->AddBidiStream(tunnels_, &v1::NodeTunnelService::AsyncService::RequestConnect,
                         rpc::LongStreamOptions("fusionhub.v1.NodeTunnelService/Connect", 64),
                         [tunnel, callbacks](std::shared_ptr<rpc::NodeStream> stream) {
                           rpc::TunnelSession::Attach(std::move(stream), tunnel, callbacks);
                         });
  rpc::MethodOptions ask;
  ask.name = "fusionhub.v1.QueryService/Ask";
  ask.max_in_flight = 4096;
  server_->AddServerStream(
      queries_, &v1::QueryService::AsyncService::RequestAsk, ask,
      rpc::ServerStreamHandler<v1::AskRequest, v1::AskResponse>(
          [this](const Stream& stream, const v1::AskRequest& request) { Ask(stream, request); }));
  CheckOk(server_->Start(), "bare server");
}

void BareFanOut::StartNode(int owner, std::string answer) {
  Echo& node = nodes_.emplace_back();
  node.tls = Must(rpc::TlsIdentity::Load(region_.node_tls(owner), region_.clock()), "node TLS");
  rpc::TunnelClientOptions options;
  options.target = absl::StrCat("127.0.0.1:", port());
  options.credentials = [tls = node.tls.get()] {
    return tls->ChannelCredentials(rpc::RequireSpiffeId(kHubId));
  };
  auto tunnel = std::make_shared<rpc::TunnelClient*>(nullptr);
  rpc::TunnelClientCallbacks callbacks;
  callbacks.hello = [] { return v1::NodeHello(); };
  callbacks.on_welcome = [](const v1::HubWelcome&) { return absl::OkStatus(); };
  callbacks.on_frame = [](const v1::ConnectResponse&) {};
  callbacks.on_disconnected = [](const absl::Status&) {};
  v1::SignedAnswer model;
  CheckOk(model.ParseFromString(answer) ? absl::OkStatus() : absl::InternalError("bad"), "answer");
  callbacks.on_message = [tunnel, model](rpc::TunnelMessage message) {
    v1::WorkOrder order;
    if (!order.ParseFromString(message.bytes)) return;
    v1::SignedAnswer reply = model;
    reply.mutable_answer()->set_query_id(order.query_id());
    CheckOk((*tunnel)->Send(v1::CHUNK_KIND_ANSWER, reply.SerializeAsString()), "bare answer");
  };
  node.tunnel = std::make_unique<rpc::TunnelClient>(std::move(options), std::move(callbacks),
                                                    region_.random());
  *tunnel = node.tunnel.get();
  node.tunnel->Start();
}

void BareFanOut::Ask(const Stream& stream, const v1::AskRequest& request) {
  v1::WorkOrder order = order_;
  *order.mutable_signed_query() = request.signed_query();
  std::vector<std::shared_ptr<rpc::TunnelSession>> sessions;
  {
    MutexLock lock(mu_);
    order.set_query_id(absl::StrFormat("%016d", next_id_++));
    sessions = sessions_;
    courses_[order.query_id()] = {stream, sessions.size()};
  }
  CheckOk(stream->Write(accepted_), "bare accepted");
  for (const auto& session : sessions) {
    CheckOk(session->Send(v1::CHUNK_KIND_WORK_ORDER, order.SerializeAsString()).status(),
            "bare order");
  }
}

void BareFanOut::OnAnswer(const std::string& bytes) {
  v1::SignedAnswer answer;
  if (!answer.ParseFromString(bytes)) return;
  Stream stream;
  bool last = false;
  {
    MutexLock lock(mu_);
    const auto course = courses_.find(answer.answer().query_id());
    if (course == courses_.end()) return;
    stream = course->second.stream;
    v1::AskResponse response;
    *response.mutable_owner_result() = result_;
    *response.mutable_owner_result()->mutable_answer() = std::move(answer);
    // Under the lock, so that the last result is written before the end.
    CheckOk(stream->Write(std::move(response)), "bare result");
    last = --course->second.open == 0;
    if (last) courses_.erase(course);
  }
  if (!last) return;
  CheckOk(stream->Write(complete_), "bare complete");
  stream->Finish(absl::OkStatus());
}

}  // namespace fusionhub::bench
