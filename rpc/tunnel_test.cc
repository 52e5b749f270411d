// Client and session of the tunnel over a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "base/random.h"
#include "base/status_matchers.h"
#include "base/timer.h"
#include "fusionhub/v1/node.grpc.pb.h"
#include "rpc/async_server.h"
#include "rpc/test_region.h"
#include "rpc/tunnel_client.h"
#include "rpc/tunnel_session.h"

namespace fusionhub::rpc {
namespace {

using ::testing::_;
using ::testing::HasSubstr;

// Events that the test waits for.
template <typename T>
class Inbox {
 public:
  void Put(T item) {
    MutexLock lock(mu_);
    items_.push_back(std::move(item));
    wake_.NotifyAll();
  }
  // Fails the test after 10 s.
  std::optional<T> Take() {
    MutexLock lock(mu_);
    const absl::Time until = absl::Now() + absl::Seconds(10);
    while (items_.empty() && absl::Now() < until) wake_.WaitFor(mu_, until - absl::Now());
    if (items_.empty()) {
      ADD_FAILURE() << "nothing came";
      return std::nullopt;
    }
    T item = std::move(items_.front());
    items_.pop_front();
    return item;
  }
  size_t size() {
    MutexLock lock(mu_);
    return items_.size();
  }

 private:
  Mutex mu_;
  CondVar wake_;
  std::deque<T> items_;
};

// A broker that keeps its sessions, as a broker would.
class TestBroker {
 public:
  explicit TestBroker(TestRegion& region, std::string address = "127.0.0.1:0") {
    AsyncServerOptions options = region.ServerOptions();
    options.acceptor.address = std::move(address);
    server_ = std::make_unique<AsyncServer>(options);
    session_options.timers = &timers_;
    server_->AddBidiStream(service_, &v1::NodeTunnelService::AsyncService::RequestConnect,
                           LongStreamOptions("fusionhub.v1.NodeTunnelService/Connect", 8),
                           [this](std::shared_ptr<NodeStream> stream) {
                             TunnelSession::Attach(std::move(stream), session_options, Callbacks());
                           });
    const absl::Status started = server_->Start();
    EXPECT_TRUE(started.ok()) << started;
  }
  ~TestBroker() { Stop(); }

  void Stop() { server_->Shutdown(absl::ZeroDuration()); }
  int port() const { return server_->port(); }
  AsyncServer& server() { return *server_; }

  std::function<absl::Status(const v1::NodeHello&)> judge_hello;
  std::function<void(TunnelSession&)> on_open;
  TunnelSessionOptions session_options;
  Inbox<std::shared_ptr<TunnelSession>> opened;
  Inbox<std::shared_ptr<TunnelSession>> closed;
  Inbox<TunnelMessage> messages;
  Inbox<v1::ConnectRequest> frames;

 private:
  TunnelSessionCallbacks Callbacks() {
    TunnelSessionCallbacks callbacks;
    callbacks.on_hello = [this](const std::shared_ptr<TunnelSession>& session,
                                const v1::NodeHello& hello) -> absl::StatusOr<v1::HubWelcome> {
      if (judge_hello) {
        if (absl::Status verdict = judge_hello(hello); !verdict.ok()) return verdict;
      }
      v1::ConnectResponse checkpoint;
      checkpoint.mutable_checkpoint()->set_note("note");
      EXPECT_TRUE(session->SendControl(std::move(checkpoint)).ok());
      if (on_open) on_open(*session);
      opened.Put(session);
      v1::HubWelcome welcome;
      welcome.set_test_mode(true);
      return welcome;
    };
    callbacks.on_message = [this](const std::shared_ptr<TunnelSession>&, TunnelMessage message) {
      messages.Put(std::move(message));
    };
    callbacks.on_frame = [this](const std::shared_ptr<TunnelSession>&,
                                const v1::ConnectRequest& frame) { frames.Put(frame); };
    callbacks.on_closed = [this](const std::shared_ptr<TunnelSession>& session) {
      closed.Put(session);
    };
    return callbacks;
  }

