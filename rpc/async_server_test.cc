#include "rpc/async_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/status_matchers.h"
#include "fusionhub/v1/admin.grpc.pb.h"
#include "fusionhub/v1/analyst.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "rpc/status_conversion.h"
#include "rpc/test_region.h"

namespace fusionhub::rpc {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using AskStream = ResponseStream<v1::AskResponse>;
using WatchStream = BidiStream<v1::WatchRequest, v1::WatchResponse>;
using UnaryTestHandler = UnaryHandler<v1::GetStatusRequest, v1::GetStatusResponse>;
using AskHandler = ServerStreamHandler<v1::AskRequest, v1::AskResponse>;
using WatchHandler = BidiHandler<v1::WatchRequest, v1::WatchResponse>;

MethodOptions Named(std::string name) {
  MethodOptions options;
  options.name = std::move(name);
  return options;
}

v1::AskResponse Part(uint32_t number, size_t padding = 0) {
  v1::AskResponse response;
  response.mutable_owner_result()->set_elapsed_ms(number);
  response.mutable_owner_result()->set_notice(std::string(padding, 'x'));
  return response;
}

// A server with one method of each kind, whose handlers the test sets.
class AsyncServerTest : public ::testing::Test {
 protected:
  void Serve() {
    options_ = region_.ServerOptions();
    Configure(options_);
    options_.on_finished = [this](absl::string_view method, absl::StatusCode code, absl::Duration) {
      MutexLock lock(mu_);
      finished_.push_back(std::string(method) + " " + absl::StatusCodeToString(code));
    };
    server_ = std::make_unique<AsyncServer>(options_);
    server_->AddUnary(status_, &v1::StatusService::AsyncService::RequestGetStatus, unary_options_,
                      on_unary_);
    server_->AddServerStream(query_, &v1::QueryService::AsyncService::RequestAsk, ask_options_,
                             on_ask_);
    server_->AddBidiStream(alert_, &v1::AlertService::AsyncService::RequestWatch, watch_options_,
                           on_watch_);
    FUSIONHUB_ASSERT_OK(server_->Start());
    channel_ = region_.Channel(server_->port());
  }
  virtual void Configure(AsyncServerOptions&) {}

  void TearDown() override {
    if (server_) server_->Shutdown(absl::Seconds(2));
  }

  grpc::Status GetStatus(grpc::ClientContext& context, v1::GetStatusResponse* response) {
    return v1::StatusService::NewStub(channel_)->GetStatus(&context, {}, response);
  }
  grpc::Status GetStatus(grpc::ClientContext& context) {
    v1::GetStatusResponse response;
    return GetStatus(context, &response);
  }
  std::vector<std::string> Finished() {
    MutexLock lock(mu_);
    return finished_;
  }
  void WaitUntilIdle() {
    while (server_->calls_in_flight() > 0) std::this_thread::yield();
  }

