#include "rpc/acceptor.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/status_matchers.h"
#include "fusionhub/v1/admin.grpc.pb.h"
#include "rpc/test_region.h"

namespace fusionhub::rpc {
namespace {

// Connects to the port on loopback; -1 if refused.
int Connect(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd >= 0 && connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    return fd;
  }
  if (fd >= 0) close(fd);
  return -1;
}

// Waits for the other end to close.
bool ClosedByPeer(int fd) {
  pollfd waiting = {fd, POLLIN, 0};
  char byte;
  return poll(&waiting, 1, 5000) == 1 && recv(fd, &byte, 1, 0) <= 0;
}

// An acceptor whose connections the test holds.
class AcceptorTest : public ::testing::Test {
 protected:
  void Listen(const AcceptorOptions& options) {
    auto acceptor = Acceptor::Listen(options);
    FUSIONHUB_ASSERT_OK(acceptor);
    acceptor_ = *std::move(acceptor);
    acceptor_->Start(
        [this](int fd) {
          MutexLock lock(mu_);
          accepted_.push_back(fd);
        },
        [this](AcceptRefusal refusal) {
          MutexLock lock(mu_);
          refusals_.push_back(refusal);
        });
  }
  void TearDown() override {
    if (acceptor_) acceptor_->Stop();
    for (int fd : accepted_) close(fd);
    for (int fd : connected_) close(fd);
  }
  int ConnectOne() {
    connected_.push_back(Connect(acceptor_->port()));
    return connected_.back();
  }
  size_t accepted() {
    MutexLock lock(mu_);
    return accepted_.size();
  }
  void WaitForAccepted(size_t count) {
    while (accepted() < count) std::this_thread::yield();
  }