  TimerQueue timers_;
  v1::NodeTunnelService::AsyncService service_;
  std::unique_ptr<AsyncServer> server_;
};

class TunnelTest : public ::testing::Test {
 protected:
  std::unique_ptr<TunnelClient> MakeClient(int port) {
    const TlsMaterial material = region_.ca().Issue(kTestNodeId);
    TunnelClientOptions options;
    options.target = absl::StrCat("127.0.0.1:", port);
    options.credentials = [this, material] {
      return absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>>(
          region_.Credentials(material));
    };
    options.backoff = {absl::Milliseconds(5), absl::Milliseconds(50)};
    TunnelClientCallbacks callbacks;
    callbacks.hello = [] {
      v1::NodeHello hello;
      hello.add_data("plate_reads");
      return hello;
    };
    callbacks.on_welcome = [this](const v1::HubWelcome& welcome) {
      welcomes_.Put(welcome);
      return welcome_verdict_;
    };
    callbacks.on_message = [this](TunnelMessage message) { messages_.Put(std::move(message)); };
    callbacks.on_frame = [this](const v1::ConnectResponse& frame) { frames_.Put(frame); };
    callbacks.on_disconnected = [this](const absl::Status& status) { lost_.Put(status); };
    callbacks.orders_in_flight = [] { return 7; };
    return std::make_unique<TunnelClient>(options, std::move(callbacks), random_);
  }
  void WaitUntilConnected(TunnelClient& client) {
    while (!client.connected()) std::this_thread::yield();
  }