  TestRegion region_;
  AsyncServerOptions options_;
  v1::StatusService::AsyncService status_;
  v1::QueryService::AsyncService query_;
  v1::AlertService::AsyncService alert_;
  MethodOptions unary_options_ = Named("fusionhub.v1.StatusService/GetStatus");
  MethodOptions ask_options_ = Named("fusionhub.v1.QueryService/Ask");
  MethodOptions watch_options_ = LongStreamOptions("fusionhub.v1.AlertService/Watch", 16);
  UnaryTestHandler on_unary_ = [](std::shared_ptr<Call>, const v1::GetStatusRequest&,
                                  UnaryDone<v1::GetStatusResponse> done) {
    done(v1::GetStatusResponse());
  };
  AskHandler on_ask_ = [](std::shared_ptr<AskStream> stream, const v1::AskRequest&) {
    stream->Finish(absl::OkStatus());
  };
  WatchHandler on_watch_ = [](std::shared_ptr<WatchStream> stream) {
    stream->Finish(absl::OkStatus());
  };
  Mutex mu_;
  std::vector<std::string> finished_;
  std::unique_ptr<AsyncServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(AsyncServerTest, AnswersUnaryCallsWithThePeersIdentity) {
  on_unary_ = [](std::shared_ptr<Call> call, const v1::GetStatusRequest&,
                 UnaryDone<v1::GetStatusResponse> done) {
    v1::GetStatusResponse response;
    response.set_region(call->peer().spiffe_id);
    response.set_policy_digest(std::string(call->peer().certificate_sha256.begin(),
                                           call->peer().certificate_sha256.end()));
    EXPECT_THAT(call->peer().certificate_pem, StartsWith("-----BEGIN CERTIFICATE-----"));
    EXPECT_GT(call->TimeLeft(), absl::Seconds(5));
    EXPECT_LE(call->TimeLeft(), absl::Seconds(10));
    done(std::move(response));
  };
  Serve();
  v1::GetStatusResponse response;
  const auto context = ContextWithDeadline();
  const grpc::Status status = GetStatus(*context, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.region(), kTestClientId);
  EXPECT_NE(response.policy_digest(), std::string(32, '\0'));
  WaitUntilIdle();
  EXPECT_THAT(Finished(), Contains("fusionhub.v1.StatusService/GetStatus OK"));
}

TEST_F(AsyncServerTest, AnswersFromAnotherThreadLater) {
  std::vector<std::thread> threads;
  Mutex mu;
  on_unary_ = [&](std::shared_ptr<Call>, const v1::GetStatusRequest&,
                  UnaryDone<v1::GetStatusResponse> done) {
    MutexLock lock(mu);
    threads.emplace_back([done] { done(v1::GetStatusResponse()); });
  };
  Serve();
  for (int i = 0; i < 20; ++i) {
    const auto context = ContextWithDeadline();
    EXPECT_TRUE(GetStatus(*context).ok());
  }
  MutexLock lock(mu);
  for (std::thread& thread : threads) thread.join();
}

TEST_F(AsyncServerTest, CarriesErrorDetailsButNoInternalText) {
  on_unary_ = [](std::shared_ptr<Call>, const v1::GetStatusRequest&,
                 UnaryDone<v1::GetStatusResponse> done) {
    absl::Status status = absl::InternalError("/var/lib/fusionhub/secret: bad");
    status.SetPayload(kErrorDetailUrl, absl::Cord("detail\x00\xff bytes"));
    done(status);
  };
  Serve();
  const auto context = ContextWithDeadline();
  const grpc::Status status = GetStatus(*context);
  const absl::Status back = FromGrpcStatus(status, context.get());
  EXPECT_THAT(back, StatusIs(absl::StatusCode::kInternal, ::testing::Not(HasSubstr("/var"))));
  EXPECT_EQ(back.GetPayload(kErrorDetailUrl), absl::Cord("detail\x00\xff bytes"));
}

TEST_F(AsyncServerTest, AnswersInternalWhenTheHandlerDropsTheCall) {
  on_unary_ = [](std::shared_ptr<Call>, const v1::GetStatusRequest&,
                 UnaryDone<v1::GetStatusResponse>) {};
  on_ask_ = [](std::shared_ptr<AskStream>, const v1::AskRequest&) {};
  Serve();
  auto context = ContextWithDeadline();
  EXPECT_EQ(GetStatus(*context).error_code(), grpc::StatusCode::INTERNAL);
  context = ContextWithDeadline();
  const auto reader = v1::QueryService::NewStub(channel_)->Ask(context.get(), {});
  v1::AskResponse response;
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::INTERNAL);
}

TEST_F(AsyncServerTest, OnlyTheFirstAnswerCounts) {
  on_unary_ = [](std::shared_ptr<Call>, const v1::GetStatusRequest&,
                 UnaryDone<v1::GetStatusResponse> done) {
    done(absl::NotFoundError("first"));
    done(v1::GetStatusResponse());
  };
  Serve();
  const auto context = ContextWithDeadline();
  EXPECT_EQ(GetStatus(*context).error_message(), "first");
}

TEST_F(AsyncServerTest, RefusesCallsWithoutDeadline) {
  Serve();
  grpc::ClientContext context;
  const grpc::Status status = GetStatus(context);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("needs a deadline"));
}