  std::unique_ptr<Acceptor> acceptor_;
  Mutex mu_;
  std::vector<int> accepted_;
  std::vector<int> connected_;
  std::vector<AcceptRefusal> refusals_;
};

TEST_F(AcceptorTest, HandsConnectionsOn) {
  Listen({});
  EXPECT_GT(acceptor_->port(), 0);
  ConnectOne();
  WaitForAccepted(1);
  EXPECT_EQ(acceptor_->open_connections(), 1u);
  EXPECT_EQ(write(accepted_[0], "x", 1), 1);
  char byte = 0;
  EXPECT_EQ(read(connected_[0], &byte, 1), 1);
}

TEST_F(AcceptorTest, CapsConnectionsOfOneSourceAndFreesPlaces) {
  Listen({.max_per_source = 2});
  ConnectOne();
  ConnectOne();
  WaitForAccepted(2);
  EXPECT_TRUE(ClosedByPeer(ConnectOne()));
  EXPECT_EQ(accepted(), 2u);
  {
    MutexLock lock(mu_);
    EXPECT_EQ(refusals_, std::vector<AcceptRefusal>{AcceptRefusal::kSourceCap});
    close(accepted_.back());
    accepted_.pop_back();
  }
  ConnectOne();
  WaitForAccepted(2);
}

TEST_F(AcceptorTest, CapsConnectionsAltogether) {
  Listen({.max_per_source = 10, .max_total = 1});
  ConnectOne();
  WaitForAccepted(1);
  EXPECT_TRUE(ClosedByPeer(ConnectOne()));
  MutexLock lock(mu_);
  EXPECT_EQ(refusals_, std::vector<AcceptRefusal>{AcceptRefusal::kTotalCap});
}

TEST_F(AcceptorTest, TellsADescriptorUsedAgainFromItsOldConnection) {
  Listen({.max_per_source = 1});
  ConnectOne();
  WaitForAccepted(1);
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  {
    MutexLock lock(mu_);
    ASSERT_EQ(dup2(pair[0], accepted_[0]), accepted_[0]);  // closed, and taken by another socket
  }
  ConnectOne();
  WaitForAccepted(2);
  close(pair[0]);
  close(pair[1]);
}

TEST_F(AcceptorTest, RefusesConnectionsAfterStop) {
  Listen({});
  const int port = acceptor_->port();
  acceptor_->Stop();
  acceptor_->Stop();
  EXPECT_EQ(Connect(port), -1);
}

TEST(AcceptorAddressTest, TakesNumericAddressesOnly) {
  using ::testing::_;
  for (const char* bad : {"localhost:1", "127.0.0.1", "::1:80", ":80", "127.0.0.1:x", ""}) {
    EXPECT_THAT(Acceptor::Listen({.address = bad}), StatusIs(absl::StatusCode::kInvalidArgument, _))
        << bad;
  }
  FUSIONHUB_EXPECT_OK(Acceptor::Listen({.address = "0.0.0.0:0"}));
  const auto first = Acceptor::Listen({});
  FUSIONHUB_ASSERT_OK(first);
  EXPECT_THAT(Acceptor::Listen({.address = "127.0.0.1:" + std::to_string((*first)->port())}),
              StatusIs(absl::StatusCode::kUnavailable, _));
}

// The child of the next test: a whole server that runs out of descriptors, is flooded, and must
// serve again.
int FloodAndCall() {
  TestRegion region;
  AsyncServerOptions options = region.ServerOptions();
  options.acceptor.max_per_source = 10000;
  options.acceptor.max_total = 10000;
  options.handshake_timeout = absl::Milliseconds(500);
  std::atomic<int> exhausted = 0;
  options.on_refused_connection = [&](AcceptRefusal refusal) {
    exhausted += refusal == AcceptRefusal::kNoDescriptors ? 1 : 0;
  };
  v1::StatusService::AsyncService service;
  AsyncServer server(options);
  MethodOptions method;
  method.name = "fusionhub.v1.StatusService/GetStatus";
  server.AddUnary(service, &v1::StatusService::AsyncService::RequestGetStatus, method,
                  [](std::shared_ptr<Call>, const v1::GetStatusRequest&,
                     UnaryDone<v1::GetStatusResponse> done) { done(v1::GetStatusResponse()); });
  if (!server.Start().ok()) return 2;
  // The connections come from another process, so that only the server runs out.
  const pid_t flooder = fork();
  if (flooder == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int i = 0; i < 300; ++i) Connect(server.port());
    pause();
    _exit(0);
  }
  const rlimit limit = {100, 100};
  setrlimit(RLIMIT_NOFILE, &limit);
  while (exhausted == 0) std::this_thread::yield();
  kill(flooder, SIGKILL);
  waitpid(flooder, nullptr, 0);
  for (int attempt = 0; attempt < 50; ++attempt) {
    const auto channel = region.Channel(server.port());
    const auto context = ContextWithDeadline(absl::Seconds(5));
    v1::GetStatusResponse response;
    if (v1::StatusService::NewStub(channel)->GetStatus(context.get(), {}, &response).ok()) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return 1;
}

TEST(AcceptorFloodTest, ServesAgainAfterDescriptorsRanOut) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizers' own checks need descriptors";
#endif
  // In a process of its own: the limit is for all of it.
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(_exit(FloodAndCall()), ::testing::ExitedWithCode(0), "");
}

// Connects and goes away at once, many times; a member is served meanwhile and afterwards.
TEST(AcceptorFloodTest, ServesAMemberDuringAConnectFlood) {
  TestRegion region;
  AsyncServerOptions options = region.ServerOptions();
  options.acceptor.max_per_source = 8;
  std::atomic<int> refused = 0;
  options.on_refused_connection = [&](AcceptRefusal) { ++refused; };
  v1::StatusService::AsyncService service;
  AsyncServer server(options);
  MethodOptions method;
  method.name = "fusionhub.v1.StatusService/GetStatus";
  server.AddUnary(service, &v1::StatusService::AsyncService::RequestGetStatus, method,
                  [](std::shared_ptr<Call>, const v1::GetStatusRequest&,
                     UnaryDone<v1::GetStatusResponse> done) { done(v1::GetStatusResponse()); });
  FUSIONHUB_ASSERT_OK(server.Start());
  const auto stub = v1::StatusService::NewStub(region.Channel(server.port()));
  const auto call = [&] {
    const auto context = ContextWithDeadline();
    v1::GetStatusResponse response;
    return stub->GetStatus(context.get(), {}, &response).ok();
  };
  EXPECT_TRUE(call());
  std::vector<int> held;
  for (int i = 0; i < 200; ++i) {
    held.push_back(Connect(server.port()));
    EXPECT_TRUE(i % 50 != 0 || call());
  }
  EXPECT_TRUE(call());
  for (int fd : held) close(fd);
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace fusionhub::rpc