  TestRegion region_;
  SeededRandom random_{1};
  absl::Status welcome_verdict_;
  Inbox<v1::HubWelcome> welcomes_;
  Inbox<TunnelMessage> messages_;
  Inbox<v1::ConnectResponse> frames_;
  Inbox<absl::Status> lost_;
};

TEST_F(TunnelTest, GreetsThenCarriesMessagesBothWays) {
  TestBroker broker(region_);
  const auto client = MakeClient(broker.port());
  EXPECT_THAT(client->Send(v1::CHUNK_KIND_ANSWER, "too early"),
              StatusIs(absl::StatusCode::kUnavailable, _));
  client->Start();
  const auto session = broker.opened.Take();
  ASSERT_TRUE(session);
  EXPECT_EQ((*session)->peer().spiffe_id, kTestNodeId);
  EXPECT_TRUE(welcomes_.Take()->test_mode());
  EXPECT_EQ(frames_.Take()->checkpoint().note(),
            "note");  // sent inside on_hello: after the welcome
  WaitUntilConnected(*client);

  FUSIONHUB_EXPECT_OK((*session)->Send(v1::CHUNK_KIND_WORK_ORDER, "order").status());
  const auto order = messages_.Take();
  EXPECT_EQ(order->bytes, "order");
  EXPECT_EQ(order->kind, v1::CHUNK_KIND_WORK_ORDER);
  const std::string large(3000000, 'x');
  FUSIONHUB_EXPECT_OK(client->Send(v1::CHUNK_KIND_ANSWER, large));
  EXPECT_EQ(broker.messages.Take()->bytes, large);

  v1::ConnectRequest cosigned;
  cosigned.mutable_cosignature()->set_log_size(12);
  FUSIONHUB_EXPECT_OK(client->SendControl(cosigned));
  EXPECT_EQ(broker.frames.Take()->cosignature().log_size(), 12u);
  client->Stop();
  EXPECT_TRUE(broker.closed.Take());
  EXPECT_FALSE(client->connected());
  EXPECT_THAT((*session)->Send(v1::CHUNK_KIND_WORK_ORDER, "late"),
              StatusIs(absl::StatusCode::kUnavailable, _));
}

TEST_F(TunnelTest, CreditComesBackSoThatMuchMoreThanTheWindowPasses) {
  TestBroker broker(region_);
  const auto client = MakeClient(broker.port());
  client->Start();
  const auto session = broker.opened.Take();
  ASSERT_TRUE(session);
  WaitUntilConnected(*client);
  const std::string large(4000000, 'x');
  int sent_down = 0, sent_up = 0;
  for (int got = 0; got < 24; ++got) {
    while (sent_down < 12 && (*session)->Send(v1::CHUNK_KIND_HOTLIST_SHARE, large).ok()) {
      ++sent_down;
    }
    while (sent_up < 12 && client->Send(v1::CHUNK_KIND_HOTLIST_SHARE, large).ok()) ++sent_up;
    const auto message = got % 2 == 0 ? messages_.Take() : broker.messages.Take();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->bytes.size(), large.size());
  }
}

TEST_F(TunnelTest, LargeMessagesDoNotDelayASmallOne) {
  TestBroker broker(region_);
  broker.on_open = [](TunnelSession& session) {
    for (int i = 0; i < 3; ++i) {
      FUSIONHUB_EXPECT_OK(
          session.Send(v1::CHUNK_KIND_HOTLIST_SHARE, std::string(4000000, 'x')).status());
    }
    FUSIONHUB_EXPECT_OK(session.Send(v1::CHUNK_KIND_WORK_ORDER, "small").status());
  };
  const auto client = MakeClient(broker.port());
  client->Start();
  EXPECT_EQ(messages_.Take()->bytes, "small");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(messages_.Take()->bytes.size(), 4000000u);
}

TEST_F(TunnelTest, HeartbeatsKeepItAliveAndTellTheLoad) {
  TestBroker broker(region_);
  broker.session_options.heartbeat_interval = absl::Milliseconds(50);
  const auto client = MakeClient(broker.port());
  client->Start();
  for (uint64_t sequence = 1; sequence <= 5; ++sequence) {
    const auto frame = broker.frames.Take();
    ASSERT_TRUE(frame && frame->has_heartbeat());
    EXPECT_EQ(frame->heartbeat().sequence(), sequence);
    EXPECT_EQ(frame->heartbeat().orders_in_flight(), 7u);
  }
  EXPECT_TRUE(client->connected());
  EXPECT_EQ(client->connections(), 1u);
}

TEST_F(TunnelTest, ComesBackAfterTheBrokerRestarts) {
  auto broker = std::make_unique<TestBroker>(region_);
  const int port = broker->port();
  const auto client = MakeClient(port);
  client->Start();
  ASSERT_TRUE(broker->opened.Take());
  WaitUntilConnected(*client);
  broker.reset();
  EXPECT_FALSE(lost_.Take()->ok());
  broker = std::make_unique<TestBroker>(region_, absl::StrCat("127.0.0.1:", port));
  const auto session = broker->opened.Take();
  ASSERT_TRUE(session);
  FUSIONHUB_EXPECT_OK((*session)->Send(v1::CHUNK_KIND_WORK_ORDER, "again").status());
  EXPECT_EQ(messages_.Take()->bytes, "again");
}

TEST_F(TunnelTest, TheBrokerCanSupersedeATunnel) {
  TestBroker broker(region_);
  const auto first = MakeClient(broker.port());
  first->Start();
  const auto old_session = broker.opened.Take();
  ASSERT_TRUE(old_session);
  WaitUntilConnected(*first);
  const auto second = MakeClient(broker.port());
  second->Start();
  ASSERT_TRUE(broker.opened.Take());
  (*old_session)->Close("superseded", absl::Hours(1));
  EXPECT_EQ(broker.closed.Take(), old_session);
  EXPECT_THAT(*lost_.Take(), StatusIs(absl::StatusCode::kUnavailable, HasSubstr("superseded")));
  EXPECT_FALSE(first->connected());  // and stays away for an hour
  WaitUntilConnected(*second);
  first->Stop();
}

TEST_F(TunnelTest, TheNodeLearnsWhyItsHelloIsRefused) {
  TestBroker broker(region_);
  broker.judge_hello = [](const v1::NodeHello& hello) {
    EXPECT_EQ(hello.data(0), "plate_reads");
    return absl::PermissionDeniedError("this node is not a member");
  };
  const auto client = MakeClient(broker.port());
  client->Start();
  EXPECT_THAT(*lost_.Take(),
              StatusIs(absl::StatusCode::kPermissionDenied, "this node is not a member"));
  EXPECT_THAT(*lost_.Take(), StatusIs(absl::StatusCode::kPermissionDenied, _));  // it tries again
  client->Stop();
  EXPECT_EQ(broker.closed.size(), 0u);
  EXPECT_EQ(client->connections(), 0u);
}

TEST_F(TunnelTest, TheNodeMayRefuseTheWelcome) {
  TestBroker broker(region_);
  welcome_verdict_ = absl::FailedPreconditionError("clocks");
  const auto client = MakeClient(broker.port());
  client->Start();
  EXPECT_THAT(*lost_.Take(), StatusIs(absl::StatusCode::kFailedPrecondition, "clocks"));
  EXPECT_FALSE(client->connected());
  EXPECT_TRUE(broker.closed.Take());
}

TEST_F(TunnelTest, StopsWhileNobodyListens) {
  const auto client = MakeClient(1);
  client->Start();
  EXPECT_FALSE(lost_.Take()->ok());
  client->Stop();
  client->Stop();
}

TEST_F(TunnelTest, WithdrawsWhatHasNotBeenSent) {
  TestBroker broker(region_);
  const auto client = MakeClient(broker.port());
  client->Start();
  const auto session = broker.opened.Take();
  ASSERT_TRUE(session);
  std::vector<TunnelWriter::MessageId> ids;
  for (int i = 0; i < 12; ++i) {
    const auto id = (*session)->Send(v1::CHUNK_KIND_HOTLIST_SHARE, std::string(4000000, 'x'));
    FUSIONHUB_ASSERT_OK(id);
    ids.push_back(*id);
  }
  EXPECT_TRUE((*session)->Withdraw(ids.back()));
  EXPECT_FALSE((*session)->Withdraw(ids.back()));
}

// A hostile or broken node, frame by frame.
class RawNodeTest : public TunnelTest {
 protected:
  RawNodeTest() : broker_(region_) {}
  void Connect() {
    stream_ = v1::NodeTunnelService::NewStub(region_.Channel(broker_.port(), kTestNodeId))
                  ->Connect(&context_);
  }
  void SayHello(uint32_t protocol = 1, uint32_t window = kDefaultTunnelWindowBytes) {
    v1::ConnectRequest frame;
    frame.mutable_hello()->set_protocol(protocol);
    frame.mutable_hello()->set_window_bytes(window);
    stream_->Write(frame);
  }
  // Expects go_away and the status.
  void ExpectEnd(absl::StatusCode code, const std::string& text) {
    v1::ConnectResponse frame;
    bool sent_away = false;
    while (stream_->Read(&frame)) sent_away = frame.has_go_away();
    EXPECT_TRUE(sent_away);
    const grpc::Status status = stream_->Finish();
    EXPECT_EQ(static_cast<int>(status.error_code()), static_cast<int>(code));
    EXPECT_THAT(status.error_message(), HasSubstr(text));
  }