TEST_F(AsyncServerTest, CutsLongDeadlinesToTheCap) {
  unary_options_.max_deadline = absl::Milliseconds(50);
  std::promise<UnaryDone<v1::GetStatusResponse>> kept;
  std::atomic<bool> cancelled = false;
  on_unary_ = [&](std::shared_ptr<Call> call, const v1::GetStatusRequest&,
                  UnaryDone<v1::GetStatusResponse> done) {
    call->OnCancel([&] { cancelled = true; });
    kept.set_value(done);
  };
  Serve();
  const auto context = ContextWithDeadline(absl::Hours(1));
  const grpc::Status status = GetStatus(*context);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  kept.get_future().get()(v1::GetStatusResponse());  // too late, harmless
  WaitUntilIdle();
  EXPECT_TRUE(cancelled);
}

TEST_F(AsyncServerTest, TellsTheHandlerThatTheCallerHasGone) {
  std::promise<void> started;
  std::promise<void> cancelled;
  on_unary_ = [&](std::shared_ptr<Call> call, const v1::GetStatusRequest&,
                  UnaryDone<v1::GetStatusResponse> done) {
    call->OnCancel([&cancelled, call, done] {
      EXPECT_TRUE(call->cancelled());
      cancelled.set_value();
    });
    started.set_value();
  };
  Serve();
  const auto context = ContextWithDeadline();
  std::thread caller(
      [&] { EXPECT_EQ(GetStatus(*context).error_code(), grpc::StatusCode::CANCELLED); });
  started.get_future().wait();
  context->TryCancel();
  cancelled.get_future().wait();
  caller.join();
  WaitUntilIdle();
  EXPECT_THAT(Finished(), Contains("fusionhub.v1.StatusService/GetStatus CANCELLED"));
}

TEST_F(AsyncServerTest, StreamsInOrder) {
  on_ask_ = [](std::shared_ptr<AskStream> stream, const v1::AskRequest& request) {
    EXPECT_EQ(request.signed_query().query(), "question");
    for (uint32_t i = 0; i < 100; ++i) FUSIONHUB_EXPECT_OK(stream->Write(Part(i)));
    stream->Finish(absl::OkStatus());
    EXPECT_FALSE(stream->Write(Part(100)).ok());
  };
  Serve();
  const auto context = ContextWithDeadline();
  v1::AskRequest request;
  request.mutable_signed_query()->set_query("question");
  const auto reader = v1::QueryService::NewStub(channel_)->Ask(context.get(), request);
  v1::AskResponse response;
  uint32_t count = 0;
  while (reader->Read(&response)) EXPECT_EQ(response.owner_result().elapsed_ms(), count++);
  EXPECT_EQ(count, 100u);
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(AsyncServerTest, BoundsWhatWaitsForAStreamThatIsNotRead) {
  ask_options_.max_queued_bytes = 1 << 20;
  std::promise<absl::Status> refused;
  std::promise<void> done;
  on_ask_ = [&](std::shared_ptr<AskStream> stream, const v1::AskRequest&) {
    absl::Status status;
    for (int i = 0; i < 1000 && status.ok(); ++i) status = stream->Write(Part(0, 100000));
    EXPECT_LE(stream->queued_bytes(), 1u << 20);
    refused.set_value(status);
    stream->OnDone([&done, stream] { done.set_value(); });
  };
  Serve();
  const auto context = ContextWithDeadline();
  const auto reader = v1::QueryService::NewStub(channel_)->Ask(context.get(), {});
  EXPECT_THAT(refused.get_future().get(),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("does not read")));
  context->TryCancel();
  done.get_future().wait();
}

TEST_F(AsyncServerTest, RunsABidirectionalStream) {
  std::promise<void> done;
  on_watch_ = [&](std::shared_ptr<WatchStream> stream) {
    stream->OnMessage([stream](v1::WatchRequest request) {
      v1::WatchResponse response;
      response.mutable_alert()->set_owner(request.subscription().query());
      FUSIONHUB_EXPECT_OK(stream->Write(std::move(response)));
    });
    stream->OnReadsDone([stream] { stream->Finish(absl::OkStatus()); });
    stream->OnDone([&done] { done.set_value(); });
  };
  Serve();
  grpc::ClientContext context;  // no deadline: allowed here
  const auto stream = v1::AlertService::NewStub(channel_)->Watch(&context);
  for (int i = 0; i < 50; ++i) {
    v1::WatchRequest request;
    request.mutable_subscription()->set_query(std::to_string(i));
    ASSERT_TRUE(stream->Write(request));
    v1::WatchResponse response;
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.alert().owner(), std::to_string(i));
  }
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
  done.get_future().wait();
}

