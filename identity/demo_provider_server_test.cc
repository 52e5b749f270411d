// Tests of the socket between hubctl and the provider.
#include "identity/demo_provider_server.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "identity/assertion.h"
#include "identity/issuer_client.h"
#include "identity/test_issuer.h"

namespace fusionhub::identity {
namespace {

using ::testing::_;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

// Unix socket paths are short; the test folder's name may not be.
std::string SocketPath() { return absl::StrCat("/tmp/fh-issuer-", getpid(), ".sock"); }

class DemoProviderServerTest : public ::testing::Test {
 protected:
  DemoProviderServerTest()
      : provider_({.region = "stl", .agency = "st_charles_pd", .issuer = issuer_.issuer()},
                  ParseDemoPersons("kind: DemoPersons\npersons:\n  - {id: ann, ori: MO0920000}\n",
                                   "persons.yaml")
                      .value(),
                  issuer_.key(), random_),
        server_(DemoProviderServer::Create(SocketPath(), provider_, clock_).value()),
        thread_([this] { EXPECT_THAT(server_->Run(), IsOk()); }) {
    wish_.person = "ann";
    wish_.request_digest = crypto::Sha256("query");
    wish_.client_certificate = crypto::Sha256("certificate");
  }
  ~DemoProviderServerTest() override {
    server_->Stop();
    thread_.join();
  }

  SeededRandom random_{7};
  const SimulatedClock clock_{kNow};
  const TestIssuer issuer_;
  DemoProvider provider_;
  std::unique_ptr<DemoProviderServer> server_;
  std::thread thread_;
  AssertionWish wish_;
};

TEST_F(DemoProviderServerTest, HandsOutAssertions) {
  const auto token = RequestAssertion(SocketPath(), wish_, absl::Seconds(10));
  FUSIONHUB_ASSERT_OK(token);
  AssertionExpectations expected;
  expected.region = "stl";
  expected.agency = "st_charles_pd";
  expected.request_digest = wish_.request_digest;
  expected.client_certificate = wish_.client_certificate;
  expected.now = kNow;
  FUSIONHUB_EXPECT_OK(VerifyAssertion(*token, issuer_.keys(), expected));
}

TEST_F(DemoProviderServerTest, ReportsARefusal) {
  wish_.person = "bob";
  EXPECT_THAT(RequestAssertion(SocketPath(), wish_, absl::Seconds(10)),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("no such person")));
}

TEST_F(DemoProviderServerTest, SurvivesClientsThatSendRubbishOrHangUp) {
  for (const std::string& text : {std::string(), std::string(100'000, 'x'), std::string("{}\n")}) {
    const auto fd = ConnectUnix(SocketPath(), DeadlineAfter(absl::Seconds(10)));
    FUSIONHUB_ASSERT_OK(fd);
    send(fd->get(), text.data(), text.size(), MSG_NOSIGNAL);
  }
  FUSIONHUB_EXPECT_OK(RequestAssertion(SocketPath(), wish_, absl::Seconds(10)));
}

TEST_F(DemoProviderServerTest, OnlyThisUserMayConnect) {
  struct stat info {};
  ASSERT_EQ(stat(SocketPath().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(DemoProviderServerTest, ASecondServerIsRefused) {
  EXPECT_THAT(DemoProviderServer::Create(SocketPath(), provider_, clock_),
              StatusIs(absl::StatusCode::kAlreadyExists, _));
}

TEST(IssuerClientTest, SaysThatNobodyServes) {
  EXPECT_THAT(RequestAssertion(SocketPath() + ".none", AssertionWish(), absl::Seconds(1)),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("nobody serves")));
}

TEST(IssuerClientTest, RefusesPathsThatAreTooLong) {
  EXPECT_THAT(RequestAssertion(std::string(200, 'a'), AssertionWish(), absl::Seconds(1)),
              StatusIs(absl::StatusCode::kInvalidArgument, _));
}

// A server that takes one connection and answers `answer`, or nothing if empty.
void ServeOnce(const OwnedFd& listener, const std::string& answer) {
  pollfd ready{.fd = listener.get(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(poll(&ready, 1, 10'000), 1);
  const OwnedFd peer(accept(listener.get(), nullptr, nullptr));
  const Deadline deadline = DeadlineAfter(absl::Seconds(10));
  FUSIONHUB_ASSERT_OK(ReadLine(peer.get(), 4096, deadline));
  if (answer.empty()) {
    // Silent until the client gives up.
    EXPECT_THAT(ReadLine(peer.get(), 4096, deadline), ::testing::Not(IsOk()));
  } else {
    send(peer.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
  }
}

absl::Status AskServerThatAnswers(const std::string& answer, absl::Duration timeout) {
  const std::string path = SocketPath() + ".once";
  const absl::StatusOr<OwnedFd> listener = ListenUnix(path);
  if (!listener.ok()) return listener.status();
  std::thread server([&] { ServeOnce(*listener, answer); });
  const absl::Status status = RequestAssertion(path, AssertionWish(), timeout).status();
  server.join();
  return status;
}

TEST(IssuerClientTest, GivesUpOnASilentServer) {
  EXPECT_THAT(AskServerThatAnswers("", absl::Milliseconds(50)),
              StatusIs(absl::StatusCode::kDeadlineExceeded, _));
}

TEST(IssuerClientTest, RefusesStrangeAnswers) {
  for (const std::string& answer :
       {std::string("\n"), std::string("hello\n"), std::string("{}\n"), std::string("{"),
        std::string("{\"assertion\": 5}\n"), std::string(100'000, 'x')}) {
    EXPECT_THAT(AskServerThatAnswers(answer, absl::Seconds(10)),
                StatusIs(absl::StatusCode::kInternal, _))
        << answer.substr(0, 20);
  }
}

TEST(UnixLinesTest, ReplacesAStaleSocketButNothingElse) {
  const std::string path = SocketPath() + ".stale";
  { FUSIONHUB_ASSERT_OK(ListenUnix(path)); }
  FUSIONHUB_EXPECT_OK(ListenUnix(path));
  unlink(path.c_str());
  FUSIONHUB_ASSERT_OK(WriteFileAtomically(path, "a file", 0600, Durability::kUnsynced));
  EXPECT_THAT(ListenUnix(path), StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("not a")));
  unlink(path.c_str());
}

}  // namespace
}  // namespace fusionhub::identity