  TestBroker broker_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ConnectRequest, v1::ConnectResponse>> stream_;
};

TEST_F(RawNodeTest, MustSayHelloFirst) {
  Connect();
  v1::ConnectRequest frame;
  frame.mutable_heartbeat();
  stream_->Write(frame);
  ExpectEnd(absl::StatusCode::kInvalidArgument, "hello");
}

TEST_F(RawNodeTest, MustSpeakTheProtocol) {
  Connect();
  SayHello(2);
  ExpectEnd(absl::StatusCode::kFailedPrecondition, "protocol");
}

TEST_F(RawNodeTest, MustOfferAProperWindow) {
  Connect();
  SayHello(1, 0);
  ExpectEnd(absl::StatusCode::kInvalidArgument, "window");
}

TEST_F(RawNodeTest, MustNotGreetTwice) {
  Connect();
  SayHello();
  SayHello();
  ExpectEnd(absl::StatusCode::kInvalidArgument, "second hello");
}

TEST_F(RawNodeTest, MustSendProperChunksAndCredit) {
  Connect();
  SayHello();
  v1::ConnectRequest frame;
  frame.mutable_chunk()->set_message_id(1);
  stream_->Write(frame);
  ExpectEnd(absl::StatusCode::kInvalidArgument, "empty chunk");
}

TEST_F(RawNodeTest, MustNotGiveCreditForNothing) {
  Connect();
  SayHello();
  v1::ConnectRequest frame;
  frame.mutable_credit()->set_bytes(1);
  stream_->Write(frame);
  ExpectEnd(absl::StatusCode::kInvalidArgument, "credit");
}

TEST_F(RawNodeTest, MustNotSendEmptyFrames) {
  Connect();
  SayHello();
  stream_->Write({});
  ExpectEnd(absl::StatusCode::kInvalidArgument, "empty frame");
}

TEST_F(RawNodeTest, MustNotStaySilentBeforeTheHello) {
  broker_.session_options.hello_timeout = absl::Milliseconds(50);
  Connect();
  ExpectEnd(absl::StatusCode::kDeadlineExceeded, "silent");
}

TEST_F(RawNodeTest, MustNotFallSilent) {
  broker_.session_options.hello_timeout = absl::Milliseconds(50);
  broker_.session_options.heartbeat_interval = absl::Milliseconds(20);
  Connect();
  SayHello();
  ExpectEnd(absl::StatusCode::kDeadlineExceeded, "silent");
  EXPECT_TRUE(broker_.closed.Take());
}

TEST_F(RawNodeTest, MayHangUp) {
  Connect();
  SayHello();
  stream_->WritesDone();
  ExpectEnd(absl::StatusCode::kUnavailable, "");
  EXPECT_TRUE(broker_.closed.Take());
}

}  // namespace
}  // namespace fusionhub::rpc