TEST_F(AsyncServerTest, ReadsOnlyWhenAskedTo) {
  watch_options_.explicit_reads = true;
  std::promise<std::shared_ptr<WatchStream>> opened;
  std::atomic<int> messages = 0;
  on_watch_ = [&](std::shared_ptr<WatchStream> stream) {
    stream->OnMessage([&](v1::WatchRequest) { ++messages; });
    opened.set_value(stream);
  };
  Serve();
  grpc::ClientContext context;
  const auto client = v1::AlertService::NewStub(channel_)->Watch(&context);
  ASSERT_TRUE(client->Write({}));
  ASSERT_TRUE(client->Write({}));
  std::shared_ptr<WatchStream> stream = opened.get_future().get();
  EXPECT_EQ(messages, 0);
  stream->ReadNext();
  while (messages < 1) std::this_thread::yield();
  const auto context2 = ContextWithDeadline();
  EXPECT_TRUE(GetStatus(*context2).ok());  // time for a second message, were one to come
  EXPECT_EQ(messages, 1);
  stream->Finish(absl::OkStatus());
  EXPECT_TRUE(client->Finish().ok());
}

TEST_F(AsyncServerTest, FurtherCallsWaitForAPlace) {
  unary_options_.max_in_flight = 2;
  Mutex mu;
  std::vector<UnaryDone<v1::GetStatusResponse>> waiting;
  std::atomic<int> begun = 0;
  on_unary_ = [&](std::shared_ptr<Call>, const v1::GetStatusRequest&,
                  UnaryDone<v1::GetStatusResponse> done) {
    MutexLock lock(mu);
    waiting.push_back(std::move(done));
    ++begun;
  };
  Serve();
  std::vector<std::thread> callers;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 6; ++i) {
    callers.emplace_back([&] {
      const auto context = ContextWithDeadline();
      EXPECT_TRUE(GetStatus(*context).ok());
      ++answered;
    });
  }
  while (answered < 6) {
    std::vector<UnaryDone<v1::GetStatusResponse>> taken;
    {
      MutexLock lock(mu);
      EXPECT_LE(waiting.size(), 2u);
      taken.swap(waiting);
    }
    for (auto& done : taken) done(v1::GetStatusResponse());
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(begun, 6);
}

class GatedServerTest : public AsyncServerTest {
 protected:
  void Configure(AsyncServerOptions& options) override {
    options.authorize = [](const Call& call) -> absl::Status {
      if (call.method() == "fusionhub.v1.StatusService/GetStatus") return absl::OkStatus();
      return absl::PermissionDeniedError("not for " + call.peer().spiffe_id);
    };
  }
};

TEST_F(GatedServerTest, AsksTheGateBeforeTheHandler) {
  on_ask_ = [](std::shared_ptr<AskStream>, const v1::AskRequest&) { ADD_FAILURE(); };
  on_watch_ = [](std::shared_ptr<WatchStream>) { ADD_FAILURE(); };
  Serve();
  auto context = ContextWithDeadline();
  EXPECT_TRUE(GetStatus(*context).ok());
  context = ContextWithDeadline();
  const auto reader = v1::QueryService::NewStub(channel_)->Ask(context.get(), {});
  v1::AskResponse response;
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  context = ContextWithDeadline();
  const auto stream = v1::AlertService::NewStub(channel_)->Watch(context.get());
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(AsyncServerTest, CancelsTheCallsOfARevokedPeer) {
  std::promise<void> opened;
  std::promise<void> over;
  on_watch_ = [&](std::shared_ptr<WatchStream> stream) {
    stream->OnDone([&over, stream] { over.set_value(); });
    opened.set_value();
  };
  Serve();
  grpc::ClientContext context;
  const auto stream = v1::AlertService::NewStub(channel_)->Watch(&context);
  opened.get_future().wait();
  server_->CancelCallsOf([](const Peer& peer) { return peer.spiffe_id == "spiffe://other"; });
  EXPECT_EQ(server_->calls_in_flight(), 1u);
  server_->CancelCallsOf([](const Peer& peer) { return peer.spiffe_id == kTestClientId; });
  over.get_future().wait();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(AsyncServerTest, DrainsWhatIsInProgressAndCancelsStragglers) {
  std::promise<UnaryDone<v1::GetStatusResponse>> unary;
  std::promise<void> opened;
  on_unary_ = [&](std::shared_ptr<Call>, const v1::GetStatusRequest&,
                  UnaryDone<v1::GetStatusResponse> done) { unary.set_value(std::move(done)); };
  on_watch_ = [&](std::shared_ptr<WatchStream> stream) {
    stream->OnDone([stream] {});
    opened.set_value();
  };
  Serve();
  grpc::ClientContext watch_context;
  const auto watch = v1::AlertService::NewStub(channel_)->Watch(&watch_context);
  opened.get_future().wait();
  std::thread caller([&] {
    const auto context = ContextWithDeadline();
    EXPECT_TRUE(GetStatus(*context).ok());
  });
  UnaryDone<v1::GetStatusResponse> done = unary.get_future().get();
  std::thread shutdown([&] { server_->Shutdown(absl::Milliseconds(500)); });
  done(v1::GetStatusResponse());
  caller.join();
  shutdown.join();
  EXPECT_FALSE(watch->Finish().ok());
  done(v1::GetStatusResponse());  // after the end: harmless
  const auto context = ContextWithDeadline(absl::Seconds(2));
  EXPECT_EQ(GetStatus(*context).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(AsyncServerTest, AHandlerMayOutliveTheServer) {
  std::promise<UnaryDone<v1::GetStatusResponse>> unary;
  on_unary_ = [&](std::shared_ptr<Call>, const v1::GetStatusRequest&,
                  UnaryDone<v1::GetStatusResponse> done) { unary.set_value(std::move(done)); };
  Serve();
  std::thread caller([&] {
    const auto context = ContextWithDeadline();
    EXPECT_FALSE(GetStatus(*context).ok());
  });
  UnaryDone<v1::GetStatusResponse> done = unary.get_future().get();
  server_.reset();
  caller.join();
  done(v1::GetStatusResponse());
}

TEST_F(AsyncServerTest, SaysWhetherItServes) {
  Serve();
  const auto stub = ::grpc::health::v1::Health::NewStub(channel_);
  const auto check = [&](const std::string& service, grpc::StatusCode& code) {
    grpc::ClientContext context;
    ::grpc::health::v1::HealthCheckRequest request;
    ::grpc::health::v1::HealthCheckResponse response;
    request.set_service(service);
    code = stub->Check(&context, request, &response).error_code();
    return response.status();
  };
  using Response = ::grpc::health::v1::HealthCheckResponse;
  grpc::StatusCode code;
  EXPECT_EQ(check("", code), Response::NOT_SERVING);
  server_->SetServing(true);
  EXPECT_EQ(check("", code), Response::SERVING);
  EXPECT_EQ(check("fusionhub.v1.QueryService", code), Response::SERVING);
  check("no.such.Service", code);
  EXPECT_EQ(code, grpc::StatusCode::NOT_FOUND);
}

TEST_F(AsyncServerTest, ReportsChangesOfHealth) {
  Serve();
  using Response = ::grpc::health::v1::HealthCheckResponse;
  grpc::ClientContext context;
  const auto reader = ::grpc::health::v1::Health::NewStub(channel_)->Watch(&context, {});
  Response response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.status(), Response::NOT_SERVING);
  server_->SetServing(true);
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.status(), Response::SERVING);
  server_->Shutdown(absl::Seconds(5));
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.status(), Response::NOT_SERVING);
  EXPECT_FALSE(reader->Read(&response));
}

TEST_F(AsyncServerTest, AnswersManyCallersAtOnce) {
  Serve();
  std::vector<std::thread> callers;
  std::atomic<int> good = 0;
  for (int t = 0; t < 8; ++t) {
    callers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const auto context = ContextWithDeadline();
        if (i % 10 == 9) context->TryCancel();
        good += GetStatus(*context).ok() ? 1 : 0;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(good, 8 * 180);
}

}  // namespace
}  // namespace fusionhub::rpc
